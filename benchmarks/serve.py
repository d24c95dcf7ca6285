"""How much load `kg serve` bears: requests per second, latency and memory, with wrk on this machine.

    python benchmarks/serve.py [--graph GRAPH] [--seconds N] [--connections N] [--json FILE]

Without --graph the one graph folder under ./graphs is served. Target: no failed request, and memory that stays:
after the load at most a quarter more than before it. Quick: --seconds 5.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
QUERY = "SELECT ?name ?date { ?p a cag:Petition ; rdfs:label ?name . OPTIONAL { ?p schema:startDate ?date } } LIMIT 10"
NAMED = "?a rdf:object ?e . ?b rdf:subject ?e ; rdf:predicate rdfs:label"
HEAVIEST = f"SELECT ?e {{ {NAMED} }} GROUP BY ?e ORDER BY DESC(COUNT(?a)) LIMIT 1"
MAX_GROWTH = 1.25


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graph", help="graph folder or RDF file; default: the one under ./graphs")
    parser.add_argument("--seconds", type=int, default=30, help="how long each address is asked for")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--json", type=Path, help="file for the figures")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        parser.error("wrk is not installed (Debian: apt-get install wrk)")
    with serving(options.graph) as (process, address):
        figures = {
            name: measure(process, address + path, options.seconds, options.connections)
            for name, path in targets(address).items()
        }
    for name, found in figures.items():
        print(f"{name:14}{'  '.join(f'{key} {value}' for key, value in found.items())}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    missed = [name for name, found in figures.items() if found["errors"] or found["growth"] > MAX_GROWTH]
    print(f"Missed: {', '.join(missed)}" if missed else "All targets are met")
    return bool(missed)


@contextmanager
def serving(graph: str | None) -> Iterator[tuple[int, str]]:
    """Serve a graph; gives the process and the address, without a slash at its end."""
    command = [sys.executable, "-m", "kg", "serve", "--port", "0", *(["--graph", graph] if graph else [])]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as server:
        try:
            assert server.stderr is not None
            said = server.stderr.readline()
            if not said.startswith("http"):
                raise SystemExit(f"kg serve did not start: {said}{server.stderr.read()}".strip())
            yield server.pid, said.split(" ")[0].rstrip("/")
        finally:
            server.terminate()


def targets(address: str) -> dict[str, str]:
    """Return what to ask for: the page of what most statements are about, and a query."""
    query = f"/sparql?{urllib.parse.urlencode({'query': QUERY})}"
    found = json.loads(fetch(f"{address}/sparql?{urllib.parse.urlencode({'query': HEAVIEST})}"))
    rows = found["results"]["bindings"]
    if not rows:
        print("the graph names nothing, so no entity page is measured", file=sys.stderr)
        return {"simple query": query}
    page = f"/resource?{urllib.parse.urlencode({'iri': rows[0]['e']['value']})}"
    return {"entity page": page, "simple query": query}


def fetch(url: str) -> bytes:
    """Ask until the server answers, for ten seconds at most."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(url) as reply:
                content: bytes = reply.read()
                return content
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{url}: answered {error.code}: {error.read().decode()}") from error
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{url}: no answer within ten seconds")


def measure(process: int, url: str, seconds: int, connections: int) -> dict[str, Any]:
    """Ask for one address with many connections; memory is that of all processes, in MB."""
    fetch(url)
    before = memory(process)
    command = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "10s", url]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate, p99 = re.search(r"Requests/sec:\s*([\d.]+)", out), re.search(r"99%\s+(\S+)", out)
    failed = re.findall(r"Non-2xx or 3xx responses: (\d+)|(?:connect|read|write|timeout) (\d+)", out)
    after = memory(process)
    return {
        "requests/s": float(rate[1]) if rate else 0.0,
        "p99": p99[1] if p99 else "?",
        "errors": sum(int(one or other) for one, other in failed),
        "MB before": round(before),
        "MB after": round(after),
        "growth": round(after / before, 2) if before else 0.0,
    }


def memory(process: int) -> float:
    """Return the resident memory of the server and its processes in MB; 0 where /proc does not tell."""
    try:
        tasks = Path(f"/proc/{process}/task").glob("*/children")
        children = {number for task in tasks for number in task.read_text(encoding="ascii").split()}
        status = [Path(f"/proc/{number}/status").read_text(encoding="ascii") for number in (str(process), *children)]
    except OSError:
        return 0.0
    return sum(int(found[1]) for text in status if (found := re.search(r"VmRSS:\s+(\d+)", text))) / 1024


if __name__ == "__main__":
    sys.exit(main())
