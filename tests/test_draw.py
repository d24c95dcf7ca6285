"""The drawing: what is chosen, where it stands, and a page in which texts stay texts and that asks for nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from datetime import date
from pathlib import Path
from typing import Any

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from draw_sample import BASE, QUOTES, SCRIPT, sample

from kg.draw import DrawResult, Selection, draw
from kg.draw.layout import DENSE_LIMIT, Box, place
from kg.draw.page import embed_json, render, vis_network
from kg.draw.select import by_date, by_type, date_span, find
from kg.errors import UsageError


def data_of(path: Path) -> dict[str, Any]:
    """Read the page's data as a browser would: up to the first end of the script element."""
    page = path.read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script', page, re.S)
    assert found
    loaded: dict[str, Any] = json.loads(found[1])
    return loaded


def shown(path: Path) -> set[str]:
    return {node["id"].removeprefix(BASE) for node in data_of(path)["nodes"]}


def overlaps(positions: list[tuple[int, int]], boxes: list[Box]) -> int:
    pairs = ((i, j) for i in range(len(boxes)) for j in range(i))
    return sum(
        abs(positions[i][0] - positions[j][0]) < (boxes[i].width + boxes[j].width) / 2 - 3
        and abs(positions[i][1] - positions[j][1]) < (boxes[i].height + boxes[j].height) / 2 - 3
        for i, j in pairs
    )


def test_everything_is_drawn_with_its_quotes(tmp_path: Path) -> None:
    network = sample()
    result = draw(network, tmp_path / "new" / "graph.html", title="A <b>title</b> & more")
    assert result == DrawResult(tmp_path / "new" / "graph.html", len(network), network.number_of_edges(), 0)
    data = data_of(result.path)
    letter = next(node for node in data["nodes"] if node["id"] == BASE + "letter-bezos")
    assert (letter["cls"], letter["form"], letter["start"], letter["lo"], letter["hi"]) == (
        "Petition", "open-letter", "2018-06-21", 451, None,
    )  # fmt: skip
    source, text = data["quotes"][letter["facts"][2][2]]
    assert text == "More than 450 people took part, organizers said."
    assert data["sources"][source]["title"] == "Report: report-2019"
    assert {role for edge in data["edges"] for role, *_ in edge["roles"]} >= {"signatory", "addressee", "supplier"}
    assert "<title>A &lt;b&gt;title&lt;/b&gt; &amp; more</title>" in result.path.read_text(encoding="utf-8")
    assert not list(result.path.parent.glob("*.partial"))


def test_the_page_is_closed(tmp_path: Path) -> None:
    page = draw(sample(), tmp_path / "graph.html").path.read_text(encoding="utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy and policy[1].startswith("default-src 'none';") and "unsafe" not in policy[1]
    assert "connect-src" not in policy[1]
    scripts = re.findall(r"<script>(.*?)</script>", page, re.S)
    styles = re.findall(r"<style>(.*?)</style>", page, re.S)
    assert (len(scripts), len(styles)) == (2, 1)
    for text in scripts + styles:
        assert f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in policy[1]
    assert not re.search(r"<(?:script|img|iframe|audio|video|source|embed)[^>]*\ssrc=", page)
    assert not re.search(r"""<link[^>]*href="(?!data:)|@import|url\((?!#)|sourceMappingURL""", "".join(styles) + page)
    assert "alert(1)</script>" not in page


def test_the_same_network_gives_the_same_bytes(tmp_path: Path) -> None:
    network = sample()
    other: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    other.add_nodes_from(reversed(list(network.nodes(data=True))))
    other.add_edges_from(reversed(list(network.edges(keys=True, data=True))))
    first = draw(network, tmp_path / "a.html").path.read_bytes()
    assert first == draw(other, tmp_path / "b.html").path.read_bytes()


def test_an_empty_network_is_a_page_too(tmp_path: Path) -> None:
    result = draw(networkx.MultiDiGraph(), tmp_path / "graph.html")
    assert (result.nodes, result.edges, result.hidden) == (0, 0, 0)
    assert data_of(result.path)["nodes"] == []


def test_bare_nodes_are_drawn(tmp_path: Path) -> None:
    network: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    network.add_edge("https://example.org/a", "https://example.org/b", key="target")
    assert draw(network, tmp_path / "graph.html").edges == 1
    assert [node["label"] for node in data_of(tmp_path / "graph.html")["nodes"]] == ["a", "b"]


def test_focus_keeps_the_neighbourhood(tmp_path: Path) -> None:
    draw(sample(), tmp_path / "g.html", Selection(focus="jeff bezos", hops=1))
    assert shown(tmp_path / "g.html") == {"bezos", "amazon", "letter-bezos"}
    draw(sample(), tmp_path / "g.html", Selection(focus="Google walkout", hops=0))
    assert shown(tmp_path / "g.html") == {"walkout"}


@pytest.mark.parametrize(
    ("name", "node"),
    [(BASE + "ice", "ice"), ("amazon", "amazon"), ("customs", "cbp"), ("Enforcement", "ice"),
     ("letter-bezos", "letter-bezos")],
)  # fmt: skip
def test_names_are_found(name: str, node: str) -> None:
    assert find(sample(), name) == BASE + node


def test_unknown_names_get_a_hint() -> None:
    with pytest.raises(UsageError, match=r"Jef Bezoz.*did you mean.*jeff bezos"):
        find(sample(), "Jef Bezoz")


def test_types_of_actions_bring_their_parties() -> None:
    kept = {node.removeprefix(BASE) for node in by_type(sample(), ["LegalAction"])}
    assert kept == {"aclu-suit", "aclu", "ice", "cbp", "rekognition"}
    alone = by_type(sample(), ["cag:company", "Protest"])
    assert {cls for _, cls in alone.nodes(data="cls")} == {"Company", "Protest"}
    wide = by_type(sample(), ["Organization"])
    assert {cls for _, cls in wide.nodes(data="cls")} == {"Company", "GovernmentBody", "Union", "CivilSocietyGroup"}
    with pytest.raises(UsageError, match=r"Klub.*Company"):
        by_type(sample(), ["Klub"])


def test_dates_limit_actions_and_contracts() -> None:
    kept = by_date(sample(), date(2019, 7, 12), date(2019, 7, 31))
    events = {node.removeprefix(BASE) for node in kept if kept.nodes[node]["start"]}
    assert events == {"prime-day", "sit-in"}, "the sit-in, known by its year only, may fall there"
    assert BASE + "shakopee" in kept and BASE + "google" not in kept
    with pytest.raises(UsageError, match="swap"):
        by_date(sample(), date(2020, 1, 1), date(2019, 1, 1))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2019-07-12", (date(2019, 7, 12), date(2019, 7, 12))),
        ("2020-02", (date(2020, 2, 1), date(2020, 2, 29))),
        ("2019", (date(2019, 1, 1), date(2019, 12, 31))),
        ("2019-13", None),
        ("soon", None),
        (None, None),
    ],
)
def test_spans_of_dates(text: str | None, span: tuple[date, date] | None) -> None:
    assert date_span(text) == span


def test_too_many_nodes_keep_the_best_linked(tmp_path: Path) -> None:
    result = draw(sample(), tmp_path / "g.html", Selection(max_nodes=5))
    assert (result.nodes, result.hidden, result.absent) == (5, len(sample()) - 5, 0)
    data = data_of(tmp_path / "g.html")
    drawn = [node["id"].removeprefix(BASE) for node in data["nodes"] if "at" not in node]
    assert "amazon" in drawn and len(drawn) == len(data["vis"]["nodes"]) == 5
    assert data["meta"]["folded"] == result.hidden == len(data["nodes"]) - 5


def test_what_is_too_much_stands_behind_its_nearest_neighbour(tmp_path: Path) -> None:
    draw(sample(), tmp_path / "g.html", Selection(max_nodes=5))
    data = data_of(tmp_path / "g.html")
    nodes = {node["id"].removeprefix(BASE): node for node in data["nodes"]}
    assert data["nodes"][nodes["bezos"]["at"]]["id"] == BASE + "amazon"
    assert nodes["aclu"]["at"] in (-1, *range(5)) and all(node.get("at", 0) < 5 for node in data["nodes"])


def test_a_page_holds_only_so_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.draw.select.HELD", 12)
    result = draw(sample(), tmp_path / "g.html", Selection(max_nodes=5))
    data = data_of(tmp_path / "g.html")
    assert len(data["nodes"]) == 12
    assert result.absent == sum(data["absent"].values()) == data["meta"]["absent"] == len(sample()) - 12


@pytest.mark.parametrize("wrong", [Selection(max_nodes=0), Selection(hops=-1), Selection(focus="Nobody at all")])
def test_wrong_calls_are_refused(tmp_path: Path, wrong: Selection) -> None:
    with pytest.raises(UsageError):
        draw(sample(), tmp_path / "g.html", wrong)
    with pytest.raises(UsageError):
        draw(sample(), tmp_path / "g.html", tab="pie")
    with pytest.raises(UsageError, match="is a folder"):
        draw(sample(), tmp_path)
    assert not list(tmp_path.iterdir())


@given(
    st.recursive(
        st.text() | st.none() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_embedded_json_is_inert_and_whole(payload: Any) -> None:
    text = embed_json(payload)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == payload


def test_hostile_texts_cannot_fill_templates() -> None:
    page = render({"text": f"{SCRIPT}{QUOTES}\udc80"}, "{{data}}</title>\\1")
    assert page.count('<script type="application/json"') == 1
    assert "<title>{{data}}&lt;/title&gt;\\1</title>" in page


def test_the_library_is_the_one_that_pyvis_ships() -> None:
    text = vis_network()
    assert "vis-network" in text[:200] and len(text) > 400_000
    assert "</script" not in text.lower() and "\r" not in text


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 40), st.data())
def test_no_two_boxes_overlap(count: int, data: st.DataObject) -> None:
    node = st.integers(0, count - 1)
    links = data.draw(st.lists(st.tuples(node, node), max_size=60))
    boxes = [Box(110, 60 + index % 3 * 20) for index in range(count)]
    positions = place(boxes, links)
    assert positions == place(boxes, links)
    assert overlaps(positions, boxes) <= count // 10


@pytest.mark.parametrize("count", [2, 3, 6])
def test_small_parts_stay_small(count: int) -> None:
    chain = place([Box(110, 60)] * count, [(node, node + 1) for node in range(count - 1)])
    assert max(x for x, _ in chain) - min(x for x, _ in chain) < 300 * count


def test_linked_nodes_stand_closer() -> None:
    ring = networkx.connected_watts_strogatz_graph(120, 4, 0.05, seed=1)
    spots = place([Box(40, 40)] * 120, list(ring.edges))

    def length(a: int, b: int) -> float:
        return float(((spots[a][0] - spots[b][0]) ** 2 + (spots[a][1] - spots[b][1]) ** 2) ** 0.5)

    near = sum(length(a, b) for a, b in ring.edges) / ring.number_of_edges()
    every = sum(length(a, b) for a in ring for b in range(a)) / (120 * 119 / 2)
    assert near < every / 2.5


def test_large_parts_are_laid_out_too() -> None:
    tree = networkx.barabasi_albert_graph(DENSE_LIMIT + 300, 2, seed=3)
    boxes = [Box(60, 60)] * len(tree)
    positions = place(boxes, list(tree.edges))
    assert positions == place(boxes, list(tree.edges))
    assert overlaps(positions, boxes) < len(tree) / 4
