"""The page in a real browser: no request, no complaint, and all that a reader does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from draw_sample import BASE, QUOTES, RIGHT_TO_LEFT, SCRIPT, sample

if TYPE_CHECKING:
    from conftest import Page

LETTER = BASE + "letter-bezos"


def click(page: Page, node: str, times: int = 1) -> None:
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.by import By

    where = page.run("return kgPage.where(arguments[0])", node)
    body = page.chrome.find_element(By.TAG_NAME, "body")
    box = body.rect
    offset = (round(where["x"] - box["width"] / 2), round(where["y"] - box["height"] / 2))
    actions = ActionChains(page.chrome).move_to_element_with_offset(body, *offset)
    (actions.double_click() if times == 2 else actions.click()).perform()
    page.settle()


def keys(page: Page, selector: str, *pressed: str) -> None:
    from selenium.webdriver.common.by import By

    page.chrome.find_element(By.CSS_SELECTOR, selector).send_keys(*pressed)
    page.settle()


def text(page: Page, selector: str) -> str:
    return str(page.run("return document.querySelector(arguments[0]).textContent", selector))


def test_it_loads_silently_and_asks_for_nothing(page: Page) -> None:
    page.open()
    for tab in ("table", "timeline", "graph"):
        page.run("document.getElementById('tab-' + arguments[0]).click()", tab)
    page.run("kgPage.select(arguments[0]); document.getElementById('theme').click()", LETTER)
    page.settle()
    assert page.complaints() == []
    assert page.requests() == []
    assert page.run("return performance.getEntriesByType('resource').length") == 0


def test_the_policy_holds(page: Page) -> None:
    page.open()
    page.run("document.body.append(Object.assign(document.createElement('img'), {src: 'http://127.0.0.1:9/leak.png'}))")
    page.run("const s = document.createElement('script'); s.textContent = 'window.leak = 1'; document.body.append(s)")
    page.run("fetch('http://127.0.0.1:9/').catch(() => { window.refused = true })")
    page.settle()
    assert page.run("return [window.leak === undefined, window.refused]") == [True, True]
    assert len([entry for entry in page.complaints() if "Content Security Policy" in entry]) >= 3


def test_everything_is_there_at_first_sight(page: Page) -> None:
    page.open()
    state = page.state()
    assert set(state["shown"]) == set(sample())
    canvas = page.run(
        "const b = document.querySelector('#canvas').getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]"
    )
    for node in sample():
        spot = page.run("return kgPage.where(arguments[0])", node)
        assert canvas[0] < spot["x"] < canvas[2] and canvas[1] < spot["y"] < canvas[3], node


@pytest.mark.parametrize("width", [1400, 400])
def test_labels_never_overlap(page: Page, width: int) -> None:
    page.open(width=width)
    labels = page.state()["labels"]
    assert len(labels) > (30 if width > 1000 else 10)
    for index, a in enumerate(labels):
        for b in labels[:index]:
            apart = (
                a["x"] + a["w"] <= b["x"]
                or b["x"] + b["w"] <= a["x"]
                or a["y"] + a["h"] <= b["y"]
                or b["y"] + b["h"] <= a["y"]
            )
            assert apart, (a, b)


@pytest.mark.parametrize("width", [1400, 400])
def test_no_label_lies_under_the_zoom_buttons(page: Page, width: int) -> None:
    page.open(width=width)
    box = page.run(
        "const c = document.querySelector('#canvas').getBoundingClientRect();"
        "const b = document.querySelector('.zoom').getBoundingClientRect();"
        "return [b.left - c.left, b.top - c.top, b.right - c.left, b.bottom - c.top]"
    )
    assert box[2] - box[0] > 30
    near = 0
    for _ in range(6):
        for label in page.state()["labels"]:
            beside = label["x"] < box[2] and box[0] < label["x"] + label["w"]
            near += beside
            assert not beside or label["y"] >= box[3] or label["y"] + label["h"] <= box[1], label
        page.run("document.querySelector('#zoom-in').click()")
        page.settle()
    assert near, "no label came near"


def test_search_finds_and_shows(page: Page) -> None:
    page.open()
    keys(page, "#search", "amaz")
    assert "Amazon" in text(page, "#hits li")
    keys(page, "#search", "\ue015", "\ue007")
    assert page.state()["node"] == BASE + "amazon"
    assert text(page, "#panel h2") == "Amazon"
    assert "CIA cloud contract" in text(page, "#panel")


def test_a_click_shows_facts_with_quotes(page: Page) -> None:
    page.open()
    click(page, LETTER)
    assert page.state()["node"] == LETTER
    quotes = page.run("return [...document.querySelectorAll('#panel blockquote')].map((quote) => quote.textContent)")
    assert "More than 450 people took part, organizers said." in quotes
    assert "Report: report-2019, 12 July 2019" in text(page, "#panel .facts figcaption")
    assert "more than 450 people" in text(page, "#panel .badges")
    assert "signed by" in text(page, "#panel")


def test_a_double_click_keeps_the_neighbours(page: Page) -> None:
    page.open()
    network = sample()
    click(page, LETTER, times=2)
    near = {LETTER, *network.successors(LETTER), *network.predecessors(LETTER)}
    assert set(page.state()["shown"]) == near
    page.run("document.querySelector('#notice button').click()")
    assert len(page.state()["shown"]) == len(network)


def test_hostile_texts_stay_texts(page: Page) -> None:
    page.open("#node=hostile-letter")
    assert text(page, "#panel h2") == QUOTES
    panel = text(page, "#panel")
    assert SCRIPT in panel and RIGHT_TO_LEFT in panel
    page.run("document.getElementById('tab-table').click()")
    assert SCRIPT in text(page, "#view-table")
    assert page.run("return document.scripts.length") == 3
    assert page.run("return document.querySelectorAll('#panel b, #view-table b').length") == 0
    assert page.complaints() == []


def test_the_address_reproduces_the_view(page: Page) -> None:
    page.open()
    page.run("kgPage.select(arguments[0])", LETTER)
    page.run("document.querySelector('[data-cls=Place]').click()")
    page.run("document.getElementById('tab-table').click()")
    before = page.state()
    address = page.run("return location.hash")
    assert "node=letter-bezos" in address and "tab=table" in address and "hide=Place" in address
    page.open(address)
    after = page.state()
    assert (after["node"], after["tab"], after["shown"]) == (LETTER, "table", before["shown"])
    page.open("#node=no-such-thing&hops=x&from=never&min=2e9")
    assert page.state()["node"] is None
    assert page.complaints() == []


def test_the_legend_filters(page: Page) -> None:
    page.open()
    page.run("document.querySelector('[data-cls=Protest]').click()")
    assert BASE + "walkout" not in page.state()["shown"]
    page.run("document.querySelector('[data-cls=Protest]').click()")
    assert BASE + "walkout" in page.state()["shown"]


def test_the_date_range_hides_and_shows(page: Page) -> None:
    page.open()
    drag = (
        "const r = document.getElementById('range-from'); r.value = 2019 * 12 + 5; r.dispatchEvent(new Event('input'))"
    )
    page.run(drag)
    shown = page.state()["shown"]
    assert BASE + "summit" in shown and LETTER not in shown and BASE + "bezos" not in shown
    assert "from=2019-06" in page.run("return location.hash")
    page.run("document.getElementById('reset').click()")
    assert LETTER in page.state()["shown"]


def test_the_keyboard_reaches_everything(page: Page) -> None:
    page.open()
    keys(page, "#canvas", "\ue014")
    first = page.state()["node"]
    assert first
    keys(page, "#canvas", "\ue012")
    assert page.state()["node"] not in (None, first)
    assert text(page, "#live").strip()
    keys(page, "#canvas", "f")
    assert len(page.state()["shown"]) < len(sample())
    keys(page, "#canvas", "\ue00c")
    assert page.state()["node"] is None
    keys(page, "#tab-graph", "\ue014")
    assert page.state()["tab"] == "table"


def test_the_table_holds_what_the_picture_shows(page: Page) -> None:
    page.open("#tab=table")
    rows = page.run("return [...document.querySelectorAll('#view-table tbody tr')].map((row) => row.textContent)")
    assert len(rows) == len(sample())
    letter = next(row for row in rows if row.startswith("Letter to Jeff Bezos"))
    for part in ("open letter", "21 June 2018", "more than 450", "Amazon employees", "Jeff Bezos", "Rekognition"):
        assert part in letter
    csv = page.run("return kgPage.csv()")
    assert csv.count("\r\n") == len(sample()) + 1
    assert LETTER in csv


def test_the_timeline_shows_dated_things(page: Page) -> None:
    page.open("#tab=timeline")
    marks = page.run("return [...document.querySelectorAll('.mark')].map((mark) => mark.getAttribute('aria-label'))")
    dated = [data for _, data in sample().nodes(data=True) if data["start"]]
    assert len(marks) == len(dated)
    assert any("Prime Day strike" in mark and "planned" in mark for mark in marks)
    page.run("document.querySelector('.mark').dispatchEvent(new Event('click'))")
    assert page.state()["node"]


def test_a_connection_is_found(page: Page) -> None:
    page.open("#node=whole-worker")
    page.run("document.getElementById('path').click()")
    keys(page, "#path-box input", "palantir case", "\ue007")
    assert page.state()["shown"].__len__() == 3
    assert "Letter of Whole Foods workers" in text(page, "#panel")


def test_what_was_protested_is_told_first(page: Page) -> None:
    page.open()
    card = next(
        card
        for card in page.run("return [...document.querySelectorAll('#panel .card')].map((card) => card.textContent)")
        if card.startswith("IVAS")
    )
    for part in ("Microsoft for U.S. Army", "awarded", "Letter of Microsoft workers", "50–100 people"):
        assert part in card


def test_saving_gives_a_picture(page: Page) -> None:
    page.open()
    drawing = page.run("return kgPage.svg()")
    assert drawing.startswith("<svg") and "&lt;/script&gt;" in drawing and "line-through" in drawing
    page.run("URL.createObjectURL = (blob) => { window.saved = [blob.type, blob.size]; return 'blob:x'; }")
    page.run("HTMLAnchorElement.prototype.click = () => {}; document.getElementById('save-png').click()")
    page.settle()
    kind, size = page.run("return window.saved")
    assert kind == "image/png" and size > 10_000


@pytest.mark.parametrize("dark", [False, True])
def test_both_themes_follow_the_system_and_the_button(page: Page, dark: bool) -> None:
    page.open(dark=dark)
    page.run("localStorage.clear()")
    page.open(dark=dark)
    colour = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g)"
    brightness = f"return {colour}.slice(0, 3).map(Number).reduce((a, b) => a + b)"
    assert (page.run(brightness) < 200) is dark
    page.run("document.getElementById('theme').click()")
    assert (page.run(brightness) < 200) is not dark
    page.run("localStorage.clear()")


def test_a_phone_is_enough(page: Page) -> None:
    page.open(width=400, height=800)
    assert page.run("return document.documentElement.scrollWidth") <= 400
    for control in ("#search", "#tab-timeline", "#toggle-filters", "#theme", "#range-to", "#zoom-in"):
        box = page.run(
            "const b = document.querySelector(arguments[0]).getBoundingClientRect(); return [b.left, b.right, b.width]",
            control,
        )
        assert box[0] >= 0 and box[1] <= 401 and box[2] > 20, control
    canvas = page.run("const b = document.querySelector('#canvas').getBoundingClientRect(); return b.width * b.height")
    assert canvas > 400 * 800 * 0.6
    page.run("kgPage.select(arguments[0])", LETTER)
    page.settle()
    panel = page.run("return document.getElementById('panel').getBoundingClientRect().top")
    where = page.run("return kgPage.where(arguments[0])", LETTER)
    assert 0 < where["x"] < 400 and where["y"] < panel, "the chosen node is not under the panel"
    for tab in ("table", "timeline"):
        page.run("document.getElementById('tab-' + arguments[0]).click()", tab)
        assert page.run("return document.documentElement.scrollWidth") <= 400
