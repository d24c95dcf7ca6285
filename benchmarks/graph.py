"""How fast a graph is loaded, asked and written: against bare pyoxigraph, and against rdflib's memory store.

    python benchmarks/graph.py [--triples N] [--rdflib N] [--rounds N] [--json FILE]

A graph of N triples is generated in the project's own shape: documents with petitions, protests and contracts of
recurring actors, every statement with its assertion, quote and place. Both sides of a comparison run in this process,
turn by turn; figures are the best of the rounds. `--rdflib` takes a smaller graph for the comparison with rdflib, which
needs minutes for a million triples; 0 leaves it out. Quick: --triples 20000 --rounds 3.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import vocab
from kg.graph import Graph
from kg.model import Count, Document, Evidence, Linker, Literal, Money, Statement, Term, TimeSpan
from kg.rdf import quads
from kg.store import open_graph, publish

COMPANIES, PEOPLE, PLACES = 300, 2000, 60
MAX_RATIO, MIN_QUERY, MIN_LOAD, MIN_EXPORT, MAX_START = 1.2, 20.0, 5.0, 10.0, 0.7

ROLES = "cag:organizer cag:participant cag:signatory cag:target cag:addressee cag:supplier cag:buyer"

QUERIES = {
    "petitions and what they ask": """SELECT ?name ?who ?to ?size { ?p a cag:Petition ; rdfs:label ?name
        OPTIONAL { ?p cag:signatory/rdfs:label ?who } OPTIONAL { ?p cag:addressee/rdfs:label ?to }
        OPTIONAL { ?p cag:size/cag:rawText ?size } } LIMIT 1000""",
    "contracts of a company": """SELECT ?c ?buyer ?date ?amount { ?c a cag:Contract ; cag:supplier|cag:buyer ?s .
        ?s rdfs:label ?name FILTER(CONTAINS(LCASE(?name), 'company 7')) ?c cag:buyer/rdfs:label ?buyer
        OPTIONAL { ?c schema:startDate ?date } OPTIONAL { ?c cag:contractValue/cag:rawText ?amount } }""",
    "who acted against whom": """SELECT ?who ?whom ?date { ?a cag:participant/rdfs:label ?who ;
        cag:target/rdfs:label ?whom OPTIONAL { ?a schema:startDate ?date } }""",
    "largest actions": """SELECT ?name ?n { ?a cag:size/schema:minValue ?n ; rdfs:label ?name ;
        a/rdfs:subClassOf* cag:CollectiveAction } ORDER BY DESC(?n) LIMIT 100""",
    "actions after a day": """SELECT ?a ?d { ?a a cag:Protest ; schema:startDate ?d
        FILTER(?d > '2019-06-01'^^xsd:date) } ORDER BY ?d""",
    "evidence for a name": """SELECT ?p ?o ?quote ?doc { ?s rdfs:label ?name . ?e rdf:subject ?s ; rdf:predicate ?p ;
        rdf:object ?o ; prov:wasDerivedFrom ?span . ?span oa:hasSource/schema:identifier ?doc ;
        oa:hasSelector/oa:exact ?quote FILTER(CONTAINS(LCASE(?name), 'petition 15 ')) }""",
    "facts per document": """SELECT ?doc (COUNT(?a) AS ?n) { ?a prov:wasDerivedFrom/oa:hasSource ?doc }
        GROUP BY ?doc""",
    "who says so, by graph": "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?p a cag:Petition } } GROUP BY ?g",
    "names that contain a word": """SELECT ?s ?name { ?s rdfs:label|skos:altLabel ?name
        FILTER(CONTAINS(LCASE(?name), 'company 1')) }""",
    "timeline of an actor": f"""SELECT DISTINCT ?what ?role ?date {{ ?thing ?role ?who . VALUES ?role {{ {ROLES} }}
        ?who rdfs:label 'Company 7' . ?thing rdfs:label ?what OPTIONAL {{ ?thing schema:startDate ?date }} }}
        ORDER BY ?date""",
    "actors in two kinds of action": """SELECT DISTINCT ?who { ?p a cag:Petition ; cag:signatory ?who .
        ?q a cag:Protest ; cag:participant ?who }""",
    "doubtful statements": """SELECT ?s ?p ?c ?doc { ?a rdf:subject ?s ; rdf:predicate ?p ; cag:confidence ?c ;
        prov:wasDerivedFrom/oa:hasSource ?doc FILTER(?c < 0.45) }""",
}
"""Representative questions; each has an answer at any size."""


def document(number: int, dice: random.Random) -> tuple[Document, list[Statement]]:
    """Return a document of about 700 triples: a petition, a protest and a contract with their parties."""
    company, buyer = dice.randrange(COMPANIES), dice.randrange(COMPANIES)
    company = number if number < COMPANIES else company
    day = date(2015, 1, 1) + timedelta(days=dice.randrange(3000))
    size, place = dice.randrange(10, 5000), dice.randrange(PLACES)
    people = [dice.randrange(PEOPLE) for _ in range(6)]
    text = (
        f"Employees of Company {company} wrote a letter; {size} people signed it on {day}, among them "
        + ", ".join(f"Person {person}" for person in people)
        + f". They marched in Place {place} and asked Company {company} to end its contract with Agency {buyer}."
    )
    page = Document(f"report-{number:06}", text, title=f"Report {number}", date=day, publisher=f"Paper {number % 40}")
    return page, list(statements(page, number, company, buyer, (day, size, place, people), dice))


def statements(
    page: Document, number: int, company: int, buyer: int, more: tuple[date, int, int, list[int]], dice: random.Random
) -> Iterator[Statement]:
    """Yield what a document says, each statement with a quote from it."""
    day, size, place, people = more
    petition, protest, contract = f"petition/{number}", f"protest/{number}", f"contract/{company}-{buyer}"
    firm, agency = f"company/{company}", f"governmentbody/{buyer}"
    facts: list[tuple[str, str, Term]] = []
    for node, cls, label in (
        (petition, "Petition", f"petition {number} to Company {company}"),
        (protest, "Protest", f"protest {number} in Place {place}"),
        (contract, "Contract", f"contract of Company {company} with Agency {buyer}"),
        (firm, "Company", f"Company {company}"),
        (agency, "GovernmentBody", f"Agency {buyer}"),
        (f"place/{place}", "Place", f"Place {place}"),
        *((f"person/{person}", "Person", f"Person {person}") for person in people),
    ):
        facts += [(node, "rdf:type", f"cag:{cls}"), (node, "rdfs:label", Literal(label))]
    span = TimeSpan(str(day), day, day, "day")
    for event in (petition, protest, contract):
        facts += [(event, "schema:startDate", Literal(day.isoformat(), "xsd:date")), (event, "cag:when", span)]
    facts += [(petition, "cag:signatory", f"person/{person}") for person in people]
    facts += [(protest, "cag:participant", f"person/{person}") for person in people[:3]]
    facts += [
        (petition, "cag:form", "form:open-letter"), (protest, "cag:form", "form:demonstration"),
        (petition, "cag:addressee", firm), (petition, "cag:target", firm), (protest, "cag:target", firm),
        (petition, "cag:concerns", contract), (protest, "cag:place", f"place/{place}"),
        (petition, "cag:size", Count(f"{size} people", "exact", size, size, size)),
        (contract, "cag:supplier", firm), (contract, "cag:buyer", agency), (firm, "cag:supplies", agency),
        (contract, "cag:contractValue", Money(f"${size} million", "exact", "USD", Decimal(size * 10**6), None, None)),
    ]  # fmt: skip
    for subject, predicate, object_ in facts:
        start = dice.randrange(len(page.text) - 60)
        quote = page.text[start : start + dice.randrange(20, 60)]
        confidence = dice.randrange(40, 100) / 100
        evidence = Evidence(page.id, start, start + len(quote), quote, "bench/generated", confidence)
        yield Statement(subject, predicate, object_, evidence)


def generated(triples: int) -> Iterator[ox.Quad]:
    """Yield the quads of as many documents as make the wanted number of triples."""
    dice, done, number = random.Random(7), 0, 0
    while done < triples:
        page, said = document(number, dice)
        found = quads(page, said, Linker())
        yield from found
        done, number = done + len(found), number + 1


def best(rounds: int, *calls: Callable[[], Any]) -> list[float]:
    """Return the shortest time of each call, in seconds; the calls take turns."""
    times = [math.inf] * len(calls)
    for _ in range(rounds):
        for index, call in enumerate(calls):
            start = time.perf_counter()
            call()
            times[index] = min(times[index], time.perf_counter() - start)
    return times


def rounds_for(seconds: float, rounds: int) -> int:
    """Return how often something that takes so long is measured: the quick ones more often."""
    return max(rounds, min(200, int(0.5 / max(seconds, 1e-6))))


def ask(graph: Graph, rounds: int) -> dict[str, tuple[float, float]]:
    """Return for each query the seconds that pyoxigraph and Graph.query need, answers read to the end."""
    prefixes, engine = vocab.prefixes(), graph.store.engine
    found = {}
    for name, sparql in QUERIES.items():

        def raw(sparql: str = sparql) -> int:
            return len(list(engine.query(sparql, prefixes=prefixes)))  # type: ignore[arg-type]

        def ours(sparql: str = sparql) -> int:
            return len(graph.query(sparql))  # type: ignore[arg-type]

        assert raw() == ours() > 0, name
        [once] = best(1, ours)
        theirs, mine = best(rounds_for(once, rounds), raw, ours)
        found[name] = (theirs, mine)
    return found


def against_rdflib(path: Path, graph: Graph) -> dict[str, float]:
    """Load, ask and write the same Turtle file with rdflib's memory store and with kg; return the ratios."""
    import rdflib

    memory = rdflib.Graph()
    [load_theirs] = best(1, lambda: memory.parse(path, format="turtle"))
    [load_ours] = best(2, lambda: open_graph(path))
    print(f"  load    rdflib {load_theirs:8.2f} s   kg {load_ours:7.3f} s")
    ontology = vocab.schema_dir() / "ontology.ttl"
    memory.parse(ontology, format="turtle")
    ratios = []
    for name, sparql in QUERIES.items():
        if "GRAPH" in sparql:
            continue  # A plain file has no named graphs.
        query = sparql
        [theirs] = best(1, lambda query=query: len(list(memory.query(query, initNs=vocab.prefixes()))))  # type: ignore[misc]
        [ours] = best(3, lambda query=query: graph.query(query))  # type: ignore[misc]
        ratios.append(theirs / ours)
        print(f"  {name:30} rdflib {theirs:8.3f} s   kg {ours:7.4f} s   {theirs / ours:7.1f} times")
    [write_theirs] = best(1, lambda: memory.serialize(format="turtle"))
    [write_ours] = best(2, graph.store.turtle)
    print(f"  Turtle  rdflib {write_theirs:8.2f} s   kg {write_ours:7.3f} s")
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    return {"load": load_theirs / load_ours, "query": mean, "export": write_theirs / write_ours}


def started(*arguments: str) -> float:
    """Run kg in a process of its own; return the seconds from start to end."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "kg", *arguments], stdout=subprocess.DEVNULL, env=environment(), check=True)
    return time.perf_counter() - start


PEAK = """
import atexit, re, sys
from pathlib import Path
said = lambda: sys.stderr.write(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
atexit.register(said)
from kg.cli import main
main()
"""


def memory(*arguments: str) -> int:
    """Run kg in a process of its own; return the most memory that it took, in MB (Linux only, else 0)."""
    if not Path("/proc/self/status").exists():
        return 0
    command = [sys.executable, "-c", PEAK, *arguments]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment(), check=True)
    return int(done.stderr.split()[-1]) // 1024


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--rdflib", type=int, help="triples for the comparison with rdflib; default: at most 200000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="file for the figures")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        figures = measure(Path(made), options.triples, options.rdflib, options.rounds)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    missed = [name for name, ok in figures["targets"].items() if not ok]
    print(f"Missed: {', '.join(missed)}" if missed else "All targets are met")
    sys.exit(bool(missed))


def measure(place: Path, triples: int, small: int | None, rounds: int) -> dict[str, Any]:
    """Make the graph and measure everything; returns the figures and which targets they meet."""
    folder = place / "graph"
    [built] = best(1, lambda: publish(folder, generated(triples)))
    graph = Graph(open_graph(folder))
    size = len(graph.store.triple_lines())
    print(f"{size} triples, generated and published in {built:.1f} s")
    asked = ask(graph, rounds)
    for name, (theirs, mine) in asked.items():
        print(f"  {name:30} pyoxigraph {theirs * 1000:10.3f} ms   kg {mine * 1000:10.3f} ms   {mine / theirs:5.2f}")
    figures: dict[str, Any] = {
        "triples": size,
        "query": {name: mine / theirs for name, (theirs, mine) in asked.items()},
    }
    targets = {"query against pyoxigraph": max(figures["query"].values()) <= MAX_RATIO}
    question = ("query", "-g", str(folder), "SELECT * { ?p a cag:Petition } LIMIT 1")
    figures["cold start, s"] = min(started(*question) for _ in range(rounds))
    targets["cold start"] = figures["cold start, s"] <= MAX_START
    figures["memory of a query, MB"] = memory(*question)
    figures["memory of the Turtle export, MB"] = memory("export", "-g", str(folder))
    figures["memory of asking the Turtle file, MB"] = memory(*question[:2], str(folder / "graph.ttl"), question[3])
    small = min(triples, 200_000) if small is None else small
    if small:
        print(f"Against rdflib, {small} triples")
        part = place / "part"
        publish(part, generated(small))
        ratios = against_rdflib(part / "graph.ttl", Graph(open_graph(part)))
        figures["rdflib"] = {"triples": small, **ratios}
        for name, least in (("load", MIN_LOAD), ("query", MIN_QUERY), ("export", MIN_EXPORT)):
            targets[f"{name} against rdflib"] = ratios[name] >= least
            print(f"  {name}: {ratios[name]:.1f} times as fast (target {least:g})")
    figures["peak memory of this benchmark, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    for name in figures.keys() - {"query", "rdflib"}:
        print(f"{name}: {figures[name]:.3g}" if isinstance(figures[name], float) else f"{name}: {figures[name]}")
    return {**figures, "targets": targets}


if __name__ == "__main__":
    main()
