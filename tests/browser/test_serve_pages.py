"""The server's pages in a real Chromium: every page visited, every link followed, forms used, axe asked."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from serve_sample import IMAGE, SCRIPT, served_folder

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

MODULES = [
    Path(__file__).parents[2] / "node_modules",
    *map(Path, filter(None, os.environ.get("NODE_PATH", "").split(":"))),
]
KINDS = ["/", "/search?q=amazon", "/browse/actions", "/id/petition/letter", "/id/doc/letter-report",
         "/id/doc/hostile", "/id/company/hostile", "/queries", "/queries/contracts-of?name=Amazon", "/explore",
         "/sparql?query=SELECT+*+%7B",
         "/sparql?query=SELECT+%3Fp+%3Fn+%7B+%3Fp+a+cag%3APerson+%3B+rdfs%3Alabel+%3Fn+%7D", "/vocabulary", "/about",
         "/nothing"]  # fmt: skip


AXE = """
const done = arguments[0];
const short = (node) => node.html.slice(0, 160) + node.failureSummary.slice(0, 300);
axe.run(document, { iframes: false }).then((report) =>
  done(report.violations.map((v) => [v.id, v.nodes.slice(0, 3).map(short)])));
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server."""
    import uvicorn

    from kg.serve.app import make_app
    from kg.serve.site import Settings
    from kg.store import open_graph, publish

    folder = served_folder(tmp_path_factory.mktemp("served") / "graph", publish)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_app(open_graph(folder), Settings(workers=1)), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


class Browser:
    """The browser on this site, and what it noticed."""

    def __init__(self, chrome: Chrome, site: str) -> None:
        self.chrome, self.site = chrome, site
        chrome.get("about:blank")
        chrome.get_log("performance")
        chrome.get_log("browser")

    def open(self, path: str) -> None:
        self.chrome.get(f"{self.site}{path}")

    def run(self, script: str, *values: Any) -> Any:
        return self.chrome.execute_script(script, *values)

    def wait(self, condition: str) -> None:
        """Go on as soon as a script returns something true; the page may change meanwhile."""
        from selenium.common.exceptions import WebDriverException
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.chrome, 10, ignored_exceptions=[WebDriverException]).until(lambda _: self.run(condition))

    @contextmanager
    def leaving(self) -> Iterator[None]:
        """Go on when what is done inside has led to another page, and that page is there.

        A key or a click returns before the next page has come: what is looked for at once may still be of this one.
        """
        self.run("document.documentElement.dataset.left = 'yes'")
        yield
        self.wait("return !document.documentElement.dataset.left && document.readyState === 'complete'")

    def links(self) -> list[str]:
        """Every address that the page leads to, without those inside the page."""
        found: list[str] = self.run(
            "const links = [...document.querySelectorAll('a[href]')];"
            "return links.map((a) => new URL(a.getAttribute('href'), location).href)"
        )
        return sorted({address.partition("#")[0] for address in found})

    def check(self) -> None:
        """No complaint in the console, no request to another host, nothing of a hostile text has run."""
        complaints = [entry["message"] for entry in self.chrome.get_log("browser")]
        # Chromium reports every page with an error status, such as that of a wrong query.
        complaints = [text for text in complaints if "Failed to load resource" not in text or "/static/" in text]
        assert not complaints
        messages = [json.loads(entry["message"])["message"] for entry in self.chrome.get_log("performance")]
        sent = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
        assert not [url for url in sent if not url.startswith((self.site, "data:", "blob:", "about:"))]
        assert self.run("return typeof window.hacked") == "undefined"


@pytest.fixture
def browser(chrome: Chrome, site: str) -> Browser:
    return Browser(chrome, site)


def test_every_page_is_visited_and_every_link_followed(browser: Browser) -> None:
    waiting, seen, elsewhere = ["/"], {"/"}, set()
    while waiting:
        path = waiting.pop()
        if "format=" in path and "format=html" not in path:
            with urllib.request.urlopen(f"{browser.site}{path}") as reply:
                assert reply.status == 200, path
            continue
        browser.open(path)
        assert browser.run("return document.querySelectorAll('h1').length") == 1 or path.startswith("/explore/page"), (
            path
        )
        missing = browser.run(
            "return [...document.querySelectorAll('a[href^=\"#\"]')].map((a) => a.hash.slice(1))"
            ".filter((id) => id && !document.getElementById(decodeURIComponent(id)))"
        )
        assert not missing, path
        for address in browser.links():
            if not address.startswith(browser.site):
                elsewhere.add(address)
            elif (link := address.removeprefix(browser.site)) not in seen:
                seen.add(link)
                waiting.append(link)
        browser.check()
    assert {"/id/petition/letter", "/id/doc/hostile", "/queries/contracts-of", "/explore/page"} <= seen
    assert len(seen) > 60
    assert all(address.startswith(("http://", "https://")) for address in elsewhere), elsewhere


def test_search_and_questions_work_with_the_keyboard(browser: Browser) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.open("/")
    browser.chrome.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.run("return document.activeElement.className") == "skip"
    browser.run("return document.body.focus()")
    browser.chrome.find_element("css selector", "body").send_keys("/")
    with browser.leaving():
        browser.chrome.switch_to.active_element.send_keys("jef bezoss", Keys.ENTER)
    with browser.leaving():
        browser.chrome.find_element("link text", "Jeff Bezos").click()
    assert browser.chrome.current_url == f"{browser.site}/id/person/jeff-bezos"
    browser.open("/queries/contracts-of")
    field = browser.chrome.find_element("id", "p-name")
    with browser.leaving():
        field.send_keys("Amazon", Keys.ENTER)
    assert "$600 million" in browser.chrome.find_element("css selector", ".answer").text
    permalink = browser.chrome.find_element("css selector", ".permalink").get_attribute("href")
    browser.chrome.get(str(permalink))
    assert "$600 million" in browser.chrome.find_element("css selector", ".answer").text
    browser.check()


def test_the_editor_helps(browser: Browser) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    browser.open("/sparql")
    editor = browser.chrome.find_element("id", "query")
    editor.clear()
    editor.send_keys("SELECT ?name { ?p a ")
    browser.chrome.find_element("id", "term").send_keys("cag:Person")
    browser.wait("return document.querySelector('#term-list button')?.textContent === 'cag:Person'")
    # The list is made anew with each letter that is typed; a click from here could miss it.
    browser.run("document.querySelector('#term-list button').click()")
    editor.send_keys("; rdfs:label ?name }")
    # Keys sent to the element would look for it again on the next page.
    ActionChains(browser.chrome).key_down(Keys.CONTROL).send_keys(Keys.ENTER).key_up(Keys.CONTROL).perform()
    browser.wait("return document.querySelector('.answer')?.textContent.includes('Jeff Bezos')")
    browser.check()


def test_a_mark_leads_to_its_statements(browser: Browser) -> None:
    browser.open("/id/doc/letter-report")
    mark = browser.chrome.find_element("css selector", ".mark")
    target = str(mark.get_attribute("href")).partition("#")[2]
    mark.click()
    browser.wait("return document.querySelector(':target')")
    assert browser.run("return document.querySelector(':target').id") == target
    browser.run("document.querySelector('li:target .back').click()")
    browser.wait("return document.querySelector('.mark:target')")
    assert browser.run("return document.querySelector(':target').id") == target.replace("f-", "m-")
    browser.check()


def test_the_explorer_is_embedded_and_works(browser: Browser) -> None:
    browser.open("/explore")
    browser.chrome.switch_to.frame(browser.chrome.find_element("css selector", ".explorer"))
    browser.wait("return typeof window.kgPage !== 'undefined'")
    browser.chrome.find_element("id", "search").send_keys("Bezos")
    browser.wait("return document.getElementById('hits').innerText.includes('Jeff Bezos')")
    browser.chrome.switch_to.default_content()
    browser.check()


def test_colours_can_be_switched_and_stay(browser: Browser) -> None:
    paper = "return getComputedStyle(document.body).backgroundColor"
    browser.open("/")
    browser.run("localStorage.clear()")
    browser.open("/")
    first = browser.run(paper)
    browser.chrome.find_element("css selector", ".theme").click()
    second = browser.run(paper)
    assert first != second
    browser.open("/about")
    assert browser.run(paper) == second
    browser.run("localStorage.clear()")
    browser.check()


def test_pages_are_read_without_scripts(browser: Browser) -> None:
    browser.chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.open("/id/petition/letter")
        assert "Amazon employees" in browser.chrome.find_element("id", "main").text
        browser.chrome.find_element("css selector", ".proven summary").click()
        assert "Workers write to the boss" in browser.chrome.find_element("css selector", ".proofs").text
        with browser.leaving():
            browser.chrome.find_element("css selector", ".proofs a").click()
        assert "/id/doc/" in browser.chrome.current_url
        assert browser.chrome.find_elements("css selector", ".mark")
    finally:
        browser.chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_hostile_texts_do_nothing(browser: Browser) -> None:
    for path in ("/id/doc/hostile", "/id/person/hostile", f"/search?q={urllib.parse.quote(SCRIPT)}",
                 f"/queries/contracts-of?name={urllib.parse.quote(IMAGE)}", "/explore/page"):  # fmt: skip
        browser.open(path)
        browser.check()
    assert browser.run("return document.querySelectorAll('a[href^=\"javascript\" i]').length") == 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1300, 380])
def test_axe_finds_no_barrier(browser: Browser, *, dark: bool, width: int) -> None:
    script = next((path for folder in MODULES if (path := folder / "axe-core" / "axe.min.js").is_file()), None)
    if script is None:
        pytest.skip("no axe on this machine (npm install axe-core)")
    text = script.read_text(encoding="utf-8")
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    try:
        for path in KINDS:
            browser.open(path)
            browser.run(text)
            found = browser.chrome.execute_async_script(AXE)
            assert found == [], (path, found)
            wide = browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{path} is {wide} pixels wider than the screen"
    finally:
        browser.chrome.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_the_site_is_not_framed_by_others(browser: Browser) -> None:
    for path, policy in (("/", "frame-ancestors 'none'"), ("/explore/page", "frame-ancestors 'self'")):
        with urllib.request.urlopen(f"{browser.site}{path}") as reply:
            assert policy in reply.headers["Content-Security-Policy"]
