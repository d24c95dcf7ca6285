"""Measuring: gold annotations, the rules of matching, figures worked out by hand, and the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.errors import UsageError
from kg.evaluate import Report, evaluate, measure
from kg.evaluate.annotations import Amount, Annotation, Entity, Fact, Interval, Names, Quote, Tie, Told, read_gold
from kg.evaluate.matching import align, overlap, pair_up, same_fact, same_names, tokens
from kg.model import Document

TEXTS = [
    {
        "id": "letter",
        "published": "2020-06-10",
        "text": "More than 300 Google employees signed an open letter to Google CEO Sundar Pichai on Monday.",
    },
    {"id": "strike", "published": "2020-06-10", "text": "Couriers went on strike in Dublin."},
]
GOLD: list[dict[str, Any]] = [
    {
        "id": "letter",
        "entities": [
            {"name": "Google", "type": "Company", "aliases": []},
            {"name": "Sundar Pichai", "type": "Person", "aliases": ["Pichai"]},
        ],
        "events": [
            {
                "class": "Petition",
                "form": "open-letter",
                "status": "occurred",
                "evidence": TEXTS[0]["text"],
                "signatory": ["Google employees"],
                "addressee": ["Sundar Pichai | Pichai"],
                "target": ["Google"],
                "size": [{"text": "More than 300", "min": 301, "max": None}],
                "when": {"text": "on Monday", "earliest": "2020-06-08", "latest": "2020-06-08"},
            }
        ],
        "contracts": [],
        "affiliations": [{"person": "Sundar Pichai", "organization": "Google", "role": "CEO"}],
    },
    {
        "id": "strike",
        "events": [
            {
                "class": "Protest",
                "form": "strike",
                "status": "occurred",
                "evidence": TEXTS[1]["text"],
                "participant": ["Couriers"],
                "place": ["Dublin"],
                "size": [{"text": "12", "min": 12, "max": 12}],
            }
        ],
    },
]


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(map(json.dumps, GOLD)) + "\n\n", encoding="utf-8")
    return path


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    path = tmp_path / "texts.json"
    path.write_text(json.dumps(TEXTS), encoding="utf-8")
    return path


def names(*forms: str) -> Names:
    return Names(forms)


def told(
    cls: str, *facts: Fact, form: str | None = None, quotes: tuple[str, ...] = (), status: str = "occurred"
) -> Told:
    return Told(cls, form, "occurred", quotes, facts)


# ---- matching ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Acme Corporation's workers", ("acme", "worker")),
        ("more than 450 companies", ("company",)),
        ("the group", ("the", "group")),
        ("U.S. classes", ("class",)),
        ("", ()),
    ],
)
def test_the_words_that_tell(text: str, words: tuple[str, ...]) -> None:
    assert tokens(text) == words


def test_overlap_is_the_f1_of_words() -> None:
    assert overlap("blue whale song", "whale song") == pytest.approx(0.8)
    assert overlap("blue", "red") == 0
    assert overlap("", "") == 0


@pytest.mark.parametrize(
    ("gold", "found", "same"),
    [
        (names("Department of Fisheries", "DoF"), names("DoF"), True),
        (names("Bezos"), names("Bezos Jeff"), True),
        (names("Jeff Bezos"), names("Bezos"), True),
        (names("Amazon"), names("Amazon Web Services Labs"), False),
        (names("Amazon"), names("Google", "Alphabet"), False),
        (names("Workers at Acme"), names("Acme workers"), True),
    ],
)
def test_names(gold: Names, found: Names, same: bool) -> None:
    assert same_names(gold, found) is same


@pytest.mark.parametrize(
    ("role", "gold", "found", "same"),
    [
        ("size", Amount(101, None), Amount(101, None), True),
        ("size", Amount(101, None), Amount(101, 200), False),
        ("size", Amount(100, 100), Amount(104, 104), True),
        ("size", Amount(100, 100), Amount(110, 110), False),
        ("size", Amount(2, 2), Amount(3, 3), True),
        ("value", Amount(1e6, 1e6, "USD"), Amount(1_005_000, None), True),
        ("value", Amount(1e6, 1e6, "USD"), Amount(1e6, 1e6, "EUR"), False),
        ("value", Amount(1e6, 1e6, "USD"), Amount(2e6, 2e6, "USD"), False),
        ("value", Amount(1e6, 1e6, "USD"), Amount(None, None, "USD"), False),
        ("when", Interval("2020-01-01", "2020-01-31"), Interval("2020-01-01", "2020-01-31"), True),
        ("when", Interval("2020-01-01", "2020-01-31"), Interval("2020-01-01", "2020-01-01"), False),
        ("identifier", names("W912-20-C-1"), names("W912 20 C 1"), True),
        ("identifier", names("W912-20-C-1"), names("W912-20-C-2"), False),
        ("demands", names("end the mapping contract"), names("end the old contract now"), True),
        ("place", names("end the mapping contract"), names("end the old contract now"), False),
    ],
)
def test_facts(role: str, gold: Names, found: Names, same: bool) -> None:
    assert same_fact(Fact(role, gold), Fact(role, found)) is same
    assert not same_fact(Fact(role, gold), Fact("organizer", found))


def test_each_is_paired_once_in_order() -> None:
    assert pair_up([1, 1, 2], [2, 1], lambda a, b: a == b) == [(0, 1), (2, 0)]


def test_events_are_aligned_best_first_and_only_where_they_share_something() -> None:
    dublin, cork = Fact("place", names("Dublin")), Fact("place", names("Cork"))
    guards = Fact("participant", names("guards"))
    gold = [told("Protest", dublin), told("Protest", dublin, guards), told("Protest", quotes=("They sat down.",))]
    found = [
        told("Protest", dublin, guards),
        told("Protest", cork),
        told("Petition", dublin),
        told("Protest", dublin),
        told("Protest", quotes=("It rained. They sat down. They left.",)),
    ]
    assert sorted(align(gold, found)) == [(0, 3), (1, 0), (2, 4)]


def test_the_same_form_decides_between_equals() -> None:
    fact = Fact("place", names("Dublin"))
    gold = [told("Protest", fact, form="strike")]
    assert align(gold, [told("Protest", fact, form="vigil"), told("Protest", fact, form="strike")]) == [(0, 1)]


def test_the_manuals_example_is_read(tmp_path: Path) -> None:
    manual = (Path(__file__).parent.parent / "docs" / "evaluation.md").read_text(encoding="utf-8")
    block = manual.partition("```json\n")[2].partition("```")[0]
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(json.loads(block)), encoding="utf-8")
    (annotation,) = read_gold(path)
    assert len(annotation.entities) == 2
    assert {fact.role for fact in annotation.events[0].facts} == {
        "signatory", "organizer", "addressee", "target", "demands", "concerns", "size", "when",
    }  # fmt: skip
    assert {fact.role for fact in annotation.contracts[0].facts} == {
        "supplier", "buyer", "value", "subject", "identifier",
    }  # fmt: skip


# ---- counting ---------------------------------------------------------------------------


def by_hand() -> Report:
    """Two documents: one with hits, misses and extras, one of which nothing was found."""
    quote = "Ten guards marched in Dublin."
    gold = [
        Annotation(
            "a",
            entities=(Entity(names("Acme"), "Company"), Entity(names("Ann Lee"), "Person")),
            events=(
                told(
                    "Protest",
                    Fact("participant", names("guards")),
                    Fact("place", names("Dublin")),
                    form="demonstration",
                    quotes=(quote,),
                ),
            ),
            contracts=(told("Contract", Fact("supplier", names("Acme")), Fact("subject", names("maps"))),),
            affiliations=(Tie(names("Ann Lee"), names("Acme")),),
        ),
        Annotation("b", events=(told("Petition", Fact("signatory", names("cooks"))),)),
    ]
    found = {
        "a": Annotation(
            "a",
            entities=(Entity(names("Acme"), "Organization"), Entity(names("Zeta"), "Company")),
            events=(
                told(
                    "Protest",
                    Fact("participant", names("guards"), 0.9),
                    Fact("place", names("Cork"), 0.6),
                    form="strike",
                    quotes=(quote,),
                ),
                told("UnionAction", Fact("organizer", names("Zeta"), 0.5)),
            ),
            affiliations=(Tie(names("Lee", "Ann Lee"), names("Acme"), 0.95),),
            quotes=(Quote(quote, 0, len(quote)), Quote("Never said.", 0, 11), Quote("Ten guards", 0, 99)),
        )
    }
    return measure(gold, found, {id_: Document(id_, f"{quote}  \n It rained.") for id_ in "ab"})


def test_figures_worked_out_by_hand() -> None:
    report = by_hand()
    counts = {row.name: (row.gold, row.found, row.correct) for row in report.rows}
    assert counts == {
        "facts": (6, 4, 2),
        "entities": (2, 2, 1),
        "entity types": (1, 1, 0),
        "events": (2, 2, 1),
        "event form": (1, 1, 0),
        "event status": (1, 1, 1),
        "contracts": (1, 0, 0),
        "affiliations": (1, 1, 1),
        "quotes verbatim": (3, 3, 1),
        "contract subject": (1, 0, 0),
        "contract supplier": (1, 0, 0),
        "event organizer": (0, 1, 0),
        "event participant": (1, 1, 1),
        "event place": (1, 1, 0),
        "event signatory": (1, 0, 0),
        "events/Petition": (1, 0, 0),
        "events/Protest": (1, 1, 1),
        "events/UnionAction": (0, 1, 0),
    }
    facts = report["facts"]
    assert (facts.precision, facts.recall, facts.f1) == (0.5, pytest.approx(1 / 3), pytest.approx(0.4))
    assert (report.documents, report.answered) == (2, 1)


def test_calibration_counts_what_is_at_least_as_sure() -> None:
    levels = {level.confidence: (level.facts, level.correct, level.kept) for level in by_hand().levels}
    assert levels[0.0] == (4, 2, 1.0)
    assert levels[0.6] == (3, 2, 1.0)
    assert levels[0.7] == (2, 2, 1.0)
    assert levels[0.95] == (1, 1, 0.5)


def test_every_difference_is_told() -> None:
    kinds = sorted(miss.kind for miss in by_hand().misses)
    assert kinds == [
        "missed contract", "missed entity", "missed event", "missed facts", "quote", "quote",
        "spurious entity", "spurious event", "spurious facts", "type",
    ]  # fmt: skip


def test_nothing_found_and_nothing_to_find_are_zero_not_an_error() -> None:
    report = measure([Annotation("a")], {}, {"a": Document("a", "Rain.")})
    assert report.rows == ()
    assert all(level.precision == 0 for level in report.levels)


# ---- files and the program --------------------------------------------------------------


def test_extracting_now_and_reading_a_graph_give_the_same_figures(gold: Path, texts: Path, tmp_path: Path) -> None:
    import kg

    lines = [{**text, "date": text["published"]} for text in TEXTS]
    source = tmp_path / "texts.jsonl"
    source.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    kg.build(source, out=tmp_path / "graph")
    now = evaluate(gold, texts)
    assert now["events"].correct == 2
    assert now["quotes verbatim"].precision == 1
    assert 0 < now["facts"].f1 < 1, "a size that the text does not give is missed"
    for graph in (tmp_path / "graph", tmp_path / "graph" / "graph.ttl"):
        assert evaluate(gold, texts, graph=graph).as_dict() == now.as_dict()
    assert evaluate(gold, source).as_dict() == now.as_dict()


def test_only_some_of_the_documents(gold: Path, texts: Path) -> None:
    report = evaluate(gold, texts, only="str")
    assert report.documents == 1
    assert "events/Petition" not in {row.name for row in report.rows}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "Expecting"),
        ("[]", '"id"'),
        ('{"id": 3}', '"id"'),
        ('{"id": "x", "events": [{"class": "Party"}]}', "Party"),
        ('{"id": "x", "events": [{"class": "Protest", "size": ["ten"]}]}', '"size"'),
        ('{"id": "x", "events": [{"class": "Protest", "size": [{"min": "ten"}]}]}', '"min"'),
        ('{"id": "x", "events": [{"class": "Protest", "when": "Monday"}]}', '"when"'),
        ('{"id": "x", "events": [{"class": "Protest", "place": "Dublin"}]}', '"place"'),
        ('{"id": "x", "contracts": [{"value": 12}]}', '"value"'),
        ('{"id": "x", "entities": [{"name": "Acme", "type": "Firm"}]}', "Firm"),
        ('{"id": "x", "affiliations": [{"person": "Ann"}]}', '"organization"'),
        ('{"id": "letter"}', "second"),
    ],
)
def test_a_malformed_annotation_is_named(line: str, fault: str, gold: Path) -> None:
    lines = gold.read_text(encoding="utf-8").splitlines()
    gold.write_text("\n".join([*lines[:2], line]), encoding="utf-8")
    with pytest.raises(UsageError) as error:
        read_gold(gold)
    assert f"{gold}:3" in str(error.value)
    assert fault in str(error.value)


@pytest.fixture
def run(gold: Path, texts: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(main, ["evaluate", *words], env={"NO_COLOR": "1"})


def test_the_command_prints_figures(run: Callable[..., Result]) -> None:
    done = run("--gold", "gold.jsonl", "--texts", "texts.json")
    assert done.exit_code == 0, done.output
    assert "quotes verbatim" in done.stdout
    assert "2 documents" in done.stderr
    data = json.loads(run("--gold", "gold.jsonl", "--texts", "texts.json", "--format", "json", "--errors", "9").stdout)
    assert data["figures"]["events"]["f1"] == 1.0
    assert any("12…12" in miss["what"] for miss in data["misses"])


def test_the_command_prints_calibration_and_differences(run: Callable[..., Result]) -> None:
    done = run("--gold", "gold.jsonl", "--texts", "texts.json", "--calibration", "--format", "markdown")
    assert "| confidence ≥ |" in done.stdout
    assert "size: 12…12" in run("--gold", "gold.jsonl", "--texts", "texts.json", "--errors", "50").stdout


def test_the_help_example_runs(run: Callable[..., Result]) -> None:
    example = next(line for line in run("--help").stdout.splitlines() if line.strip().startswith("kg evaluate --gold"))
    assert run(*example.split()[2:]).exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--gold", "no.jsonl", "--texts", "texts.json"], "no.jsonl"),
        (["--gold", "gold.jsonl", "--texts", "no.json"], "no.json"),
        (["--gold", "gold.jsonl", "--texts", "gold.jsonl"], "gold.jsonl:1"),
        (["--gold", "gold.jsonl", "--texts", "texts.json", "--only", "zzz"], "zzz"),
        (["--gold", "gold.jsonl"], "--texts"),
    ],
)
def test_wrong_use_is_status_2(words: list[str], said: str, run: Callable[..., Result]) -> None:
    done = run(*words)
    assert done.exit_code == 2, done.output
    assert said in done.stderr


def test_texts_that_are_not_there_are_named(gold: Path, texts: Path) -> None:
    texts.write_text(json.dumps(TEXTS[:1]), encoding="utf-8")
    with pytest.raises(UsageError, match="strike"):
        evaluate(gold, texts)
