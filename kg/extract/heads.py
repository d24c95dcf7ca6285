"""Says what the noun at the head of a phrase stands for: people, one of them, an institution, or a business."""

from __future__ import annotations

from functools import cache

from kg.extract import data
from kg.extract.discourse import Referent
from kg.extract.nlp import Token


def is_group_head(token: Token) -> bool:
    """Return whether `token` can head the name of a group of people."""
    if token.pos_ not in ("NOUN", "PROPN", "ADJ"):
        return False
    lemma = head_lemma(token)
    return lemma in data.words("collectives", "heads") or (
        token.pos_ == "NOUN" and lemma.endswith(("worker", "driver", "employee"))
    )


def head_lemma(token: Token) -> str:
    """Return the singular of a noun, also where the tagger took a plural at the head of a sentence for a name."""
    lemma = token.lemma_
    return lemma.removesuffix("s") if token.pos_ == "PROPN" else lemma


WHOLES = frozenset({"staff", "workforce", "crew", "faculty", "personnel", "community", "group", "team", "crowd"})
"""Nouns that stand for several people in the singular."""


def is_one(head: Token) -> bool:
    """Return whether a noun stands for one of a kind, not for several people."""
    return head.tag_ in ("NN", "NNP") and not head.lower_.endswith("s") and head.lemma_ not in WHOLES


@cache
def bodies() -> frozenset[str]:
    """Return the nouns of institutions, which no "they" stands for."""
    return data.words("collectives", "institutions") - data.words("collectives", "heads")


def as_business(referent: Referent) -> Referent:
    """Return a referent that people work for or that supplies; an unlisted thing or surname is a company there."""
    if referent.cls == "Technology":
        business = referent.known is None or is_business(referent)
    else:
        business = referent.known is None and referent.cls == "Person" and _is_one_word(referent)
    if business:
        referent.cls = "Company"
    return referent


def as_company(referent: Referent) -> Referent:
    """Return a referent, a company now where it is a service that is spoken of as one ("Twitter CEO Dana Poe")."""
    if referent.cls == "Technology" and is_business(referent):
        referent.cls = "Company"
    return referent


def is_business(technology: Referent) -> bool:
    """Return whether a technology is one of the few services that are spoken of as companies."""
    name = technology.known.name if technology.known else technology.label
    return name in data.words("frames/contract", "services_as_companies")


def _is_one_word(referent: Referent) -> bool:
    return all(" " not in name for name in referent.names)
