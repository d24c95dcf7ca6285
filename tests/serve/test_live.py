"""The server follows a graph that is built again while it runs, and its modules import each other one way."""

from __future__ import annotations

import ast
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sample import sample_quads
from serve_sample import served_folder

from kg.serve.site import Settings
from kg.store import Store, open_graph, publish

from test_protocol import NAMES, ask, call, values  # isort: skip

PACKAGE = Path(__file__).parents[2] / "kg" / "serve"
QUICK = Settings(workers=1, watch=0.05)
HOSTILE_PAGE = "/id/petition/hostile"


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "nothing changed"
        time.sleep(0.05)


def status(site: str, path: str) -> int:
    return call(f"{site}{path}", headers={"Accept": "text/html"}).status


def test_a_new_build_is_served_and_no_request_fails(tmp_path: Path, serve_store: Callable[..., Any]) -> None:
    folder = tmp_path / "graph"
    publish(folder, sample_quads())
    codes: list[int] = []
    stop = threading.Event()

    def hammer(site: str) -> None:
        while not stop.is_set():
            codes.append(ask(site, NAMES).status)
            codes.append(status(site, "/id/petition/letter"))
            codes.append(status(site, "/"))

    with serve_store(open_graph(folder), QUICK) as site:
        before = values(ask(site, NAMES))
        assert status(site, HOSTILE_PAGE) == 404
        threads = [threading.Thread(target=hammer, args=(site,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(3):
            served_folder(folder, publish)
            wait_for(lambda: status(site, HOSTILE_PAGE) == 200)
            assert len(values(ask(site, NAMES))) == len(before) + 1
            assert "hostile" in call(f"{site}/browse/documents", headers={"Accept": "text/html"}).text
            publish(folder, sample_quads())
            wait_for(lambda: status(site, HOSTILE_PAGE) == 404)
            assert values(ask(site, NAMES)) == before
        stop.set()
        for thread in threads:
            thread.join()
    assert len(codes) > 50
    assert set(codes) == {200}


def test_a_request_that_runs_while_the_graph_changes_is_answered(
    tmp_path: Path, serve_store: Callable[..., Any]
) -> None:
    folder = tmp_path / "graph"
    publish(folder, sample_quads())
    long = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?a a cag:Petition }"
    replies: list[Any] = []
    with serve_store(open_graph(folder), Settings(workers=1, watch=0.05, timeout=30)) as site:
        asking = [threading.Thread(target=lambda: replies.append(ask(site, long))) for _ in range(6)]
        for thread in asking:
            thread.start()
        served_folder(folder, publish)
        wait_for(lambda: status(site, HOSTILE_PAGE) == 200)
        for thread in asking:
            thread.join()
        assert status(site, HOSTILE_PAGE) == 200
    assert [reply.status for reply in replies] == [200] * 6
    assert all(int(values(reply)[0]) > 0 for reply in replies)


def test_a_file_is_followed_and_a_broken_one_changes_nothing(
    tmp_path: Path, store: Store, serve_store: Callable[..., Any]
) -> None:
    path = tmp_path / "graph.ttl"
    path.write_bytes(store.turtle())
    with serve_store(open_graph(path), QUICK) as site:
        assert "letter to Jeff Bezos" in values(ask(site, NAMES))
        path.write_text("<a> <b> this is not Turtle", encoding="utf-8")
        time.sleep(0.5)
        assert "letter to Jeff Bezos" in values(ask(site, NAMES))
        path.unlink()
        time.sleep(0.3)
        assert status(site, "/id/petition/letter") == 200
        path.write_bytes(store.turtle().replace(b"letter to Jeff Bezos", b"note to Jeff Bezos"))
        wait_for(lambda: "note to Jeff Bezos" in values(ask(site, NAMES)))


def test_old_processes_end(tmp_path: Path, serve_store: Callable[..., Any]) -> None:
    if not Path("/proc/self/task").is_dir():
        pytest.skip("needs /proc to count processes")

    def running() -> set[str]:
        tasks = Path("/proc/self/task").glob("*/children")
        return {number for task in tasks for number in task.read_text(encoding="ascii").split()}

    folder = tmp_path / "graph"
    publish(folder, sample_quads())
    others = running()
    with serve_store(open_graph(folder), QUICK) as site:
        first = running() - others
        assert len(first) == 1
        served_folder(folder, publish)
        wait_for(lambda: status(site, HOSTILE_PAGE) == 200)
        assert values(ask(site, NAMES))
        wait_for(lambda: not first & running())
        assert len(running() - others) == 1
    wait_for(lambda: running() <= others)


def test_the_terminal_is_told(tmp_path: Path) -> None:
    import anyio

    from kg.serve.live import Live

    folder, said = tmp_path / "graph", list[str]()
    publish(folder, sample_quads())
    live = Live(open_graph(folder), QUICK, say=said.append)
    try:
        assert anyio.run(live.refresh) is False
        served_folder(folder, publish)
        assert anyio.run(live.refresh) is True
        assert anyio.run(live.refresh) is False
    finally:
        live.close()
    assert len(said) == 1
    assert said[0].startswith("the graph was built again — ")


def test_modules_of_the_server_do_not_import_each_other_in_circles() -> None:
    imports: dict[str, set[str]] = {}
    for path in PACKAGE.glob("*.py"):
        found = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        named = [node for node in found if isinstance(node, ast.ImportFrom) and node.module]
        wanted = {f"{node.module}.{alias.name}" for node in named for alias in node.names}
        parts = {name.split(".")[2] for name in wanted if name.startswith("kg.serve.")}
        imports[path.stem] = parts & {other.stem for other in PACKAGE.glob("*.py")}
    while leaves := [name for name, wanted in imports.items() if not wanted & imports.keys()]:
        for name in leaves:
            del imports[name]
    assert not imports, json.dumps({name: sorted(wanted) for name, wanted in imports.items()})
