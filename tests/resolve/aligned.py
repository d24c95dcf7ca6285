"""The annotated reports as the program itself reads them: which of its nodes mean what the annotation means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from annotated import Corpus
from rapidfuzz import fuzz

from kg.model import Literal, Statement
from kg.resolve.names import fold
from kg.resolve.profiles import ENTITIES, EVENTS

_NAMING = ("rdfs:label", "skos:altLabel")
_ALIKE = 60
"""Likeness (0..100) from which on two forms of a name in one sentence are taken for one mention."""


@dataclass
class Aligned:
    """The statements of extraction, and the truth for those of their nodes that the annotation knows.

    `missed` are the annotated events (node, key) that no node tells of, `extra` the event nodes that tell of none.
    """

    statements: list[Statement]
    entities: dict[str, str] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=dict)
    missed: list[tuple[str, str]] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)


def extract(corpus: Corpus) -> Aligned:
    """Read the reports with the rules."""
    from kg.extract import extractor

    found = dict(extractor("rules").extract(corpus.documents))
    return align(corpus, {document.id: said for document, said in found.items()})


def align(corpus: Corpus, found: Mapping[str, Iterable[Statement]]) -> Aligned:
    """Give each extracted node the key of the annotated one whose words it is found on; events one to one."""
    aligned = Aligned([s for said in found.values() for s in said])
    for document in corpus.documents:
        own = {s.subject for s in corpus.statements[document.id]}
        said = list(found.get(document.id, ()))
        _entities(corpus, own & corpus.entities.keys(), said, document.text, aligned)
        _events(corpus, sorted(own & corpus.events.keys()), said, aligned)
    return aligned


def _entities(corpus: Corpus, own: Iterable[str], said: list[Statement], text: str, aligned: Aligned) -> None:
    """A node means what is written where its evidence is, under a name with the same words."""
    written = [(place, text[slice(*place)], mine) for mine in sorted(own) for place in corpus.spans[mine]]
    likeness: dict[str, dict[str, float]] = defaultdict(dict)
    for s in said:
        if s.predicate in _NAMING and isinstance(s.object, Literal) and s.subject.partition("/")[0] in ENTITIES:
            quoted = (s.evidence.start, s.evidence.end)
            for place, words, mine in written:
                if _overlap(quoted, [place]):
                    alike = fuzz.token_sort_ratio(fold(s.object.value), fold(words))
                    likeness[s.subject][mine] = max(alike, likeness[s.subject].get(mine, 0))
    for node, found in likeness.items():
        best = max(found, key=lambda mine: found[mine])
        if found[best] >= _ALIKE:
            aligned.entities[node] = corpus.entities[best]


def _events(corpus: Corpus, own: list[str], said: list[Statement], aligned: Aligned) -> None:
    """A node tells of an event of its class whose words its evidence holds, first of all one of its form."""
    forms = {s.subject: s.object for s in [*said, *corpus.all_statements()] if s.predicate == "cag:form"}
    places = {n: p for n, p in _places(said, ("rdf:type",)).items() if n.partition("/")[0] in EVENTS}
    pairs = []
    for mine in own:
        for node, found in places.items():
            words = sum(_overlap(p, corpus.spans[mine]) for p in found)
            if words and node.partition("/")[0] == mine.partition("/")[0]:
                pairs.append((forms.get(mine) != forms.get(node), -words, mine, node))
    open_, free = set(own), set(places)
    for *_, mine, node in sorted(pairs):
        if mine in open_ and node in free:
            open_.remove(mine)
            free.remove(node)
            aligned.events[node] = corpus.events[mine]
    aligned.missed += [(mine, corpus.events[mine]) for mine in sorted(open_)]
    aligned.extra += sorted(free)


def _places(said: Iterable[Statement], predicates: Iterable[str]) -> dict[str, list[tuple[int, int]]]:
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for s in said:
        if s.predicate in predicates and s.evidence.factuality != "negated":
            places[s.subject].append((s.evidence.start, s.evidence.end))
    return places


def _overlap(place: tuple[int, int], spans: Iterable[tuple[int, int]]) -> int:
    return sum(max(0, min(place[1], end) - max(place[0], start)) for start, end in spans)
