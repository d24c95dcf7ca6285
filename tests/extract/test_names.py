"""The lists of known names, and how they are found in texts."""

from __future__ import annotations

import csv
import re
import time
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import SchemaError
from kg.extract.names import TYPES, KnownName, NameList, load_names
from kg.vocab import schema_dir

HEADER = "name,type,aliases,wikidata,flags\n"

AMAZON = KnownName("Amazon", "Company", ("Amazon.com",), "Q3884")
SMALL = NameList(
    [
        AMAZON,
        KnownName("Amazon Labor Union", "Union", ("ALU",)),
        KnownName("We Won't Build It", "CivilSocietyGroup"),
        KnownName("US Army", "GovernmentBody", ("Army",), None, True, frozenset({"Army"})),
        KnownName("Target", "Company", ("Target Corporation",), None, True, frozenset({"Target"})),
        KnownName("GitHub", "Company"),
        KnownName("eBay", "Company"),
        KnownName("Gap", "Company", (), None, True, frozenset({"Gap"})),
        KnownName("AT&T", "Company"),
        KnownName("ver.di", "Union"),
        KnownName("PRISM", "Technology"),
        KnownName("Fight for the Future", "CivilSocietyGroup"),
        KnownName("The Verge", "NewsOutlet", (), None, True, frozenset({"The Verge"})),
        KnownName("New York", "Place"),
        KnownName("New York Times", "NewsOutlet"),
        KnownName("São Paulo", "Place"),
        KnownName("Research and Development Guild", "Union"),
    ]
)


def found(text: str, names: NameList = SMALL) -> list[tuple[str, str]]:
    """Return what stands in the text, and the name it was taken for."""
    return [(text[match.start : match.end], match.entry.name) for match in names.find(text)]


def write(folder: Path, rows: str, name: str = "own.csv") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(HEADER + rows, encoding="utf-8")
    return folder


# Finding


def test_the_longest_name_from_the_left_is_found_and_none_overlap() -> None:
    text = "At Amazon the Amazon Labor Union told the New York Times in New York that Amazon.com had agreed."
    assert [surface for surface, _ in found(text)] == [
        "Amazon",
        "Amazon Labor Union",
        "New York Times",
        "New York",
        "Amazon.com",
    ]


@pytest.mark.parametrize("text", ["Amazon's workers", "Amazon’s workers", "the workers of Amazon's", "(Amazon)"])
def test_a_possessive_and_brackets_stay_outside(text: str) -> None:
    assert found(text) == [("Amazon", "Amazon")]


@pytest.mark.parametrize("apostrophe", ["'", "’", "ʼ", "`"])
def test_straight_and_curly_apostrophes_are_equal(apostrophe: str) -> None:
    surface = f"We Won{apostrophe}t Build It"
    assert found(f"the {surface} letter") == [(surface, "We Won't Build It")]


@pytest.mark.parametrize(
    "text", ["Amazonians", "xAmazon", "Amazon7", "Amazonas", "PreAmazon", "Amazoné", "Amazon\u0301"]
)
def test_a_name_within_a_longer_word_is_not_found(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text", ["ex-Amazon staff", "Amazon-owned", "l'Amazon", "*Amazon*", "_Amazon_", "#Amazon", "…Amazon—"]
)
def test_a_name_beside_marks_is_found(text: str) -> None:
    assert [surface for surface, _ in found(text)] == ["Amazon"]


@pytest.mark.parametrize(
    "text",
    [
        "@Amazon",
        "press@Amazon.com",
        "see https://Amazon.com/Amazon",
        "www.Amazon.com/x",
        "my_Amazon_bucket",
        "x_Amazon",
    ],
)
def test_addresses_and_identifiers_are_no_names(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("AMAZON WORKERS STRIKE", "Amazon"),
        ("Github", "GitHub"),
        ("GITHUB", "GitHub"),
        ("Ver.di", "ver.di"),
        ("Fight For The Future", "Fight for the Future"),
        ("FIGHT FOR THE FUTURE", "Fight for the Future"),
        ("on the Verge", "The Verge"),
    ],
)
def test_headline_and_spelling_variants_are_found(text: str, name: str) -> None:
    assert [entry for _, entry in found(text)] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "amazon",
        "github",
        "fight for the future",
        "Fight for the future",
        "Prism",
        "EBAY",
        "alu",
        "Alu",
        "new york",
        "at&t",
    ],
)
def test_words_in_lower_case_and_case_variants_of_short_names_are_not_found(text: str) -> None:
    assert found(text) == []


def test_country_abbreviations_and_ampersands_have_regular_variants() -> None:
    text = "the U.S. Army, the US Army and AT&T, then Research & Development Guild"
    assert [surface for surface, _ in found(text)] == ["U.S. Army", "US Army", "AT&T", "Research & Development Guild"]
    assert SMALL.find(text)[0].alias == "US Army"


def test_line_breaks_and_odd_spaces_may_stand_inside_a_name_but_an_empty_line_may_not() -> None:
    assert [surface for surface, _ in found("the New\nYork Times")] == ["New\nYork Times"]
    assert [surface for surface, _ in found("the New\u00a0York  Times")] == ["New\u00a0York  Times"]
    assert found("the New\n\nYork Times") == []


def test_composed_and_decomposed_letters_and_soft_hyphens_are_equal() -> None:
    for surface in ("São Paulo", unicodedata.normalize("NFD", "São Paulo"), "São Pau\u00adlo"):
        assert found(f"in {surface}.") == [(surface, "São Paulo")]


# Ambiguity


@pytest.mark.parametrize(
    "text",
    [
        "Target the warehouses.",
        "They left. Target the warehouses.",
        "They left.” “Target it!",
        'She said "Target it".',
        "News\n\nTarget it",
        "- one\n- Target it",
        "WORKERS TARGET FOUR STORES",
        "The Verge",
    ],
)
def test_an_ambiguous_word_that_begins_a_sentence_or_stands_in_capitals_is_left_out(text: str) -> None:
    assert found(text) == []


def test_an_ambiguous_word_inside_a_sentence_is_returned_as_ambiguous() -> None:
    (match,) = SMALL.find("Workers at Target walked out.")
    assert match.ambiguous
    assert match.entry.ambiguous


def test_an_ambiguous_word_that_begins_a_sentence_counts_if_the_text_also_has_it_inside_one() -> None:
    text = "Target said no. Workers at Target walked out. Gap is open."
    assert [surface for surface, _ in found(text)] == ["Target", "Target"]


def test_a_word_that_opens_a_sentence_is_told_as_such() -> None:
    (match,) = SMALL.find_all("Target workers walked out.")
    assert match.opening
    assert not SMALL.find_all("Workers at Target walked out.")[0].opening


def test_an_unambiguous_form_of_an_ambiguous_name_is_certain() -> None:
    (match,) = SMALL.find("Target Corporation said no.")
    assert not match.ambiguous


# Hostile input


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "\u202eAmazon\u202c",
        "</script>Amazon",
        "\ud800Amazon",
        "Amazon" + "\u0301" * 1000,
        "'" * 1000,
        "US" * 9,
    ],
)
def test_hostile_text_is_searched_without_harm(text: str) -> None:
    for match in SMALL.find(text):
        assert text[match.start : match.end] == "Amazon"


@given(
    st.lists(st.sampled_from([*"AUSZT .'’&-_@#\n\u00ad\u0301İßé💥\u202e", "Amazon", "New York", "Target", "https://"]))
)
def test_spans_are_ordered_disjoint_and_spell_their_alias(pieces: list[str]) -> None:
    text = "".join(pieces)
    end = 0
    for match in SMALL.find(text):
        assert end <= match.start < match.end <= len(text)
        end = match.end
        letters = re.sub(r"[^a-z]", "", text[match.start : end].casefold())
        assert letters == re.sub(r"[^a-z]", "", match.alias.casefold()).replace("ã", "")


@given(st.text(), st.sampled_from(["Amazon", "New York Times", "AT&T", "Amazon Labor Union"]), st.text())
def test_a_planted_name_is_found_where_it_was_planted(before: str, name: str, after: str) -> None:
    text = f"{before}\n\n. {name} \n\n{after}"
    start = len(before) + 4
    assert (start, start + len(name)) in {(match.start, match.end) for match in SMALL.find(text)}


# Speed


@pytest.mark.parametrize(
    "line",
    [
        "On Friday, Amazon workers and the Amazon Labor Union met Jeff Bezos in New York, and U.S. Army staff left. ",
        "New York New York " * 9,
        "Amazon" + " " * 99,
        "a" * 100,
        "https://Amazon.com/" * 5,
        "United Auto " * 9,
        ".’”" * 30,
    ],
)
def test_a_megabyte_is_searched_in_linear_time(line: str) -> None:
    text = line * (1_000_000 // len(line))
    names = load_names()
    started = time.perf_counter()
    names.find(text)
    # Some 0.3 s here; the margin is for slow and busy machines, while quadratic time would take minutes.
    assert time.perf_counter() - started < 5


def test_loading_is_cached() -> None:
    assert load_names() is load_names()


# The shipped lists


def test_the_shipped_lists_cover_every_class_and_keep_one_class_a_file() -> None:
    kinds: set[str] = set()
    for path in (schema_dir() / "names").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            (kind,) = {row["type"] for row in csv.DictReader(file)}
        kinds.add(kind)
    assert kinds == TYPES
    assert len(load_names()) > 400


def test_shipped_forms_belong_to_one_name() -> None:
    owners: dict[str, list[KnownName]] = {}
    for entry in load_names().entries:
        for form in entry.forms:
            owners.setdefault(form, []).append(entry)
    shared = {form: entries for form, entries in owners.items() if len(entries) > 1}
    assert [form for form, entries in shared.items() if any(form not in e.ambiguous_forms for e in entries)] == []


def test_a_shipped_wikidata_id_belongs_to_one_name() -> None:
    ids = [entry.wikidata for entry in load_names().entries if entry.wikidata]
    assert [item for item, count in Counter(ids).items() if count > 1] == []
    assert all(re.fullmatch(r"Q[1-9]\d*", item) for item in ids)


def test_every_shipped_form_is_found_in_the_middle_of_a_sentence() -> None:
    names = load_names()
    for entry in names.entries:
        for form in entry.forms:
            text = f"staff of {form} met"
            assert [(m.start, m.end, m.entry) for m in names.find(text)] == [(9, 9 + len(form), names.get(form))], form


def test_shipped_lower_case_forms_are_brands_not_words() -> None:
    plain = {form for entry in load_names().entries for form in entry.forms if form.islower() and form.isalpha()}
    assert plain <= {"npm", "noyb", "foodpanda", "efood", "imec", "taz"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a contract with the Pentagon", [("Pentagon", "US Department of Defense", "GovernmentBody")]),
        ("sold Rekognition to ICE", [("Rekognition", "Amazon Rekognition", "Technology"),
                                     ("ICE", "US Immigration and Customs Enforcement", "GovernmentBody")]),
        ("the ACLU and Mijente", [("ACLU", "American Civil Liberties Union", "CivilSocietyGroup"),
                                  ("Mijente", "Mijente", "CivilSocietyGroup")]),
        ("the Teamsters and ver.di", [("Teamsters", "International Brotherhood of Teamsters", "Union"),
                                      ("ver.di", "ver.di", "Union")]),
        ("an op-ed with Medium", [("Medium", "Medium", "Technology")]),
        ("the medium is ice on target", []),
        ("said Amazon CEO Jeff Bezos", [("Amazon", "Amazon", "Company"), ("Jeff Bezos", "Jeff Bezos", "Person")]),
        ("deep in the Amazon rainforest", [("Amazon rainforest", "Amazon rainforest", "Place")]),
    ],
)  # fmt: skip
def test_shipped_names_in_context(text: str, expected: list[tuple[str, str, str]]) -> None:
    matches = load_names().find(text)
    assert [(text[m.start : m.end], m.entry.name, m.entry.type) for m in matches] == expected


# Own lists


def test_own_lists_go_before_the_shipped_ones(tmp_path: Path) -> None:
    own = write(tmp_path / "own", 'Amazon,Place,,,\n"Friends, of the Canal",CivilSocietyGroup,FotC|Canal Friends,,\n')
    names = load_names(own)
    assert names.find("in Amazon")[0].entry.type == "Place"
    assert names.find("the Canal Friends")[0].entry.name == "Friends, of the Canal"
    assert names.find("at Microsoft")[0].entry.wikidata == "Q2283"
    assert load_names().find("in Amazon")[0].entry.type == "Company"


def test_the_last_own_list_wins(tmp_path: Path) -> None:
    first = write(tmp_path / "first", "Amazon,Place,,,\n")
    last = write(tmp_path / "last", "Amazon,Technology,,,\n")
    assert load_names(first, last).find("in Amazon")[0].entry.type == "Technology"


def test_a_list_from_a_spreadsheet_with_byte_order_mark_and_crlf_is_read(tmp_path: Path) -> None:
    rows = (HEADER + "Canal Friends,Union,,,\n").replace("\n", "\r\n")
    (tmp_path / "own.csv").write_bytes(b"\xef\xbb\xbf" + rows.encode())
    assert load_names(tmp_path).find("the Canal Friends")[0].entry.type == "Union"


def test_a_flag_may_name_one_form(tmp_path: Path) -> None:
    names = load_names(write(tmp_path, "Canal Friends,Union,Canal|CF,,ambiguous:Canal\n"))
    assert [match.ambiguous for match in names.find("the Canal, the CF, the Canal Friends")] == [True, False, False]


def test_a_form_shared_by_two_ambiguous_names_is_accepted(tmp_path: Path) -> None:
    names = load_names(write(tmp_path, "Canal,Union,,,ambiguous\nCanal Street,Place,Canal,,ambiguous\n"))
    assert names.find("the Canal")[0].entry.type == "Union"


@pytest.mark.parametrize(
    ("rows", "line", "fault"),
    [
        ("Good,Union,,,\nBad,Club,,,\n", 3, "unknown type 'Club'"),
        ("Bad,Union,,q1,\n", 2, "Wikidata"),
        ("Bad,Union,,Q0,\n", 2, "Wikidata"),
        ("Bad,Union,,,maybe\n", 2, "unknown flag 'maybe'"),
        ("Bad,Union,,,ambiguous:Good\n", 2, "unknown flag"),
        ("Bad,Union,,\n", 2, "columns"),
        ("Bad,Union,,,,\n", 2, "columns"),
        (",Union,,,\n", 2, "no name"),
        ("Bad,Union,A||B,,\n", 2, "no name"),
        ("#Bad,Union,,,\n", 2, "no name"),
        ("Bad,Union,Bad,,\n", 2, "twice"),
        ("Good,Union,X,,\nBad,Union,X,,\n", 3, "already a form of 'Good'"),
        ("Good,Union,X,,ambiguous\nBad,Union,X,,\n", 3, "already a form of 'Good'"),
        ("US Bakers,Union,,,\nBad,Union,U.S. Bakers,,\n", 3, "already a form"),
    ],
)
def test_a_malformed_row_is_an_error_that_names_file_and_line(tmp_path: Path, rows: str, line: int, fault: str) -> None:
    folder = write(tmp_path, rows)
    with pytest.raises(SchemaError, match=re.escape(f"own.csv:{line}: ")) as caught:
        load_names(folder)
    assert fault in str(caught.value)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "columns"),
        (b"name,type\nA,Union\n", "columns"),
        (HEADER.encode() + b"\xff\xfe,Union,,,\n", "UTF-8"),
        (HEADER.encode() + b'"open,Union,,,\n', "well-formed"),
    ],
)
def test_a_malformed_file_is_an_error_that_names_it(tmp_path: Path, content: bytes, fault: str) -> None:
    (tmp_path / "own.csv").write_bytes(content)
    with pytest.raises(SchemaError, match=fault) as caught:
        load_names(tmp_path)
    assert "own.csv" in str(caught.value)


def test_a_folder_without_lists_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="no lists of names"):
        load_names(tmp_path / "absent")


def test_an_article_gives_way_to_the_longer_name_behind_it() -> None:
    names = NameList([KnownName("The City", "NewsOutlet"), KnownName("City University", "University")])
    assert found("She read the City and studied at the City University.", names) == [
        ("the City", "The City"),
        ("City University", "City University"),
    ]
