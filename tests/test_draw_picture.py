"""Pictures for print, and SPARQL as the source of what is drawn."""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from xml.etree import ElementTree

import networkx
import pyoxigraph as ox
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from draw_sample import BASE, RIGHT_TO_LEFT, SCRIPT, sample

from kg import vocab
from kg.draw import Selection, picture
from kg.draw.source import part_of
from kg.errors import KgError, UsageError
from kg.query import Table, Triples

SVG = "{http://www.w3.org/2000/svg}"


def texts(path: Path) -> list[str]:
    return [element.text or "" for element in ElementTree.parse(path).iter(f"{SVG}text")]


def iri(name: str) -> ox.NamedNode:
    return ox.NamedNode(vocab.iri(name) if ":" in name else BASE + name)


def test_a_picture_shows_names_signs_and_a_legend(tmp_path: Path) -> None:
    result = picture(sample(), tmp_path / "graph.svg", title="Letters & <strikes>")
    assert (result.nodes, result.edges) == (len(sample()), sample().number_of_edges())
    shown = texts(result.path)
    assert shown[0] == "Letters & <strikes>"
    assert {"Amazon", "Jeff Bezos", "Petition or letter", "aimed at", "Company"} <= set(shown)
    root = ElementTree.parse(result.path).getroot()
    linked = sum(1 for node in sample() if sample().degree(node))
    assert len(root.findall(f"{SVG}g")) >= linked
    assert len(root.findall(f"{SVG}line")) == sample().number_of_edges()


def test_a_picture_asks_for_nothing_and_holds_texts_as_texts(tmp_path: Path) -> None:
    network = sample()
    network.nodes[BASE + "amazon"]["label"] = "NUL \0 and \udc80 half"
    page = picture(network, tmp_path / "graph.svg").path.read_text(encoding="utf-8")
    assert "href" not in page and "url(" not in page and "<script" not in page and "<style" not in page
    names = " ".join(texts(tmp_path / "graph.svg"))
    assert SCRIPT[:20] in names and RIGHT_TO_LEFT[:5] in names and "NUL  and" in names


def test_cancelled_is_struck_and_planned_dashed(tmp_path: Path) -> None:
    root = ElementTree.parse(picture(sample(), tmp_path / "graph.svg").path).getroot()
    struck = [e.text for e in root.iter(f"{SVG}text") if e.get("text-decoration") == "line-through"]
    assert struck and "Sit-in at Palantir" in str(struck[0])
    assert any(line.get("stroke-dasharray") for line in root.iter(f"{SVG}line"))


def test_labels_of_a_picture_do_not_overlap(tmp_path: Path) -> None:
    root = ElementTree.parse(picture(sample(), tmp_path / "graph.svg").path).getroot()
    rows = [e for e in root.iter(f"{SVG}text") if e.get("text-anchor") == "middle"]
    boxes = [(float(e.get("x", 0)), float(e.get("y", 0)), len(e.text or "") * 7.0) for e in rows]
    for index, (x, y, width) in enumerate(boxes):
        assert not any(abs(y - v) < 11 and abs(x - u) < (width + wide) / 2 - 2 for u, v, wide in boxes[:index])


def test_equal_networks_give_equal_pictures_and_too_many_nodes_are_told(tmp_path: Path) -> None:
    first = picture(sample(), tmp_path / "a.svg", Selection(max_nodes=10)).path.read_bytes()
    assert first == picture(sample(), tmp_path / "b.svg", Selection(max_nodes=10)).path.read_bytes()
    assert any(f"{len(sample()) - 10} with fewer relations are left out" in text for text in texts(tmp_path / "a.svg"))


def test_an_empty_network_is_a_picture_too(tmp_path: Path) -> None:
    assert picture(networkx.MultiDiGraph(), tmp_path / "graph.svg").nodes == 0
    assert "0 nodes" in texts(tmp_path / "graph.svg")[1]


def test_png_is_as_wide_as_a_sheet(tmp_path: Path) -> None:
    pytest.importorskip("resvg_py", reason="PNG needs resvg-py")
    content = picture(sample(), tmp_path / "graph.png", Selection(focus="Amazon", hops=1)).path.read_bytes()
    assert content.startswith(b"\x89PNG") and struct.unpack(">I", content[16:20]) == (3508,)


def test_png_without_its_package_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(KgError, match=r"pip install resvg-py.*svg"):
        picture(sample(), tmp_path / "graph.png")
    with pytest.raises(UsageError, match=r"\.svg or \.png"):
        picture(sample(), tmp_path / "graph.jpg")
    assert not list(tmp_path.iterdir())


def test_a_select_names_what_is_drawn() -> None:
    rows: list[tuple[ox.NamedNode | ox.Literal | None, ...]] = [
        (iri("letter-bezos"), iri("bezos"), ox.Literal("Jeff Bezos")),
        (iri("letter-bezos"), None, None),
        (iri("form:strike"), iri("amazon"), None),
    ]
    part = part_of(sample(), Table(["action", "who", "name"], list(rows)))
    assert set(part) == {BASE + "letter-bezos", BASE + "bezos", BASE + "amazon"}
    assert part.has_edge(BASE + "letter-bezos", BASE + "bezos", "addressee")


def test_a_construct_makes_what_is_drawn() -> None:
    label, kind = iri("rdfs:label"), iri("rdf:type")
    other = ox.NamedNode("https://example.org/x")
    answer = Triples([
        ox.Triple(iri("letter-bezos"), iri("cag:addressee"), iri("bezos")),
        ox.Triple(iri("letter-bezos"), iri("cag:opposes"), iri("amazon")),
        ox.Triple(iri("amazon-employees"), iri("cag:opposes"), iri("amazon")),
        ox.Triple(iri("amazon"), iri("cag:supplies"), other),
        ox.Triple(other, label, ox.Literal("A made-up body")),
        ox.Triple(other, kind, iri("cag:GovernmentBody")),
    ])  # fmt: skip
    part = part_of(sample(), answer)
    assert {(a.removeprefix(BASE), b.removeprefix(BASE), role) for a, b, role in part.edges(keys=True)} == {
        ("letter-bezos", "bezos", "addressee"), ("letter-bezos", "amazon", "opposes"),
        ("amazon", "https://example.org/x", "supplies"), ("amazon-employees", "amazon", "opposes"),
    }  # fmt: skip
    known = sample().edges[BASE + "letter-bezos", BASE + "bezos", "addressee"]
    assert part.edges[BASE + "letter-bezos", BASE + "bezos", "addressee"]["quotes"] == known["quotes"]
    assert part.edges[BASE + "letter-bezos", BASE + "amazon", "opposes"]["quotes"], "quotes of what links the two"
    through = part.edges[BASE + "amazon-employees", BASE + "amazon", "opposes"]["quotes"]
    assert any("signatory: amazon-employees" in one["quote"] for one in through), "quotes of the letter between them"
    assert part.edges[BASE + "amazon", other.value, "supplies"]["quotes"] == []
    assert (part.nodes[other.value]["label"], part.nodes[other.value]["cls"]) == ("A made-up body", "GovernmentBody")
    assert part.nodes[BASE + "letter-bezos"]["size_min"] == 451


@pytest.mark.parametrize("answer", [True, Table(["n"], [(ox.Literal("Amazon"),)])])
def test_answers_that_name_nothing_are_refused(answer: bool | Table) -> None:
    with pytest.raises(UsageError, match="--query"):
        part_of(sample(), answer)


def test_an_empty_answer_is_an_empty_drawing() -> None:
    assert len(part_of(sample(), Table(["a"], []))) == len(part_of(sample(), Triples([]))) == 0
