"""Reads demands and concerns: what is asked for, of whom, and what an action is about."""

from __future__ import annotations

from collections.abc import Iterator

from kg.extract import concerns, demands
from kg.extract.mentions import Scene
from kg.extract.nlp import Span
from kg.extract.saying import Content, carriers_subjects, words

__all__ = ["Content", "carriers_subjects", "read"]


def read(scene: Scene, sentence: Span) -> Iterator[Content]:
    """Yield the demands, concerns and asked parties of a sentence."""
    demanding, telling = words("demand_nouns"), concerns.telling()
    asking, claiming, leading = demands.asking(), concerns.claiming(), concerns.leading()
    for token in sentence:
        if token.pos_ in ("VERB", "AUX"):
            if token.lemma_ in asking:
                yield from demands.by_verb(scene, token)
            if token.lemma_ in claiming:
                yield from concerns.by_verb(scene, token)
        elif token.pos_ == "NOUN" and token.lemma_ in demanding:
            yield from demands.by_noun(scene, token)
        elif token.pos_ == "NOUN" and token.lemma_ in telling:
            yield from concerns.by_noun(scene, token)
        elif token.dep_ == "mark" and token.lower_ in demands.CONDITIONS:
            yield from demands.awaited(scene, token)
        elif token.lower_ in leading and (token.dep_ in _LEADING or token.pos_ in ("ADP", "SCONJ")):
            yield from concerns.after_preposition(scene, token)


_LEADING = frozenset({"prep", "prt", "advmod", "mark", "acl", "pcomp"})
