"""The vocabulary is complete, consistent with the shapes and the JSON-LD context, and readable by ontology tools."""

from __future__ import annotations

import json
from pathlib import Path

import owlready2
import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node
from sample import sample_quads

from kg import vocab


def words(text: str) -> list[str]:
    return text.split()


CLASSES = words("""
    Actor Assertion Cause CivilSocietyGroup Collective CollectiveAction Company Contract Count Demand Document
    GovernmentBody LegalAction NewsOutlet Organization Person Petition Place Protest PublicStatement Technology
    TimeSpan Union UnionAction University
    Decision
""")

LINKS = words("""
    addressee buyer concerns contractValue covers demands form inResponseTo memberAffiliation opposes organizer
    participant place signatory size speaker status supplier supplies supports target when
    decides left right
""")

DATA = words("""
    confidence corroboration earliest extractor factuality latest precision qualifier quotation rawText subject
    correction decidedBy fact inDocument reason score verdict
""")

BORROWED = words("""
    oa:end oa:exact oa:hasSelector oa:hasSource oa:prefix oa:start oa:suffix org:member org:memberOf org:organization
    org:role org:subOrganizationOf prov:wasAttributedTo prov:wasDerivedFrom rdf:object rdf:predicate rdf:subject
    rdfs:label schema:currency schema:datePublished schema:identifier schema:maxValue schema:minValue schema:name
    schema:publisher schema:startDate schema:url schema:value skos:altLabel
""")

BORROWED_CLASSES = words("""
    oa:SpecificResource oa:TextPositionSelector oa:TextQuoteSelector org:Membership rdf:Statement schema:MonetaryAmount
""")

FORMS = {
    "Petition": "email-campaign open-letter other petition pledge",
    "Protest": "boycott demonstration disruption hunger-strike online-protest other picket resignation sit-in slowdown"
    " strike vigil walkout",
    "UnionAction": "bargaining other union-contract union-drive union-election union-formed union-recognition",
    "LegalAction": "charge complaint lawsuit other ruling settlement",
}

STATUSES = {
    "CollectiveAction": "cancelled occurred ongoing planned prevented threatened",
    "Contract": "awarded bidding cancelled ended modified ongoing proposed withdrawn",
}

PARENTS = [
    ("cag:Actor", "foaf:Agent prov:Agent sem:Actor"),
    ("cag:Assertion", "prov:Entity rdf:Statement"),
    ("cag:Cause", "skos:Concept"),
    ("cag:CivilSocietyGroup", "cag:Organization schema:NGO"),
    ("cag:Collective", "cag:Actor foaf:Group"),
    ("cag:CollectiveAction", "lode:Event schema:Event sem:Event"),
    ("cag:Company", "cag:Organization schema:Corporation"),
    ("cag:Contract", "prov:Entity"),
    ("cag:Count", "schema:QuantitativeValue"),
    ("cag:Demand", "prov:Entity"),
    ("cag:Document", "prov:Entity schema:CreativeWork"),
    ("cag:GovernmentBody", "cag:Organization schema:GovernmentOrganization"),
    ("cag:NewsOutlet", "cag:Organization schema:NewsMediaOrganization"),
    ("cag:Organization", "cag:Actor org:Organization"),
    ("cag:Person", "cag:Actor foaf:Person"),
    ("cag:Place", "schema:Place"),
    ("cag:PublicStatement", "sem:Event"),
    ("cag:Technology", "prov:Entity"),
    ("cag:Union", "cag:Organization schema:WorkersUnion"),
    ("cag:University", "cag:Organization schema:CollegeOrUniversity"),
    ("cag:Decision", "prov:Entity"),
    *((f"cag:{kind}", "cag:CollectiveAction") for kind in ("Petition", "Protest", "UnionAction", "LegalAction")),
]


def term(curie: str) -> URIRef:
    return URIRef(vocab.iri(curie))


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return Graph().parse(vocab.schema_dir() / "ontology.ttl")


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return Graph().parse(vocab.schema_dir() / "shapes.ttl")


def names(nodes: object, prefix: str) -> set[str]:
    """Return the local names of those nodes that belong to the prefix."""
    namespace = vocab.prefixes()[prefix]
    return {str(node).removeprefix(namespace) for node in nodes if str(node).startswith(namespace)}  # type: ignore[attr-defined]


def test_the_classes_and_properties_are_those_of_the_vocabulary(ontology: Graph) -> None:
    assert names(ontology.subjects(RDF.type, OWL.Class), "cag") == set(CLASSES)
    assert names(ontology.subjects(RDF.type, OWL.ObjectProperty), "cag") == set(LINKS)
    assert names(ontology.subjects(RDF.type, OWL.DatatypeProperty), "cag") == set(DATA)


def test_borrowed_terms_are_declared(ontology: Graph) -> None:
    properties = {
        each
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
        for each in ontology.subjects(RDF.type, kind)
    }
    assert {curie for curie in BORROWED if term(curie) not in properties} == set()
    assert {curie for curie in BORROWED_CLASSES if (term(curie), RDF.type, OWL.Class) not in ontology} == set()


@pytest.mark.parametrize(("child", "parents"), PARENTS)
def test_alignments_by_subclass(ontology: Graph, child: str, parents: str) -> None:
    assert set(ontology.objects(term(child), RDFS.subClassOf)) == {term(parent) for parent in parents.split()}


@pytest.mark.parametrize(
    ("left", "relation", "right"),
    [
        ("cag:Person", OWL.equivalentClass, "schema:Person"),
        ("cag:Protest", SKOS.closeMatch, "wd:Q273120"),
        ("cag:Contract", SKOS.closeMatch, "epo:Contract"),
        ("cag:Contract", SKOS.closeMatch, "ftm:Contract"),
        ("cag:Contract", SKOS.closeMatch, "wd:Q93288"),
        ("cag:Technology", SKOS.closeMatch, "schema:Product"),
        ("cag:supplier", SKOS.closeMatch, "epo:signedByContractor"),
        ("cag:supplier", SKOS.closeMatch, "ftm:ContractAward:supplier"),
        ("cag:buyer", SKOS.closeMatch, "epo:signedByBuyer"),
        ("cag:buyer", SKOS.closeMatch, "ftm:Contract:authority"),
        ("cag:signatory", RDFS.subPropertyOf, "cag:participant"),
        ("cag:addressee", RDFS.subPropertyOf, "cag:target"),
        ("cag:place", RDFS.subPropertyOf, "sem:hasPlace"),
        ("cag:place", RDFS.subPropertyOf, "schema:location"),
    ],
)
def test_other_alignments(ontology: Graph, left: str, relation: URIRef, right: str) -> None:
    assert (term(left), relation, term(right)) in ontology


def test_every_own_term_is_labelled_and_explained(ontology: Graph) -> None:
    own = [term(f"cag:{name}") for name in (*CLASSES, *LINKS, *DATA)]
    for each in own:
        assert ontology.value(each, RDFS.label), each
        assert len(str(ontology.value(each, RDFS.comment))) > 15, each


def test_every_own_property_has_domain_and_range(ontology: Graph) -> None:
    hints = {"domain": (RDFS.domain, "domainIncludes"), "range": (RDFS.range, "rangeIncludes")}
    for name in (*LINKS, *DATA):
        for strict, hint in hints.values():
            stated = [ontology.value(term(f"cag:{name}"), each) for each in (strict, term(f"schema:{hint}"))]
            assert any(stated), (name, hint)


@pytest.mark.parametrize(("prefix", "groups"), [("form", FORMS), ("status", STATUSES)])
def test_concept_schemes(ontology: Graph, prefix: str, groups: dict[str, str]) -> None:
    scheme = URIRef(vocab.prefixes()[prefix])
    assert (scheme, RDF.type, SKOS.ConceptScheme) in ontology
    found: dict[str, set[str]] = {}
    for concept in ontology.subjects(SKOS.inScheme, scheme):
        assert (concept, RDF.type, SKOS.Concept) in ontology
        assert ontology.value(concept, SKOS.prefLabel), concept
        assert ontology.value(concept, SKOS.definition), concept
        for class_ in names(ontology.objects(concept, term("cag:appliesTo")), "cag"):
            found.setdefault(class_, set()).update(names([concept], prefix))
    assert found == {class_: set(members.split()) for class_, members in groups.items()}


def test_header_is_versioned_and_licensed(ontology: Graph) -> None:
    header = URIRef(vocab.ONTOLOGY_GRAPH)
    assert (header, RDF.type, OWL.Ontology) in ontology
    assert str(ontology.value(header, OWL.versionInfo)) == "0.1.0"
    assert ontology.value(header, OWL.versionIRI) == URIRef(vocab.ONTOLOGY_GRAPH + "/0.1.0")
    assert ontology.value(header, term("dcterms:license"))
    assert ontology.value(header, term("dcterms:description"))
    assert "not registered" in str(ontology.value(header, RDFS.comment))


def test_no_term_is_two_kinds_of_thing(ontology: Graph) -> None:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, OWL.NamedIndividual)
    declared = [each for kind in kinds for each in ontology.subjects(RDF.type, kind)]
    assert sorted({str(each) for each in declared if declared.count(each) > 1}) == []


def test_every_property_that_is_used_is_declared(ontology: Graph) -> None:
    builtin = (str(RDF), str(RDFS), str(OWL))
    used = {each for each in ontology.predicates() if not str(each).startswith(builtin)}
    assert {str(each) for each in used if (each, RDF.type, None) not in ontology} == set()


def test_owlready_reads_it(ontology: Graph, tmp_path: Path) -> None:
    file = tmp_path / "ontology.rdf"
    ontology.serialize(file, format="xml")
    loaded = owlready2.World().get_ontology(file.as_uri()).load()
    assert {c.iri for c in loaded.classes()} >= {str(term(f"cag:{name}")) for name in CLASSES}
    assert {p.iri for p in loaded.object_properties()} >= {str(term(f"cag:{name}")) for name in LINKS}
    assert {p.iri for p in loaded.data_properties()} >= {str(term(f"cag:{name}")) for name in DATA}
    petition = loaded.world[str(term("cag:Petition"))]
    assert str(term("sem:Event")) in {c.iri for c in petition.ancestors() if hasattr(c, "iri")}


@pytest.mark.parametrize("name", ["ontology.ttl", "shapes.ttl"])
def test_oxigraph_reads_it_as_rdflib_does(name: str) -> None:
    file = vocab.schema_dir() / name
    assert len(list(ox.parse(path=str(file)))) == len(Graph().parse(file))


def listed(shapes: Graph, shape: str, path: URIRef) -> set[Node]:
    """Return the values that the shape enumerates for the path."""
    owner = URIRef(f"https://w3id.org/cag/shapes#{shape}")
    properties = [each for each in shapes.objects(owner, SH.property) if shapes.value(each, SH.path) == path]
    lists = [values for each in properties for values in shapes.objects(each, SH["in"])]
    return {value for values in lists for value in Collection(shapes, values)}


@pytest.mark.parametrize("class_", FORMS)
def test_the_shapes_take_the_forms_of_the_ontology(shapes: Graph, class_: str) -> None:
    expected = {term(f"form:{name}") for name in FORMS[class_].split()}
    assert listed(shapes, f"{class_}Form", term("cag:form")) == expected


@pytest.mark.parametrize(("shape", "class_"), [("Action", "CollectiveAction"), ("Contract", "Contract")])
def test_the_shapes_take_the_statuses_of_the_ontology(shapes: Graph, shape: str, class_: str) -> None:
    expected = {term(f"status:{name}") for name in STATUSES[class_].split()}
    assert listed(shapes, shape, term("cag:status")) == expected


def test_the_shapes_use_declared_terms_only(ontology: Graph, shapes: Graph) -> None:
    nodes = {node for triple in shapes for node in triple if isinstance(node, URIRef)}
    used = {node for node in nodes if node.startswith(vocab.prefixes()["cag"])}
    assert {str(node) for node in used if (node, None, None) not in ontology} == set()


def test_every_constraint_says_what_is_wrong_and_what_to_do(shapes: Graph) -> None:
    messages = [str(message) for message in shapes.objects(None, SH.message)]
    assert len(messages) > 50
    assert [message for message in messages if "; " not in message] == []


def test_the_context_covers_every_term() -> None:
    context = json.loads((vocab.schema_dir() / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    meant = {value if isinstance(value, str) else value.get("@id") for value in context.values() if value != 1.1}
    own = {f"cag:{name}" for name in (*CLASSES, *LINKS, *DATA)}
    assert (own | set(BORROWED) | set(BORROWED_CLASSES)) - meant == set()
    assert {key: value for key, value in context.items() if isinstance(value, dict) and "@id" not in value} == {}


def test_the_context_types_links_and_days() -> None:
    text = (vocab.schema_dir() / "context.jsonld").read_text(encoding="utf-8")
    node = {
        **json.loads(text),
        "@id": "id:protest/1",
        "type": "Protest",
        "hasForm": "form:strike",
        "target": "id:company/1",
        "when": {"@id": "id:time/1", "earliest": "2019-07-15"},
        "startDate": {"@value": "2019-07", "type": "xsd:gYearMonth"},
    }
    found = {str(triple) for triple in ox.parse(json.dumps(node), format=ox.RdfFormat.JSON_LD)}
    expected = Graph().parse(
        format="turtle",
        data="\n".join(f"@prefix {prefix}: <{iri}> ." for prefix, iri in vocab.prefixes().items())
        + """<https://w3id.org/cag/id/protest/1> a cag:Protest ; cag:form form:strike ;
               cag:target <https://w3id.org/cag/id/company/1> ; cag:when <https://w3id.org/cag/id/time/1> ;
               schema:startDate "2019-07"^^xsd:gYearMonth .
             <https://w3id.org/cag/id/time/1> cag:earliest "2019-07-15"^^xsd:date .""",
    )
    assert found == {str(triple) for triple in ox.parse(expected.serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES)}


def test_a_graph_survives_the_context_both_ways() -> None:
    context = json.loads((vocab.schema_dir() / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    triples = {quad.triple for quad in sample_quads()}
    lines = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    compact = Graph().parse(data=lines, format="nt").serialize(format="json-ld", context=context)
    keys = {key for node in json.loads(compact)["@graph"] for key in node}
    assert {key for key in keys if ":" in key} == set()
    assert {quad.triple for quad in ox.parse(compact, format=ox.RdfFormat.JSON_LD)} == triples
