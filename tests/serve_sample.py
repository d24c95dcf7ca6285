"""The sample graph with the texts of its documents, and one document whose names and words mean harm."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pyoxigraph as ox
from sample import CONTRACT, LETTER, said, sample_quads

from kg.cache import Cache
from kg.model import Document, Linker, Literal
from kg.rdf import quads

SCRIPT = "<script>window.hacked = 1</script>"
IMAGE = "\"><img src=x onerror='window.hacked = 1'>"
RTL = "\u202eevil\u202c שלום"

HOSTILE = Document(
    id="hostile",
    title=f"{SCRIPT} & {RTL}",
    date=date(2020, 1, 2),
    url="javascript:window.hacked=1",
    publisher=IMAGE,
    text=f"{SCRIPT} signed a letter.\n\n{IMAGE} was there: {RTL} too. </div></main> {{{{ 7 * 7 }}}} 🚀 the end.",
)


def hostile_statements() -> list:  # type: ignore[type-arg]
    """Return what HOSTILE says."""
    d, letter = HOSTILE, "petition/hostile"
    company, person = "company/hostile", "person/hostile"
    whole = f"{SCRIPT} signed a letter."
    return [
        said(d, "letter", letter, "rdf:type", "cag:Petition"),
        said(d, whole, letter, "rdfs:label", Literal(whole)),
        said(d, "a letter", letter, "schema:startDate", Literal("2020-01", "xsd:gYearMonth")),
        said(d, SCRIPT, company, "rdf:type", "cag:Company"),
        said(d, SCRIPT, company, "rdfs:label", Literal(SCRIPT)),
        said(d, SCRIPT, letter, "cag:organizer", company),
        said(d, whole, letter, "cag:signatory", person),
        said(d, RTL, person, "rdf:type", "cag:Person"),
        said(d, RTL, person, "rdfs:label", Literal(RTL)),
        said(d, IMAGE, person, "skos:altLabel", Literal(IMAGE)),
        said(d, "🚀 the end", letter, "cag:concerns", company),
    ]


def served_quads() -> list[ox.Quad]:
    """Return all quads."""
    evil = ox.NamedNode("javascript:window.hacked=1")
    graph = ox.NamedNode("https://w3id.org/cag/id/doc/hostile")
    same = ox.NamedNode("http://www.w3.org/2002/07/owl#sameAs")
    extra = ox.Quad(ox.NamedNode("https://w3id.org/cag/id/person/hostile"), same, evil, graph)
    return [*sample_quads(), *quads(HOSTILE, hostile_statements(), Linker()), extra]


def served_folder(folder: Path, publish: Callable[[Path, Iterable[ox.Quad]], None]) -> Path:
    """Write the graph folder, with texts."""
    publish(folder, served_quads())
    with Cache(folder) as cache:
        cache.keep([LETTER, CONTRACT, HOSTILE])
    return folder
