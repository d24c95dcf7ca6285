"""Load on `kg serve`: requests per second, latency and memory at 64 connections, with wrk on this machine.

Usage: serve.py [GRAPH] [SECONDS]; without a graph the one folder under ./graphs is served.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONNECTIONS = 64
QUERY = "SELECT ?name ?date { ?p a cag:Petition ; rdfs:label ?name . OPTIONAL { ?p schema:startDate ?date } } LIMIT 10"


def main() -> None:
    wrk = shutil.which("wrk")
    if wrk is None:
        sys.exit("serve.py: needs wrk (Debian: apt-get install wrk)")
    graph = sys.argv[1] if len(sys.argv) > 1 else None
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    command = [sys.executable, "-m", "kg", "serve", "--port", "0", *(["--graph", graph] if graph else [])]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as server:
        try:
            address = str(server.stderr.readline()).split(" ")[0].rstrip("/")  # type: ignore[union-attr]
            for name, path in targets(address):
                measure(wrk, server.pid, name, address + path, seconds)
        finally:
            server.terminate()


def targets(address: str) -> list[tuple[str, str]]:
    """Return the pages to ask for, once the server answers."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"{address}/search?format=json&q=amazon") as reply:
                entity = json.load(reply)[0]["href"]
                break
        except OSError:
            time.sleep(0.1)
    query = urllib.parse.urlencode({"query": QUERY})
    return [("entity page", entity), ("simple query", f"/sparql?{query}")]


def measure(wrk: str, pid: int, name: str, url: str, seconds: int) -> None:
    urllib.request.urlopen(url).close()
    before = memory(pid)
    command = [wrk, "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "--timeout", "10s", url]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s*([\d.]+)", out)
    p99 = re.search(r"99%\s+(\S+)", out)
    errors = re.findall(r"(Non-2xx.*|Socket errors.*)", out)
    print(
        f"{name:13} {rate[1] if rate else '?':>9} requests/s, p99 {p99[1] if p99 else '?':>9}, "
        f"{'; '.join(errors) or '0 errors'} at {CONNECTIONS} connections for {seconds} s; "
        f"memory {before:.0f} -> {memory(pid):.0f} MB"
    )


def memory(pid: int) -> float:
    """Return the resident memory of the server and its processes in MB."""
    children = (ROOT / f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    total = 0
    for number in (str(pid), *children):
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{number}/status").read_text(encoding="ascii"))
        total += int(found[1]) if found else 0
    return total / 1024


if __name__ == "__main__":
    main()
