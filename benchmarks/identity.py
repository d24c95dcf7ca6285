"""Measures identity: quality on the annotated reports, the cost of living corpora, and how resolution grows.

python benchmarks/identity.py                       quality and growth (2,000 and 20,000 generated documents)
python benchmarks/identity.py --quality [--wrong]   quality only, by hand and end to end; pairs at fault
python benchmarks/identity.py --living 2000         first build, nothing changed, one added, changed, removed
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "resolve")]

from kg.model import Count, Document, Evidence, Linker, Literal, Statement, Term, TimeSpan  # noqa: E402
from kg.resolve import link  # noqa: E402


def _words(text: str) -> list[str]:
    return text.split()


DAY_ONE = date(2015, 1, 1)
HEADS = _words("Amber Birch Cedar Delta Ember Fjord Grove Harbor Iris Juniper Kite Lumen Maple Nova Onyx Pearl")
TAILS = _words("Foods Motors Systems Logistics Media Robotics Stores Airlines Cargo Energy Games Labs Steel Care")
CITIES = _words("Lisbon Turin Oslo Quito Leeds Osaka Lagos Perth Porto Graz Lyon Cork Pune Davao Cali Riga")
FIRST = _words("Ada Bea Cem Dov Eva Finn Gus Hal Ida Jon Kim Lea Max Nia Ole Pia Rui Sam Tia Uri")
LAST = _words("Abel Boon Cruz Diaz Ek Falk Gray Holm Ito Jung Karr Lind Moss Noor Ortiz Park Quinn Reyes Stein Toft")
DEMANDS = (
    "higher wages",
    "safer shifts",
    "an end to night work",
    "paid breaks",
    "a union",
    "no more facial recognition",
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--living", type=int, metavar="N", help="measure builds of N documents instead")
    options.add_argument("--sizes", type=int, nargs="+", default=[2_000, 20_000])
    options.add_argument("--quality", action="store_true", help="measure quality only")
    options.add_argument("--wrong", action="store_true", help="list the pairs that are wrong or missed")
    given = options.parse_args()
    if given.living:
        living(given.living)
        return
    quality(wrong=given.wrong)
    if not given.quality:
        growth(given.sizes)


# ---- quality ----


def quality(*, wrong: bool) -> None:
    """Print the figures for statements written by hand, and for those that the program reads in the same reports."""
    from aligned import extract
    from annotated import load

    corpus = load()
    print(f"{len(corpus.documents)} annotated reports")
    by_hand = link(corpus.all_statements(), documents=corpus.documents)
    _table("statements written by hand", corpus.entities, corpus.events, by_hand, wrong=wrong)
    found = extract(corpus)
    linker = link(found.statements, documents=corpus.documents)
    _table("statements extracted by the rules", found.entities, found.events, linker, wrong=wrong)
    true = {linker(node) for node in found.events}
    mixed = [node for node in found.extra if linker(node) in true]
    print(
        f"not found by extraction: {len(found.missed)} of {len(corpus.events)} reports of events "
        f"({', '.join(sorted({key for _, key in found.missed}))})\n"
        f"found and not annotated: {len(found.extra)} events, {len(mixed)} of them joined with a true one"
    )


def _table(title: str, entities: dict[str, str], events: dict[str, str], linker: Linker, *, wrong: bool) -> None:
    from annotated import score

    contracts = {node: key for node, key in events.items() if node.startswith("contract/")}
    print(f"\n{title}\n{'':12}{'mentions':>9}{'things':>8}{'P pairs':>9}{'R pairs':>9}{'F1':>7}{'B3 F1':>7}")
    for name, truth in (("entities", entities), ("events", events), ("contracts", contracts)):
        s = score(truth, linker)
        print(
            f"{name:12}{len(truth):>9}{len(set(truth.values())):>8}{s.pair_precision:>9.3f}{s.pair_recall:>9.3f}"
            f"{s.pair_f1:>7.3f}{s.b3_f1:>7.3f}"
        )
        for what, pairs in (("wrong", s.wrong), ("missed", s.missed)) if wrong else ():
            for left, right in pairs:
                print(f"  {what}: {left} ({truth[left]}) {right} ({truth[right]})")


# ---- growth ----


def growth(sizes: list[int]) -> None:
    print(
        f"\n{'documents':>10}{'statements':>12}{'seconds':>9}{'ms/doc':>8}{'peak MB':>9}{'nodes':>9}{'pairs same':>12}"
    )
    rates = []
    for size in sizes:
        documents = [document for document, _ in reports(size)]
        said = 0

        def statements(total: int = size) -> Iterator[Statement]:
            nonlocal said
            for _, found in reports(total):
                said += len(found)
                yield from found

        started = time.perf_counter()
        linker = link(statements(), documents=documents)
        seconds = time.perf_counter() - started
        rates.append(seconds / size)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        same = sum(d.verdict == "same" and d.by == "rules/event" for d in linker.decisions)
        print(
            f"{size:>10}{said:>12}{seconds:>9.1f}{1000 * seconds / size:>8.2f}{peak:>9.0f}"
            f"{len(set(linker.canonical.values())):>9}{same:>12}"
        )
    print(f"time per document, largest over smallest size: {rates[-1] / rates[0]:.2f} (1 is linear)")


def reports(number: int) -> Iterator[tuple[Document, list[Statement]]]:
    """Yield generated documents with statements: about three reports on each event, one company for 40 documents."""
    for n in range(number):
        rng = random.Random(n // 3)
        company = f"{rng.choice(HEADS)}{rng.randrange(max(1, number // 400))} {rng.choice(TAILS)}"
        day = DAY_ONE + timedelta(days=rng.randrange(3_000))
        city, demand, people = rng.choice(CITIES), rng.choice(DEMANDS), rng.randrange(20, 900)
        boss = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
        own = random.Random(n)
        published = day + timedelta(days=own.randrange(1, 9))
        text = f"{people} workers of {company} struck in {city} on {day} for {demand}, to the regret of {boss}. ({n})"
        document = Document(f"d{n}", text, date=published, publisher=f"Paper {own.randrange(50)}")
        yield document, _statements(document, company, boss, city, demand, people, day)


def _statements(  # noqa: PLR0913, PLR0917 - what an event is made of
    document: Document, company: str, boss: str, city: str, demand: str, people: int, day: date
) -> list[Statement]:
    place = Evidence(document.id, 0, len(document.text), document.text, "bench/rule", 0.9)
    key = document.id
    org, person, town = f"org/c-{key}", f"person/b-{key}", f"place/t-{key}"
    group, event, asked = f"group/g-{key}", f"protest/e-{key}", f"demand/{demand.replace(' ', '-')}"
    told: list[tuple[str, str, Term]] = [
        (org, "rdf:type", "cag:Company"), (org, "rdfs:label", Literal(company)),
        (person, "rdf:type", "cag:Person"), (person, "rdfs:label", Literal(boss)), (person, "org:memberOf", org),
        (town, "rdf:type", "cag:Place"), (town, "rdfs:label", Literal(city)),
        (group, "rdf:type", "cag:Collective"), (group, "rdfs:label", Literal("workers")),
        (group, "cag:memberAffiliation", org),
        (asked, "rdf:type", "cag:Demand"), (asked, "rdfs:label", Literal(demand)),
        (event, "rdf:type", "cag:Protest"), (event, "rdfs:label", Literal(f"Strike at {company}")),
        (event, "cag:form", "form:strike"), (event, "cag:status", "status:occurred"),
        (event, "cag:participant", group), (event, "cag:target", org), (event, "cag:place", town),
        (event, "cag:demands", asked), (event, "cag:size", Count(str(people), "exact", people, people, people)),
        (event, "cag:when", TimeSpan(str(day), day, day, "day")),
    ]  # fmt: skip
    return [Statement(subject, predicate, term, place) for subject, predicate, term in told]


# ---- living corpora ----


def living(number: int) -> None:
    from kg.pipeline import build

    folder = Path(tempfile.mkdtemp(prefix="kg-living-"))
    texts = folder / "texts"
    texts.mkdir()
    seeds = [path.read_text(encoding="utf-8").split("---", 2) for path in sorted((ROOT / "seeds").glob("*.md"))]
    for n in range(number):
        _write(texts, n, seeds[n % len(seeds)])
    extra = _write(folder, number, seeds[number % len(seeds)])

    def timed(what: str) -> tuple[float, float]:
        started = time.perf_counter(), time.process_time()
        build([texts], out=folder / "graph")
        taken = time.perf_counter() - started[0], time.process_time() - started[1]
        shares = [100 * seconds / (base or seconds) for seconds, base in zip(taken, first, strict=True)]
        print(f"{what:18}{taken[0]:>9.2f} s{shares[0]:>8.2f} %{taken[1]:>12.2f} s{shares[1]:>8.2f} %", flush=True)
        return taken

    print(f"{'':18}{'elapsed':>11}{'share':>10}{'processor':>14}{'share':>10}")
    first = 0.0, 0.0
    first = timed(f"first of {number}")
    timed("nothing changed")
    shutil.copy(extra, texts / extra.name)
    timed("one added")
    (texts / extra.name).write_text(extra.read_text(encoding="utf-8").replace("The ", "A "), encoding="utf-8")
    timed("one changed")
    (texts / extra.name).unlink()
    timed("one removed")
    size = sum(path.stat().st_size for path in (folder / "graph").rglob("*") if path.is_file()) / 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"graph folder {size:.0f} MB, peak memory {peak:.0f} MB")
    shutil.rmtree(folder)


def _write(folder: Path, number: int, seed: list[str]) -> Path:
    """Write a variant of a seed text: another time, another company, other numbers."""
    rng = random.Random(number)
    _, head, body = seed
    body = body.replace("Amazon", f"{rng.choice(HEADS)} {rng.choice(TAILS)}").replace(
        "Monday", rng.choice(("Friday", "Sunday"))
    )
    day = DAY_ONE + timedelta(days=rng.randrange(3_000))
    kept = [line for line in head.splitlines() if not line.startswith(("id:", "date:"))]
    path = folder / f"text-{number:05d}.md"
    body += f"\nThis was the {number}th report of the series.\n"
    path.write_text(f"---\nid: text-{number:05d}\ndate: {day}" + "\n".join(kept) + f"\n---\n{body}", encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
