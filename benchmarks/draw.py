"""Measures drawing: seconds and memory of `kg draw` by number of nodes, and in Chromium the speed of the page.

Run: python benchmarks/draw.py [NODES ...] [--browser] [--all-drawn]
Networks are random but always the same: actions with people, targets and causes, a few actors in very many of them.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import networkx

SIZES = (100, 1_000, 5_000, 50_000)
KINDS = {"Petition": 12, "Protest": 18, "UnionAction": 6, "LegalAction": 4, "Contract": 8, "Company": 5, "Person": 14,
         "GovernmentBody": 3, "CivilSocietyGroup": 5, "Collective": 14, "Technology": 3, "Demand": 4, "Cause": 2,
         "Place": 2}  # fmt: skip
DATED = ("Petition", "Protest", "UnionAction", "LegalAction", "Contract")
ROLES = {"participant": ("Collective", "Person", "CivilSocietyGroup"), "target": ("Company", "GovernmentBody"),
         "concerns": ("Technology", "Cause", "Contract"), "demands": ("Demand",), "place": ("Place",)}  # fmt: skip
LINKS_PER_NODE = 3


def synthetic(count: int) -> networkx.MultiDiGraph[str]:
    """Return a network of `count` nodes and three times as many relations, each with a quote."""
    dice = random.Random(count)
    network: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    names = dice.choices(list(KINDS), weights=list(KINDS.values()), k=count)
    members: dict[str, list[str]] = {}
    for index, cls in enumerate(names):
        node = f"https://w3id.org/cag/id/{cls.lower()}/{index}"
        members.setdefault(cls, []).append(node)
        network.add_node(node, **_attributes(dice, node, cls, index))
    events = [node for cls in DATED for node in members.get(cls, [])]
    fillers = {role: [other for cls in classes for other in members.get(cls, ())] for role, classes in ROLES.items()}
    roles = [role for role, others in fillers.items() if others]
    for _ in range(LINKS_PER_NODE * count if events else 0):
        role = dice.choice(roles)
        # The square of an even number makes a few actors take part in very many actions, as in life.
        other = fillers[role][int(len(fillers[role]) * dice.random() ** 2)]
        network.add_edge(dice.choice(events), other, key=role, role=role, quotes=[_quote(dice)])
    return network


def _attributes(dice: random.Random, node: str, cls: str, index: int) -> dict[str, Any]:
    dated = cls in DATED
    size = int(10 ** dice.uniform(1, 5)) if dated and dice.random() < 0.6 else None
    facts = [{"predicate": "rdfs:label", "value": f"{cls} {index}", "confidence": 0.9, **_quote(dice)} for _ in "ab"]
    day = f"20{dice.randint(10, 24)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
    return {"id": node, "label": f"{cls} number {index} of the sample", "cls": cls, "form": None,
            "status": dice.choice(["occurred", "planned", "cancelled", "occurred"]) if dated else None,
            "start": day if dated else None, "size_min": size, "size_max": size, "facts": facts}  # fmt: skip


def _quote(dice: random.Random) -> dict[str, Any]:
    text = " ".join(
        dice.choices(["workers", "signed", "the", "letter", "on", "Monday", "against", "a", "contract"], k=18)
    )
    return {"quote": text, "document": f"doc-{dice.randint(0, 999)}", "title": "A report", "date": "2020-01-01"}


def measure(count: int, max_nodes: int | None) -> dict[str, Any]:
    """Draw a network of `count` nodes in this process; return seconds, peak memory and size of the page."""
    import resource

    from kg.draw import Selection, draw

    network = synthetic(count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    path = Path(tempfile.gettempdir()) / f"kg-benchmark-{count}.html"
    begin = time.perf_counter()
    result = draw(network, path, Selection(max_nodes=max_nodes))
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"nodes": count, "relations": network.number_of_edges(), "drawn": result.nodes, "seconds": round(seconds, 2),
            "megabytes": round(peak / 1024), "of which drawing": round((peak - before) / 1024),
            "page (MB)": round(path.stat().st_size / 1e6, 1), "file": str(path)}  # fmt: skip


PAN = """
const done = arguments[0], canvas = document.querySelector('#canvas canvas'), box = canvas.getBoundingClientRect();
const send = (type, x, y) => canvas.dispatchEvent(new PointerEvent(type, {bubbles: true, cancelable: true, pointerId: 1,
  pointerType: 'mouse', isPrimary: true, button: 0, buttons: 1, clientX: box.left + x, clientY: box.top + y}));
const at = [40, box.height - 20];
send('pointerdown', ...at);
const times = []; let step = 0;
requestAnimationFrame(function frame(now) {
  times.push(now); step += 1;
  send('pointermove', at[0] + step * 4, at[1] - step * 2);
  if (step < 90) return requestAnimationFrame(frame);
  send('pointerup', at[0] + step * 4, at[1] - step * 2);
  const gaps = times.slice(1).map((time, index) => time - times[index]).sort((a, b) => a - b);
  done({frames: 1000 * gaps.length / (times[times.length - 1] - times[0]), worst: gaps[gaps.length - 1],
    moved: JSON.stringify(kgPage.where(kgPage.state().drawn[0]))});
});
"""
PAINTED = "return performance.getEntriesByName('first-contentful-paint')[0].startTime"


def browse(file: str) -> dict[str, float]:
    """Open the page in headless Chromium with software rendering; return milliseconds to paint, and frames a second."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location, driver = shutil.which("chromium") or "", shutil.which("chromedriver")
    for flag in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--window-size=1400,900",
        "--disable-dev-shm-usage",
    ):
        options.add_argument(flag)
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        browser.set_script_timeout(120)
        begin = time.perf_counter()
        browser.get(Path(file).as_uri())
        usable = (time.perf_counter() - begin) * 1000
        time.sleep(1)
        before = browser.execute_script("return JSON.stringify(kgPage.where(kgPage.state().drawn[0]))")
        panned = browser.execute_async_script(PAN)
        if panned["moved"] == before:
            raise SystemExit("the picture did not move: the frames measured nothing")
        painted = round(browser.execute_script(PAINTED))
        moved = {"frames/s while panning": round(panned["frames"], 1), "longest frame (ms)": round(panned["worst"])}
        return {"first paint (ms)": painted, "usable (ms)": round(usable), **moved}
    finally:
        browser.quit()


def main() -> None:
    """Measure each size in a process of its own, so that memory is that of one drawing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--browser", action="store_true", help="also open each page in Chromium and pan")
    parser.add_argument("--all-drawn", action="store_true", help="draw every node instead of the most important ones")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.sizes[0], given.sizes[0] if given.all_drawn else None)))
        return
    for size in given.sizes:
        command = [sys.executable, __file__, str(size), "--one", *(["--all-drawn"] if given.all_drawn else [])]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        file = found.pop("file")
        if given.browser:
            found |= browse(file)
        print("  ".join(f"{name} {value}" for name, value in found.items()), flush=True)


if __name__ == "__main__":
    main()
