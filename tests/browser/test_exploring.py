"""What a reader arranges in the page: company, cause, hidden, pinned, moved and unfolded nodes, all in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from draw_sample import BASE, sample

if TYPE_CHECKING:
    from conftest import Page

LETTER = BASE + "letter-bezos"


def choose(page: Page, field: str, value: str) -> None:
    page.run(
        "const box = document.getElementById(arguments[0]); box.value = arguments[1];"
        "box.dispatchEvent(new Event('change'))",
        field,
        value,
    )
    page.settle()


def press(page: Page, selector: str) -> None:
    page.run("document.querySelector(arguments[0]).click()", selector)
    page.settle()


def test_one_company_can_be_looked_at(page: Page) -> None:
    page.open()
    options = page.run("return [...document.querySelectorAll('#filter-company option')].map((o) => o.textContent)")
    assert options[0] == "all" and options[1].startswith("Amazon (")
    choose(page, "filter-company", "google")
    shown = set(page.state()["shown"])
    assert {BASE + "walkout", BASE + "maven-letter", BASE + "google", BASE + "google-employees"} <= shown
    assert not {LETTER, BASE + "amazon", BASE + "prime-day"} & shown
    assert "company=google" in page.state()["address"]
    page.open("#company=google")
    assert set(page.state()["shown"]) == shown


def test_one_cause_can_be_looked_at(page: Page) -> None:
    page.open()
    choose(page, "filter-cause", "immigration")
    events = {node for node in page.state()["shown"] if sample().nodes[node]["start"]}
    assert events == {BASE + "summit", BASE + "whole-letter"}


def test_single_nodes_are_hidden_and_come_back(page: Page) -> None:
    page.open(f"#node={LETTER.removeprefix(BASE)}")
    press(page, "#hide")
    state = page.state()
    assert LETTER not in state["shown"] and state["node"] is None and len(state["shown"]) == len(sample()) - 1
    page.open(f"#{state['address']}")
    assert LETTER not in page.state()["shown"]
    assert "1 hidden" in page.run("return document.getElementById('notice').textContent")
    page.run("kgPage.select(arguments[0])", LETTER)
    assert LETTER in page.state()["shown"], "what is asked for by name is shown"


def test_a_pinned_node_stays(page: Page) -> None:
    page.open("#node=ice")
    press(page, "#pin")
    choose(page, "filter-company", "google")
    assert BASE + "ice" in page.state()["shown"]
    page.open(f"#{page.state()['address']}")
    assert BASE + "ice" in page.state()["shown"] and BASE + "cbp" not in page.state()["shown"]


def test_a_moved_node_is_there_again(page: Page) -> None:
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.by import By

    page.open()
    start = page.run("return kgPage.where(arguments[0])", LETTER)
    body = page.chrome.find_element(By.TAG_NAME, "body")
    offset = (round(start["x"] - body.rect["width"] / 2), round(start["y"] - body.rect["height"] / 2))
    mouse = ActionChains(page.chrome).move_to_element_with_offset(body, *offset)
    mouse.click_and_hold().move_by_offset(30, 20).move_by_offset(30, 20).release().perform()
    page.settle()
    moved = page.run("return kgPage.where(arguments[0])", LETTER)
    assert abs(moved["x"] - start["x"] - 60) < 8 and abs(moved["y"] - start["y"] - 40) < 8
    fragment = page.run("return location.hash")
    assert "at=letter-bezos" in fragment
    page.open(fragment)
    again = page.run("return kgPage.where(arguments[0])", LETTER)
    assert abs(again["x"] - moved["x"]) < 25 and abs(again["y"] - moved["y"]) < 25


def test_what_is_folded_is_found_and_unfolds(folded: Page) -> None:
    folded.open()
    state = folded.state()
    assert len(state["drawn"]) <= 8 and len(state["shown"]) == len(sample())
    assert f"8 of {len(sample())}" in folded.run("return document.getElementById('folds').textContent")
    press(folded, "#unfold")
    assert len(folded.state()["drawn"]) == len(sample())
    spots = folded.run("return kgPage.state().drawn.map((id) => kgPage.where(id))")
    assert len({(round(spot["x"]), round(spot["y"])) for spot in spots}) == len(sample()), "each has its own place"
    press(folded, "#unfold")
    assert folded.state()["drawn"] == state["drawn"]
    assert folded.complaints() == []


def test_a_fold_opens_with_one_click_and_by_its_address(folded: Page) -> None:
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.by import By

    folded.open()
    before, sign = folded.state()["drawn"], folded.state()["folds"][0]
    canvas = folded.chrome.find_element(By.CSS_SELECTOR, "#canvas canvas")
    x, y = sign["x"] + 8 - canvas.rect["width"] / 2, sign["y"] + 8 - canvas.rect["height"] / 2
    ActionChains(folded.chrome).move_to_element_with_offset(canvas, round(x), round(y)).click().perform()
    folded.settle()
    state = folded.state()
    assert len(state["drawn"]) == len(before) + int(sign["text"].lstrip("+"))
    folded.open(f"#{state['address']}")
    assert folded.state()["drawn"] == state["drawn"]


def test_a_folded_node_is_drawn_when_asked_for(folded: Page) -> None:
    folded.open()
    hidden = next(node for node in folded.state()["shown"] if node not in folded.state()["drawn"])
    folded.run("kgPage.select(arguments[0])", hidden)
    folded.settle()
    assert hidden in folded.state()["drawn"]
    choose(folded, "filter-company", "palantir")
    state = folded.state()
    assert len(state["shown"]) > 8 or set(state["drawn"]) == set(state["shown"]), "what fits is drawn in whole"
