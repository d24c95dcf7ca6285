"""Builds of corpora that live: only what changed is done again, and the result is that of a build from nothing."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from kg import vocab
from kg.cache import Cache
from kg.decisions import add, read
from kg.diff import diff
from kg.errors import GraphError, UsageError
from kg.identities import anchors, decided, find, reference
from kg.identity import DERIVED_GRAPH
from kg.model import Judgement
from kg.pipeline import build, refresh
from kg.store import Store, open_graph

ROOT = Path(__file__).parent.parent
TEXTS = {
    "letter.md": ("2018-06-22", "Example News", "More than 100 Amazon employees signed an open letter to Jeff Bezos "
                  "on Thursday. They demand that the company stop selling Rekognition to the police."),
    "later.md": ("2018-06-24", "Other Post", "An open letter to Jeff Bezos was signed by 450 Amazon employees on 21 "
                 "June 2018. The employees demand that Amazon stop selling Rekognition to the police."),
    "walkout.md": ("2018-11-02", "Example News", "Google employees walked out on Thursday to protest against forced "
                   "arbitration. Sundar Pichai, the chief executive of Google, said that he supports them."),
    "contract.md": ("2019-10-26", "Contract Watch", "Microsoft won a $10 billion cloud contract from the Pentagon on "
                    "Friday. Amazon had been the favourite."),
}  # fmt: skip


def write(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names or TEXTS:
        day, publisher, text = TEXTS[name]
        (folder / name).write_text(f"---\ndate: {day}\npublisher: {publisher}\n---\n{text}\n", encoding="utf-8")
    return folder


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    return write(tmp_path / "texts")


def from_nothing(texts: Path, tmp_path: Path) -> Path:
    out = tmp_path / "scratch"
    shutil.rmtree(out, ignore_errors=True)
    build([texts], out=out)
    return out


def knowledge(folder: Path) -> set[str]:
    """Return all quads but the ontology's and the times of decisions."""
    made, ontology = vocab.iri("prov:generatedAtTime"), vocab.ONTOLOGY_GRAPH
    return {str(q) for q in open_graph(folder).quads() if q.predicate.value != made and q.graph_name.value != ontology}


def union(folder: Path) -> set[str]:
    """Return the triples that queries see, the ontology's blank nodes apart."""
    found = open_graph(folder).query("SELECT ?s ?p ?o { ?s ?p ?o FILTER (!isBlank(?s) && !isBlank(?o)) }")
    made = vocab.iri("prov:generatedAtTime")
    return {f"{row['s']} {row['p']} {row['o']}" for row in found if row["p"].value != made}


def assert_same(left: Path, right: Path) -> None:
    assert (left / "graph.ttl").read_bytes() == (right / "graph.ttl").read_bytes()
    assert knowledge(left) == knowledge(right)
    assert union(left) == union(right)


# ---- incremental builds ----


def test_every_kind_of_change_gives_what_a_build_from_nothing_gives(tmp_path: Path) -> None:
    texts, out = tmp_path / "texts", tmp_path / "graph"
    write(texts, "letter.md")
    build([texts], out=out)
    write(texts)
    build([texts], out=out)
    assert_same(out, from_nothing(texts, tmp_path))
    walkout = texts / "walkout.md"
    walkout.write_text(walkout.read_text(encoding="utf-8").replace("Google", "Microsoft"), encoding="utf-8")
    build([texts], out=out)
    assert_same(out, from_nothing(texts, tmp_path))
    (texts / "later.md").unlink()
    build([texts], out=out)
    assert_same(out, from_nothing(texts, tmp_path))


def test_a_small_change_revises_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same comparison, with everything but the changed documents left as it is on disk."""
    texts, out = write(tmp_path / "texts"), tmp_path / "graph"
    build([texts], out=out)
    monkeypatch.setattr("kg.pipeline.ALL_ANEW", 1.0)
    before = {path.name for path in (out / "store").glob("*.sst")}
    (texts / "later.md").unlink()
    build([texts], out=out)
    assert before & {path.name for path in (out / "store").glob("*.sst")}
    assert_same(out, from_nothing(texts, tmp_path))
    write(texts)
    build([texts], out=out)
    assert_same(out, from_nothing(texts, tmp_path))


def test_many_revisions_of_a_text_do_not_let_the_store_grow_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts, out = write(tmp_path / "texts"), tmp_path / "graph"
    monkeypatch.setattr("kg.pipeline.ALL_ANEW", 1.0)
    monkeypatch.setattr("kg.folder.WEAR", 100)
    build([texts], out=out)
    sizes = []
    for revision in range(1, 9):
        day, publisher, text = TEXTS["later.md"]
        words = " ".join(f"Signer {revision}-{n} of Amazon signed the letter, too." for n in range(200))
        (texts / "later.md").write_text(f"---\ndate: {day}\npublisher: {publisher}\n---\n{text} {words}\n", "utf-8")
        build([texts], out=out)
        sizes.append(sum(path.stat().st_size for path in (out / "store").glob("*.sst")))
    assert max(sizes[4:]) <= max(sizes[:4]) * 1.2, sizes
    assert any(later < earlier / 2 for earlier, later in pairwise(sizes)), sizes
    assert_same(out, from_nothing(texts, tmp_path))


def test_nothing_changed_writes_nothing(texts: Path, tmp_path: Path) -> None:
    out = tmp_path / "graph"
    first = build([texts], out=out)
    before = {path: path.stat().st_mtime_ns for path in (out / "store").iterdir()}
    again = build([texts], out=out)
    assert {path: path.stat().st_mtime_ns for path in (out / "store").iterdir()} == before
    assert again.counts == first.counts
    assert again.changes is not None
    assert again.changes.summary() == "nothing changed"


def test_only_changed_texts_are_analysed_again(texts: Path, tmp_path: Path) -> None:
    out = tmp_path / "graph"
    build([texts], out=out)
    read_again: list[str] = []
    (texts / "letter.md").write_text("---\ndate: 2018-06-22\n---\nNobody signed the open letter.\n", encoding="utf-8")
    build([texts], out=out, progress=lambda done, total, name: read_again.append(name))
    assert read_again == ["letter"]
    read_again.clear()
    build([texts], out=out, rebuild=True, progress=lambda done, total, name: read_again.append(name))
    assert sorted(read_again) == ["contract", "later", "letter", "walkout"]


def test_the_name_of_the_folder_does_not_matter(tmp_path: Path) -> None:
    build([write(tmp_path / "one")], out=tmp_path / "a")
    build([write(tmp_path / "two", *reversed(TEXTS))], out=tmp_path / "b")
    assert_same(tmp_path / "a", tmp_path / "b")


def test_texts_from_elsewhere_stay_until_pruned(tmp_path: Path) -> None:
    out = tmp_path / "graph"
    one, two = write(tmp_path / "one", "letter.md"), write(tmp_path / "two", "walkout.md")
    build([one], out=out)
    result = build([two], out=out)
    assert (result.kept, result.counts["documents"]) == (1, 2)
    both = tmp_path / "both"
    build([one, two], out=both)
    assert_same(out, both)
    result = build([two], out=out, prune=True)
    assert (result.kept, result.counts["documents"]) == (0, 1)
    assert_same(out, from_nothing(two, tmp_path))


def test_a_graph_file_that_was_changed_by_hand_is_written_anew(texts: Path, tmp_path: Path) -> None:
    out = tmp_path / "graph"
    build([texts], out=out)
    good = (out / "graph.ttl").read_bytes()
    (out / "graph.ttl").write_bytes(good[:1000])
    build([texts], out=out)
    assert (out / "graph.ttl").read_bytes() == good


# ---- identity in the graph ----


def test_two_reports_of_one_letter_are_one_with_both_counts(texts: Path, tmp_path: Path) -> None:
    build([texts], out=tmp_path / "graph")
    store = open_graph(tmp_path / "graph")
    rows = list(store.query(
        "SELECT ?p ?n { ?p a cag:Petition ; cag:corroboration ?n . "
        "?p cag:size/cag:rawText ?x , ?y FILTER (CONTAINS(?x, '100') && CONTAINS(?y, '450')) }"
    ))  # fmt: skip
    assert [row["n"].value for row in rows] == ["2"]
    assert f"{DERIVED_GRAPH}" in store.graphs()
    same = [d for d in decided(store) if d.verdict == "same" and d.by == "rules/event" and "/petition/" in d.node]
    assert [len(d.reasons) > 2 for d in same] == [True]
    assert "their dates agree" in (tmp_path / "graph" / "identity.yaml").read_text(encoding="utf-8")


def petition(store: Store) -> str:
    return next(iter(store.query("SELECT ?p { ?p a cag:Petition ; cag:corroboration 2 }")))["p"].value


def test_a_split_survives_every_rebuild_and_can_be_undone(texts: Path, tmp_path: Path) -> None:
    out = tmp_path / "graph"
    build([texts], out=out)
    before = (out / "graph.ttl").read_bytes()
    sides = anchors(open_graph(out), petition(open_graph(out)))
    made = add(out / "decisions.yaml", Judgement("", "split", sides[:1], sides[1:], by="ada", at="2024-01-01"))
    result = refresh(out)
    assert result.changes is not None
    assert [c.what for c in result.changes.changes if c.kind == "event"] == ["split"]
    for options in ({}, {"rebuild": True}):
        build([texts], out=out, **options)
        assert not open_graph(out).query("ASK { ?p a cag:Petition ; cag:corroboration 2 }")
    (out / "decisions.yaml").write_text("", encoding="utf-8")
    assert made.id.startswith("split-")
    refresh(out)
    assert (out / "graph.ttl").read_bytes() == before


def test_times_of_decisions_survive_the_loss_of_the_graph(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "graph"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    build([texts], out=out)
    store = open_graph(out)
    google, microsoft = (anchors(store, find(store, name)[0]) for name in ("Google", "Microsoft"))
    judgement = Judgement("", "merge", google, microsoft, by="ada", at="2021-02-03T04:05:06Z", note="a joke")
    add(out / "decisions.yaml", judgement)
    build([texts], out=out)
    times = {d.id: d.at for d in decided(open_graph(out))}
    assert set(times.values()) == {"2020-09-13T12:26:40Z", "2021-02-03T04:05:06Z"}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for lost in (["store", "graph.ttl", "cache.sqlite"], ["store", "graph.ttl", "cache.sqlite", "identity.yaml"]):
        for name in lost:
            path = out / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        build([texts], out=out)
        again = {d.id: d.at for d in decided(open_graph(out))}
        if "identity.yaml" not in lost:
            assert again == times
    assert [d.at for d in decided(open_graph(out)) if d.by == "human/ada"] == ["2021-02-03T04:05:06Z"]
    assert next(d.reasons for d in decided(open_graph(out)) if d.by == "human/ada")[0] == "a joke"


def test_a_time_without_quotes_is_a_time(tmp_path: Path) -> None:
    path = tmp_path / "decisions.yaml"
    path.write_text(
        "- {action: merge, at: 2021-02-03 04:05:06+02:00, left: {node: org/a}, right: {node: org/b}}\n",
        encoding="utf-8",
    )
    assert [j.at for j in read(path)] == ["2021-02-03T02:05:06Z"]


def test_a_rejected_fact_vanishes_and_its_rejection_is_kept(texts: Path, tmp_path: Path) -> None:
    out = tmp_path / "graph"
    build([texts], out=out)
    store = open_graph(out)
    row = next(
        iter(
            store.query(
                "SELECT ?a { ?a rdf:predicate cag:size ; rdf:object/cag:rawText ?t FILTER CONTAINS(?t, '450') }"
            )
        )
    )
    add(out / "decisions.yaml", Judgement("", "reject", fact=reference(store, row["a"].value), by="ada"))
    result = refresh(out)
    assert result.unused == ()
    assert b"450" not in b"".join(line for line in (out / "graph.ttl").read_bytes().splitlines() if b"rawText" in line)
    rejected = open_graph(out).query(
        "ASK { GRAPH cag:identity { ?d cag:verdict 'reject' ; cag:decidedBy 'human/ada' } }"
    )
    assert rejected


def test_a_decision_that_applies_to_nothing_is_reported_and_kept(texts: Path, tmp_path: Path) -> None:
    out, file = tmp_path / "graph", tmp_path / "my.yaml"
    build([texts], out=out)
    sides = anchors(open_graph(out), petition(open_graph(out)))
    made = add(file, Judgement("", "split", sides[:1], sides[1:]))
    assert build([texts], out=out, decisions=file).unused == ()
    (texts / "later.md").unlink()
    assert build([texts], out=out).unused == (made.id,)
    assert [j.id for j in read(file)] == [made.id]


@pytest.mark.parametrize(
    "text",
    [
        "action: merge",
        "- action: join",
        "- {action: merge, left: 1, right: [x]}",
        "- {action: undo}",
        "[",
        "- {action: reject}",
    ],
)
def test_a_faulty_file_of_decisions_is_named(text: str, texts: Path, tmp_path: Path) -> None:
    file = tmp_path / "my.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"my\.yaml"):
        build([texts], out=tmp_path / "graph", decisions=file)


def test_things_are_found_by_name_and_id(texts: Path, tmp_path: Path) -> None:
    build([texts], out=tmp_path / "graph")
    store = open_graph(tmp_path / "graph")
    assert find(store, "jeff bezos") == find(store, "person/jeff-bezos") == [vocab.iri("person/jeff-bezos")]
    with pytest.raises(UsageError, match="Nobody"):
        find(store, "Nobody")


def test_the_difference_of_two_graphs_is_told_field_by_field(texts: Path, tmp_path: Path) -> None:
    build([texts], out=tmp_path / "a")
    letter = texts / "letter.md"
    letter.write_text(letter.read_text(encoding="utf-8").replace("100", "700"), encoding="utf-8")
    (texts / "walkout.md").unlink()
    build([texts], out=tmp_path / "b")
    found = diff(open_graph(tmp_path / "a"), open_graph(tmp_path / "b"))
    assert found.documents_removed == ("walkout",)
    changed = next(c for c in found.changes if c.cls == "Petition")
    assert changed.what == "changed"
    assert [[part.split()[-1] for part in side] for side in changed.fields["cag:size"]] == [["100"], ["700"]]
    assert json.loads(json.dumps(found.as_dict()))["documents_removed"] == ["walkout"]
    assert diff(open_graph(tmp_path / "a"), open_graph(tmp_path / "a")).summary() == "nothing changed"
    assert diff(open_graph(tmp_path / "a"), open_graph(tmp_path / "a" / "graph.ttl")).summary() == "nothing changed"


# ---- faults ----

KILLED = """
import sys
from pathlib import Path
from kg.pipeline import build
print("go", flush=True)
build([sys.argv[1]], out=Path(sys.argv[2]))
print("done", flush=True)
"""


def killed_build(texts: Path, out: Path, delay: float) -> bool:
    """Start a build, kill it `delay` seconds after its start; True where it had ended by itself."""
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(texts), str(out)], stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(delay)
    os.kill(process.pid, signal.SIGKILL)
    ended = b"done" in process.stdout.read()
    process.wait()
    return ended


def survive(tmp_path: Path, kills: int, seed: int) -> None:
    """Change a corpus and kill its builds again and again; each time the next build must give the right graph."""
    rng = random.Random(seed)
    texts, out = write(tmp_path / "texts"), tmp_path / "graph"
    started = time.perf_counter()
    build([texts], out=out)
    longest = time.perf_counter() - started + 0.5
    for _ in range(kills):
        name = rng.choice(sorted(TEXTS))
        if (texts / name).exists():
            (texts / name).unlink()
        else:
            write(texts, name)
        if not list(texts.iterdir()):
            write(texts, name)
        killed_build(texts, out, rng.uniform(0, longest))
        assert open_graph(out).graphs()
        build([texts], out=out)
        assert_same(out, from_nothing(texts, tmp_path))
        assert not list(out.glob(".new-*"))


def test_killed_builds_lose_nothing(tmp_path: Path) -> None:
    survive(tmp_path, 3, seed=1)


@pytest.mark.slow
def test_many_killed_builds_lose_nothing(tmp_path: Path) -> None:
    survive(tmp_path, 30, seed=2)


def test_a_second_build_of_one_folder_is_turned_away(texts: Path, tmp_path: Path) -> None:
    out = tmp_path / "graph"
    build([texts], out=out)
    code = "import sys, time\nfrom pathlib import Path\nfrom kg.store import locked\n" \
           "with locked(Path(sys.argv[1])):\n    print('go', flush=True)\n    sys.stdin.read()"  # fmt: skip
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    with pytest.raises(GraphError, match="another build"):
        build([texts], out=out)
    holder.communicate()
    build([texts], out=out)


@pytest.mark.parametrize("damage", ["rubbish", "cut", "hole"])
def test_a_damaged_cache_costs_time_and_nothing_else(damage: str, texts: Path, tmp_path: Path) -> None:
    out = tmp_path / "graph"
    build([texts], out=out)
    before = (out / "graph.ttl").read_bytes()
    path = out / "cache.sqlite"
    content = path.read_bytes()
    for extra in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + extra).unlink()
    middle = len(content) // 2
    path.write_bytes({"rubbish": b"not a database at all", "cut": content[:middle],
                      "hole": content[:middle] + b"\0" * 3000 + content[middle + 3000 :]}[damage])  # fmt: skip
    (texts / "walkout.md").touch()
    result = build([texts], out=out)
    assert result.problems == []
    assert (out / "graph.ttl").read_bytes() == before
    build([texts], out=out, rebuild=True)
    assert (out / "graph.ttl").read_bytes() == before


def test_a_flipped_letter_in_the_cache_is_noticed(texts: Path, tmp_path: Path) -> None:
    out = tmp_path / "graph"
    build([texts], out=out)
    before = (out / "graph.ttl").read_bytes()
    with sqlite3.connect(out / "cache.sqlite") as db:
        db.execute("UPDATE extraction SET statements = replace(statements, 'cag:', 'gac:')")
    (texts / "contract.md").unlink()
    build([texts], out=out)
    write(texts)
    build([texts], out=out)
    assert (out / "graph.ttl").read_bytes() == before


def test_the_cache_knows_the_documents_that_are_published(texts: Path, tmp_path: Path) -> None:
    build([texts], out=tmp_path / "graph")
    with Cache(tmp_path / "graph") as cache:
        assert [(d.id, d.publisher) for d in cache.documents()] == [
            ("contract", "Contract Watch"), ("later", "Other Post"), ("letter", "Example News"),
            ("walkout", "Example News"),
        ]  # fmt: skip
