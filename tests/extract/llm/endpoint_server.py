"""A small HTTP server on loopback that speaks the chat protocol and misbehaves on request."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

EMPTY: dict[str, list[Any]] = {"entities": [], "events": [], "contracts": [], "affiliations": []}


@dataclass(frozen=True)
class Say:
    """One way to answer: a status with a body; `content` is the model's text, `after` seconds pass before it.

    `drop` closes the connection without a word, `cut` after so many bytes of the body.
    """

    content: str = json.dumps(EMPTY)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    finish: str = "stop"
    raw: str | None = None
    after: float = 0.0
    drop: bool = False
    cut: int | None = None
    logprobs: list[dict[str, Any]] | None = None
    usage: tuple[int, int] | None = (100, 50)


def refusal(status: int, message: str, **headers: str) -> Say:
    """An error in the form that endpoints give it."""
    body = json.dumps({"error": {"message": message, "type": "error"}})
    return Say(status=status, raw=body, headers={k.replace("_", "-"): v for k, v in headers.items()})


@dataclass
class Served:
    """A running server: `script` holds the answers to come, `otherwise` makes those after it from the request."""

    url: str
    script: list[Say] = field(default_factory=list)
    otherwise: Callable[[dict[str, Any]], Say] = lambda _: Say()
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    busy: int = 0
    busiest: int = 0

    def next(self, request: dict[str, Any], headers: dict[str, str]) -> Say:
        with self.lock:
            self.requests.append(request)
            self.headers.append(headers)
            self.times.append(time.monotonic())
            return self.script.pop(0) if self.script else self.otherwise(request)


def read_text(request: dict[str, Any]) -> str:
    """Return the text that a request asks to read."""
    asked = str(request["messages"][-1]["content"])
    _, _, framed = asked.partition("The text to read:\n")
    mark, _, rest = framed.partition("\n")
    return rest.split(f"\n{mark}")[0]


class _Handler(BaseHTTPRequestHandler):
    served: Served

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        request = json.loads(self.rfile.read(length))
        say = self.served.next(request, {k.lower(): v for k, v in self.headers.items()})
        with self.served.lock:
            self.served.busy += 1
            self.served.busiest = max(self.served.busiest, self.served.busy)
        try:
            time.sleep(say.after)
            self._answer(say, request)
        except (BrokenPipeError, ConnectionResetError):
            pass
        finally:
            with self.served.lock:
                self.served.busy -= 1

    def _answer(self, say: Say, request: dict[str, Any]) -> None:
        if say.drop:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        choice = {"index": 0, "message": {"role": "assistant", "content": say.content}, "finish_reason": say.finish}
        body: dict[str, Any] = {
            "id": "x", "object": "chat.completion", "created": 0, "model": request["model"] + "-served",
            "choices": [choice if say.logprobs is None else {**choice, "logprobs": {"content": say.logprobs}}],
        }  # fmt: skip
        if say.usage:
            read, written = say.usage
            body["usage"] = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
        data = (json.dumps(body) if say.raw is None else say.raw).encode()
        self.send_response(say.status)
        for name, value in {"Content-Type": "application/json", **say.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: say.cut])
        if say.cut is not None:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serve() -> Iterator[Served]:
    """Run a server for as long as the block lasts."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.served = served = Served(f"http://127.0.0.1:{server.server_port}/v1")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
