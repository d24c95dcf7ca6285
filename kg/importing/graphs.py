"""Reads RDF in the project's vocabulary back into documents and statements.

What has its evidence with it keeps it: the document's text is put together from the quotes, with blanks between them.
A triple without evidence gets some: the file becomes a document that has a line for each such triple.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import rdf, vocab
from kg.errors import DocumentError, UsageError
from kg.importing.checks import check_values
from kg.importing.pages import slug
from kg.model import Document, Literal, Statement, content_hash
from kg.rdfxml import check_entities
from kg.store import FILE_FORMATS, SYSTEM_GRAPHS, graph_name

_CAG, _ID = vocab.iri("cag:"), vocab.ID_BASE
_DERIVED = vocab.iri("cag:derived")
_TYPE = ox.NamedNode(vocab.iri("rdf:type"))
_PARTS = tuple(ox.NamedNode(vocab.iri(f"rdf:{name}")) for name in ("subject", "predicate", "object"))
_RECORDS = frozenset(
    vocab.iri(name)
    for name in ("cag:Assertion", "cag:Document", "oa:SpecificResource", "oa:TextQuoteSelector",
                 "oa:TextPositionSelector", "cag:Count", "cag:TimeSpan", "schema:MonetaryAmount")
)  # fmt: skip
_COMPUTED = frozenset({vocab.iri("cag:corroboration")})
_NAMES = tuple(vocab.iri(name) for name in ("rdfs:label", "skos:altLabel", "cag:rawText"))

Found = tuple[Document, list[Statement]]
Facts = dict[str, dict[str, list[Any]]]


def read_graph(path: Path, problems: list[DocumentError], *, mark: str = "") -> list[Found]:
    """Return the documents of an RDF file with their statements; what has a wrong quote is added to `problems`.

    Raises UsageError for a file that is not RDF, uses terms that the vocabulary does not have, or none that it has.
    """
    triples = _checked(path, _named(path, _parsed(path)))
    facts: Facts = {}
    for triple in triples:
        facts.setdefault(_iri(triple.subject), {}).setdefault(triple.predicate.value, []).append(triple.object)
    check_values(path, facts)
    lines = _Lines(path, facts)
    own = [quad for triple in triples if lines.lacks(triple) for quad in lines.proof(triple)]
    quads = [*(ox.Quad(t.subject, t.predicate, t.object) for t in triples), *own]
    names = _local_names(facts)
    texts = {**_texts(facts), lines.document: lines.text()}
    by_document: dict[str, list[Statement]] = {}
    for statement in rdf.statements(quads):
        evidence = statement.evidence
        if texts.get(evidence.document, "")[evidence.start : evidence.end] != evidence.quote:
            reason = f"“{evidence.quote[:40]}” does not fit its place in {evidence.document}"
            problems.append(DocumentError(str(path), reason, "correct offsets or quote"))
            continue
        by_document.setdefault(evidence.document, []).append(_renamed(statement, names))
    sources = {**_documents(facts, texts), lines.document: Document(lines.document, lines.text(), title=path.name)}
    source = f"{mark}{path.resolve()}"
    labels = {_local(node, names): label for node, found in facts.items() if (label := _one(found, "rdfs:label"))}
    return [
        (replace(sources[name], source=f"{source}#{name}"), list(_labelled(said, labels)))
        for name, said in sorted(by_document.items())
    ]


def _parsed(path: Path) -> list[ox.Quad]:
    check_entities(path)
    format_ = FILE_FORMATS[path.suffix.lower()]
    try:
        found = list(ox.parse(path=str(path), format=format_, base_iri=path.resolve().as_uri()))
    except (SyntaxError, ValueError, OSError) as error:
        raise UsageError(f"{path}: not valid {format_.name}: {error}; correct the file") from error
    return [quad for quad in found if graph_name(quad) not in SYSTEM_GRAPHS | {_DERIVED}]


def _named(path: Path, quads: list[ox.Quad]) -> list[ox.Triple]:
    """Give blank nodes identifiers, the same at every reading, and drop which graph a triple came from.

    They are counted as they come: canonical names would take for ever on some graphs (poison graphs of RDFC-1.0).
    """
    numbers: dict[str, int] = {}

    def named(term: Any) -> Any:
        if isinstance(term, ox.BlankNode):
            number = numbers.setdefault(term.value, len(numbers))
            return ox.NamedNode(f"{_ID}node/{content_hash(path.stem, str(number))}")
        return term

    return sorted({ox.Triple(named(q.subject), q.predicate, named(q.object)) for q in quads}, key=str)


def _checked(path: Path, triples: list[ox.Triple]) -> list[ox.Triple]:
    known = _terms()
    used = {term.value for t in triples for term in (t.predicate, t.object) if isinstance(term, ox.NamedNode)}
    own = {iri for iri in used if iri.startswith(_CAG)}
    for iri in sorted(own - known):
        near = get_close_matches(iri, known, n=1, cutoff=0.8)
        hint = f"did you mean {vocab.curie(near[0])}?" if near else "its terms are in schema/ontology.ttl"
        raise UsageError(f"{path}: {vocab.curie(iri)} is not in the vocabulary; {hint}")
    if not own:
        raise UsageError(f"{path}: nothing in it uses the vocabulary (cag:); map it to schema/ontology.ttl first")
    return triples


def _terms() -> set[str]:
    found = ox.parse(path=str(vocab.schema_dir() / "ontology.ttl"), format=ox.RdfFormat.TURTLE)
    return {quad.subject.value for quad in found if isinstance(quad.subject, ox.NamedNode)}


class _Lines:
    """The document that a file becomes for its triples without evidence: a line for each."""

    def __init__(self, path: Path, facts: Facts) -> None:
        self.document = path.stem
        self._facts = facts
        self._lines: list[str] = []
        self._length = 0
        self._proven = {
            tuple(str(found.get(part.value, [""])[0]) for part in _PARTS)
            for found in facts.values()
            if _iris(found, _TYPE.value) & {vocab.iri("cag:Assertion")}
        }

    def lacks(self, triple: ox.Triple) -> bool:
        """Tell whether a triple is about a thing and no assertion states it."""
        kinds = _iris(self._facts[_iri(triple.subject)], _TYPE.value)
        if not kinds or kinds & _RECORDS or triple.predicate.value in _COMPUTED:
            return False
        if not any(kind.startswith(_CAG) or kind == vocab.iri("org:Membership") for kind in kinds):
            return False
        return (str(triple.subject), str(triple.predicate), str(triple.object)) not in self._proven

    def proof(self, triple: ox.Triple) -> Iterator[ox.Quad]:
        """Add the triple's line and yield an assertion that quotes it."""
        predicate = vocab.curie(triple.predicate.value)
        line = " ".join(f"{self._name(triple.subject)} {predicate} {self._name(triple.object)}".split())
        start, end = self._length, self._length + len(line)
        self._lines.append(line)
        self._length = end + 1
        node = f"{_ID}assertion/{content_hash(self.document, str(triple))}"
        said = {"subject": triple.subject, "predicate": triple.predicate, "object": triple.object}
        yield from (_quad(node, f"rdf:{name}", term) for name, term in said.items())
        yield _quad(node, "rdf:type", ox.NamedNode(vocab.iri("cag:Assertion")))
        values = {"cag:factuality": "certain", "cag:confidence": "1", "cag:extractor": "import/rdf"}
        yield from (_quad(node, name, ox.Literal(value)) for name, value in values.items())
        yield _quad(node, "prov:wasDerivedFrom", ox.NamedNode(f"{node}#span"))
        yield _quad(f"{node}#span", "oa:hasSource", ox.NamedNode(f"{_ID}doc/import"))
        yield _quad(f"{_ID}doc/import", "schema:identifier", ox.Literal(self.document))
        for name, value in (("exact", line), ("start", str(start)), ("end", str(end))):
            yield _quad(f"{node}#span", "oa:hasSelector", ox.NamedNode(f"{node}#span"))
            yield _quad(f"{node}#span", f"oa:{name}", ox.Literal(value))

    def text(self) -> str:
        """Return all lines."""
        return "".join(f"{line}\n" for line in self._lines)

    def _name(self, term: Any) -> str:
        if isinstance(term, ox.Literal):
            return term.value
        found = self._facts.get(term.value, {})
        label = next((values[0].value for name in _NAMES if (values := found.get(name))), None)
        return label or vocab.curie(term.value)


def _quad(subject: str, predicate: str, object_: Any) -> ox.Quad:
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode(vocab.iri(predicate)), object_)


def _iri(term: Any) -> str:
    return str(term) if isinstance(term, ox.Triple) else str(term.value)


def _iris(found: Mapping[str, list[Any]], predicate: str) -> set[str]:
    return {term.value for term in found.get(predicate, ()) if isinstance(term, ox.NamedNode)}


def _one(found: Mapping[str, list[Any]], name: str) -> str | None:
    values = found.get(vocab.iri(name))
    return values[0].value if values else None


def _texts(facts: Facts) -> dict[str, str]:
    """Put the text of each document together from the quotes and what stands around them."""
    pieces: dict[str, list[tuple[int, str]]] = {}
    for found in facts.values():
        source, selectors = _one(found, "oa:hasSource"), found.get(vocab.iri("oa:hasSelector"))
        if source is None or not selectors:
            continue
        name = _one(facts.get(source, {}), "schema:identifier")
        values = {key: value for s in selectors for key in ("start", "exact", "prefix", "suffix")
                  if (value := _one(facts.get(s.value, {}), f"oa:{key}")) is not None}  # fmt: skip
        if name is not None and {"start", "exact"} <= values.keys():
            start, before = int(values["start"]), values.get("prefix", "")
            whole = before + values["exact"] + values.get("suffix", "")
            pieces.setdefault(name, []).append((start - len(before), whole))
    return {name: _joined(found) for name, found in pieces.items()}


def _joined(pieces: Iterable[tuple[int, str]]) -> str:
    text: list[str] = []
    for start, words in pieces:
        text += " " * (start + len(words) - len(text))
        text[start : start + len(words)] = words
    return "".join(text)


def _documents(facts: Facts, texts: Mapping[str, str]) -> dict[str, Document]:
    found = {}
    for about in facts.values():
        if (name := _one(about, "schema:identifier")) in texts and vocab.iri("cag:Document") in _iris(
            about, _TYPE.value
        ):
            day = _one(about, "schema:datePublished")
            found[str(name)] = Document(
                str(name), texts[str(name)], title=_one(about, "schema:name"), url=_one(about, "schema:url"),
                date=date.fromisoformat(day) if day else None, publisher=_one(about, "schema:publisher"),
                author=_one(about, "schema:author"), language=_one(about, "schema:inLanguage"),
            )  # fmt: skip
    return found


def _local_names(facts: Facts) -> dict[str, str]:
    """Return identifiers for the things that have one from elsewhere."""
    names = {}
    for node, found in facts.items():
        kinds = sorted(kind.removeprefix(_CAG) for kind in _iris(found, _TYPE.value) if kind.startswith(_CAG))
        if kinds and not node.startswith(_ID):
            label = _one(found, "rdfs:label") or ""
            names[vocab.curie(node)] = f"{kinds[0].lower()}/{slug(label)}-{content_hash(node, length=8)}"
    return names


def _local(node: str, names: Mapping[str, str]) -> str:
    return names.get(vocab.curie(node), node.removeprefix(_ID))


def _labelled(said: list[Statement], labels: Mapping[str, str]) -> Iterator[Statement]:
    """Give each thing a label in every document that tells of it: a graph has the preferred name in some only."""
    named = {s.subject for s in said if s.predicate == "rdfs:label" and s.evidence.factuality != "negated"}
    for statement in said:
        yield statement
        subject = statement.subject
        if statement.predicate == "rdf:type" and subject in labels and subject not in named:
            named.add(subject)
            yield replace(statement, predicate="rdfs:label", object=Literal(labels[subject]))


def _renamed(statement: Statement, names: Mapping[str, str]) -> Statement:
    object_, by = statement.object, statement.evidence.attributed_to
    return replace(
        statement,
        subject=names.get(statement.subject, statement.subject),
        object=names.get(object_, object_) if isinstance(object_, str) else object_,
        evidence=replace(statement.evidence, attributed_to=by and names.get(by, by)),
    )
