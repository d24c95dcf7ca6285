"""A real Chromium for the page tests; they are skipped where the machine has none."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1400,900",
]


@pytest.fixture(scope="session")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Start one headless Chromium with an empty profile."""
    selenium = pytest.importorskip("selenium.webdriver", reason="selenium is not installed (pip install kg[dev])")
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not binary or not driver:
        pytest.skip("no chromium with chromedriver on this machine (Debian: apt-get install chromium chromium-driver)")
    options = selenium.ChromeOptions()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = selenium.Chrome(options=options, service=selenium.ChromeService(driver))
    browser.set_script_timeout(20)
    yield browser
    browser.quit()


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw the sample once."""
    from draw_sample import sample

    from kg.draw import draw

    return draw(sample(), tmp_path_factory.mktemp("page") / "graph.html", title="Sample").path


@pytest.fixture(scope="session")
def folded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw the sample with most of it folded."""
    from draw_sample import sample

    from kg.draw import Selection, draw

    return draw(sample(), tmp_path_factory.mktemp("folded") / "graph.html", Selection(max_nodes=8)).path


class Page:
    """The open page, with short ways to look at it and to act on it."""

    def __init__(self, chrome: Chrome, file: Path) -> None:
        self.chrome, self.address = chrome, file.as_uri()

    def open(self, fragment: str = "", *, width: int = 1400, height: int = 900, dark: bool = False) -> None:
        """Load the page afresh with a screen of this size."""
        command = self.chrome.execute_cdp_cmd
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        command("Emulation.setDeviceMetricsOverride", screen)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        command("Emulation.setEmulatedMedia", {"features": [scheme]})
        self.chrome.get("about:blank")
        self.chrome.get_log("performance")
        self.chrome.get_log("browser")
        self.chrome.get(self.address + fragment)
        self.settle()

    def settle(self) -> None:
        """Wait until pending movements and two frames are over."""
        wait = (
            "const done = arguments[0]; setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 450)"
        )
        self.chrome.execute_async_script(wait)

    def run(self, script: str, *values: Any) -> Any:
        """Return what the script returns."""
        return self.chrome.execute_script(script, *values)

    def state(self) -> dict[str, Any]:
        """Return selection, view, shown nodes and painted labels."""
        found: dict[str, Any] = self.run("return kgPage.state()")
        return found

    def requests(self) -> list[str]:
        """Return every address asked for since the page was opened, itself excepted."""
        messages = [json.loads(entry["message"])["message"] for entry in self.chrome.get_log("performance")]
        sent = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
        return [url for url in sent if not url.startswith((self.address, "data:", "blob:"))]

    def complaints(self) -> list[str]:
        """Return what the browser's console says."""
        return [entry["message"] for entry in self.chrome.get_log("browser")]


@pytest.fixture
def page(chrome: Chrome, page_file: Path) -> Page:
    """Return the sample's page, not yet opened."""
    return Page(chrome, page_file)


@pytest.fixture
def folded(chrome: Chrome, folded_file: Path) -> Page:
    """Return the page with folds, not yet opened."""
    return Page(chrome, folded_file)
