"""Checks a graph against the SHACL shapes and reports each fault with its remedy."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import SchemaError, UsageError
from kg.vocab import curie, prefixes, schema_dir

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

Finding = tuple["Node", "Node | None", "Node | None"]
"""Focus node, path and value of one fault."""

SHAPES = "https://w3id.org/cag/shapes#"
"""Namespace of the shapes that come with the program."""

HARMLESS = ("Warning", "Info")
"""Severities that leave a graph conforming."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One fault: the node it is found at, the property and value concerned (if any), what is wrong and the remedy.

    `focus`, `path` and `value` are IRIs, or readable descriptions of blank nodes, literals and complex paths;
    `severity` is Violation, Warning or Info.
    """

    focus: str
    path: str | None
    value: str | None
    message: str
    severity: str

    def text(self) -> str:
        """Return the fault in two lines: where it is, then what is wrong and what to do."""
        place = " ".join(curie(part) for part in (self.focus, self.path, self.value) if part)
        return f"{self.severity}: {place}\n    {self.message}"


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a validation; `conforms` is false if any finding is more than a warning."""

    conforms: bool
    violations: tuple[Violation, ...]

    def text(self) -> str:
        """Return the report for people: a summary line, then every fault with its remedy."""
        counts = Counter(each.severity for each in self.violations)
        found = ", ".join(f"{n} {severity.lower()}{'s' * (n != 1)}" for severity, n in sorted(counts.items()))
        summary = f"{'conforms' if self.conforms else 'does not conform'}: {found or 'no faults found'}"
        return "\n".join([summary, *(each.text() for each in self.violations)])

    def as_dict(self) -> dict[str, object]:
        """Return the report as JSON-ready data with the same names as the attributes."""
        return {"conforms": self.conforms, "violations": [asdict(each) for each in self.violations]}


def validate(graph: Graph, *, shapes: Path | None = None) -> Report:
    """Check `graph` (of a dataset: the union of its graphs) against SHACL `shapes`, by default those of the schema.

    The class hierarchy of the ontology is known to the check and need not be in the graph; the graph stays unchanged.
    Raises UsageError if `shapes` is no file, SchemaError if it cannot be read or is not well-formed SHACL.
    """
    source = shapes or schema_dir() / "shapes.ttl"
    shapes_graph = _load_shapes(source)
    data = _working_copy(graph)
    findings = [] if shapes else list(_shortcuts(data, shapes_graph))
    findings += _shacl(data, shapes_graph, source, meta=shapes is not None)
    unique = sorted(set(findings), key=lambda v: (v.severity in HARMLESS, *(str(part) for part in asdict(v).values())))
    return Report(all(each.severity in HARMLESS for each in unique), tuple(unique))


def _load_shapes(path: Path) -> Graph:
    from rdflib import Graph
    from rdflib.util import guess_format

    if not path.is_file():
        raise UsageError(f"{path}: no such shapes file; give the path of an RDF file with SHACL shapes")
    graph = _parse(Graph(), path, guess_format(path.name) or "turtle")
    if not any("http://www.w3.org/ns/shacl#" in str(predicate) for predicate in graph.predicates(unique=True)):
        raise SchemaError(f"{path}: holds no SHACL shape; give a file with sh:NodeShape or sh:PropertyShape nodes")
    return graph


def _parse(graph: Graph, path: Path, syntax: str) -> Graph:
    from xml.sax import SAXException

    from rdflib.exceptions import Error
    from rdflib.plugin import PluginException

    # rdflib has no common error: its parsers let all of these through on malformed input.
    faults = (OSError, SyntaxError, ValueError, LookupError, AssertionError, AttributeError, TypeError)
    try:
        return graph.parse(path.as_posix(), format=syntax)
    except (*faults, SAXException, Error, PluginException) as error:
        raise SchemaError(f"{path}: is not readable as {syntax}: {_reason(error)}; correct the file") from error


def _working_copy(graph: Graph) -> Graph:
    """Return the triples in memory, with the class hierarchy that sh:class and sh:targetClass look for."""
    from rdflib import RDFS, XSD, ConjunctiveGraph, Graph, Literal

    found = graph.quads() if isinstance(graph, ConjunctiveGraph) else graph.triples((None, None, None))
    copy = Graph()
    for subject, predicate, value, *_ in found:
        # rdflib tells "x" and "x"^^xsd:string apart, which RDF 1.1 does not, and so would sh:in and sh:hasValue.
        plain = isinstance(value, Literal) and value.datatype == XSD.string
        copy.add((subject, predicate, Literal(str(value)) if plain else value))
    ontology = _parse(Graph(), schema_dir() / "ontology.ttl", "turtle")
    for triple in ontology.triples((None, RDFS.subClassOf, None)):
        copy.add(triple)
    return copy


def _shacl(data: Graph, shapes: Graph, source: Path, *, meta: bool) -> Iterator[Violation]:
    from rdflib import RDF, SH

    results = _results(data, shapes, source, meta=meta)
    for result in results.subjects(RDF.type, SH.ValidationResult):
        focus, path, value = (results.value(result, p) for p in (SH.focusNode, SH.resultPath, SH.value))
        messages = sorted(str(message) for message in results.objects(result, SH.resultMessage))
        severity = str(results.value(result, SH.resultSeverity)).rpartition("#")[2]
        yield Violation(
            _name(data, focus) or "",
            _path(results, path),
            _name(data, value),
            "; ".join(messages),
            severity,
        )


def _results(data: Graph, shapes: Graph, source: Path, *, meta: bool) -> Graph:
    from pyparsing import ParseException
    from pyshacl import validate as run
    from pyshacl.errors import ReportableRuntimeError
    from rdflib import Graph

    # It would print what the error raised below says.
    logging.getLogger("pyshacl-validate").disabled = True
    try:
        _, results, text = run(data, shacl_graph=shapes, inplace=True, meta_shacl=meta)
    except (ReportableRuntimeError, ParseException, re.error) as error:
        raise SchemaError(f"{source}: is not well-formed SHACL: {_reason(error)}; correct the shape") from error
    if not isinstance(results, Graph):
        raise SchemaError(f"{source}: the shapes cannot be applied: {text}; correct the shape")
    return results


def _reason(error: Exception) -> str:
    """Return one line: of a report about the shapes the faults and their places, else the message."""
    lines = [line.strip() for line in str(error).splitlines()]
    faults = [line for line in lines if line.startswith(("Focus Node:", "Message:"))]
    return ("; ".join(faults) or " ".join(lines))[:300] or type(error).__name__


def _path(graph: Graph, path: Node | None) -> str | None:
    from pyshacl import ShapesGraph
    from pyshacl.helper.path_helper import shacl_path_to_sparql_path
    from rdflib import BNode

    if not isinstance(path, BNode):
        return None if path is None else str(path)
    spelled: str = shacl_path_to_sparql_path(ShapesGraph(graph), path, prefixes=prefixes())
    return spelled


def _name(graph: Graph, node: Node | None, depth: int = 3) -> str | None:
    """Return a name that says the same in every run: blank nodes are named by what leads to them."""
    from rdflib import XSD, BNode, Literal

    if isinstance(node, Literal):
        kind = node.datatype if node.datatype != XSD.string else None
        return f'"{node}"' + (f"^^{curie(str(kind))}" if kind else f"@{node.language}" if node.language else "")
    if not isinstance(node, BNode):
        return None if node is None else str(node)
    owners = sorted((not isinstance(s, BNode), str(p), s) for s, p in graph.subject_predicates(node))
    if not owners or not depth:
        return "a blank node"
    _, predicate, owner = owners[-1]
    return f"{curie(predicate)} of {curie(_name(graph, owner, depth - 1) or '')}"


# --- The SPARQL constraints of the schema's own shapes, in linear time --------------------------------------------


def _shortcuts(data: Graph, shapes: Graph) -> Iterator[Violation]:
    """Yield what the SPARQL constraints would, and deactivate them in `shapes`."""
    from rdflib import SH, Literal, URIRef

    checks: dict[str, Callable[[Graph, set[Node]], Iterator[Finding]]]
    checks = {"Evidence": _unsupported, "Verbatim": _wrong_lengths}
    for name, check in checks.items():
        shape = URIRef(SHAPES + name)
        shapes.add((shape, SH.deactivated, Literal(True)))
        constraint = shapes.value(shape, SH.sparql)
        message = str(shapes.value(constraint, SH.message))
        for focus, path, value in check(data, _targets(data, shapes, shape)):
            place = None if path is None else str(path)
            yield Violation(_name(data, focus) or "", place, _name(data, value), message, "Violation")


def _targets(data: Graph, shapes: Graph, shape: Node) -> set[Node]:
    from rdflib import RDF, RDFS, SH

    classes = {
        c for top in shapes.objects(shape, SH.targetClass) for c in data.transitive_subjects(RDFS.subClassOf, top)
    }
    return {node for each in classes for node in data.subjects(RDF.type, each)}


def _unsupported(data: Graph, nodes: set[Node]) -> Iterator[Finding]:
    """Yield every triple about `nodes` that no assertion supports, computed relations excepted."""
    from rdflib import OWL, URIRef

    computed = {OWL.sameAs, URIRef(prefixes()["cag"] + "corroboration")}
    buyer, supplier, supplies = (URIRef(prefixes()["cag"] + name) for name in ("buyer", "supplier", "supplies"))
    supported = {triple for assertion in _supporting(data) for triple in _asserted(data, assertion)}
    for contract, seller in data.subject_objects(supplier):
        supported |= {(seller, supplies, customer) for customer in data.objects(contract, buyer)}
    for node in nodes:
        for _, predicate, value in data.triples((node, None, None)):
            if predicate not in computed and (node, predicate, value) not in supported:
                yield node, predicate, value


def _supporting(data: Graph) -> set[Node]:
    from rdflib import URIRef

    factuality = URIRef(prefixes()["cag"] + "factuality")
    return {node for node, value in data.subject_objects(factuality) if str(value) != "negated"}


def _asserted(data: Graph, assertion: Node) -> Iterator[tuple[Node, ...]]:
    from rdflib import RDF

    subjects, predicates, values = (tuple(data.objects(assertion, p)) for p in (RDF.subject, RDF.predicate, RDF.object))
    return product(subjects, predicates, values)


def _wrong_lengths(data: Graph, passages: set[Node]) -> Iterator[Finding]:
    """Yield every quote whose number of code points differs from what its offsets say."""
    from rdflib import Literal, URIRef

    selector, exact, start, end = (URIRef(prefixes()["oa"] + name) for name in ("hasSelector", "exact", "start", "end"))
    for passage in passages:
        selectors = list(data.objects(passage, selector))
        quotes = [quote for each in selectors for quote in data.objects(each, exact)]
        spans = [pair for each in selectors for pair in product(data.objects(each, start), data.objects(each, end))]
        for quote, (first, last) in product(quotes, spans):
            numbers = [n.value for n in (first, last) if isinstance(n, Literal) and isinstance(n.value, int)]
            if len(numbers) == 2 and numbers[1] - numbers[0] != len(str(quote)):
                yield passage, exact, quote
