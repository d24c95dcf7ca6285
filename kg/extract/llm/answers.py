"""Keeps every answer of a model in one SQLite file, by what was asked: the same question is never paid for twice."""

from __future__ import annotations

import json
import math
import sqlite3
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kg.errors import GraphError

FILE = "answers.sqlite"
"""Name of the file in a graph folder. It stays where caches are emptied: answers cost money."""

_TABLES = """
CREATE TABLE IF NOT EXISTS answer (
    key TEXT PRIMARY KEY, model TEXT NOT NULL, prompt TEXT NOT NULL, parameters TEXT NOT NULL, reply TEXT NOT NULL,
    at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
"""


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint answered: the content, why it ended (`stop`, `length`), and the tokens read and written.

    `model` is the one that the endpoint says it used; `tokens` are pairs of a token and its log probability, where the
    endpoint tells them.
    """

    content: str
    finish: str = "stop"
    model: str = ""
    read: int = 0
    written: int = 0
    tokens: tuple[tuple[str, float], ...] = ()

    @classmethod
    def from_body(cls, body: Any) -> Reply | None:
        """Read the body of a chat completion; None where it is none."""
        try:
            choice, usage = body["choices"][0], body.get("usage") or {}
            return cls(
                content=choice["message"]["content"] or "",
                finish=choice.get("finish_reason") or "stop",
                model=str(body.get("model") or ""),
                read=int(usage.get("prompt_tokens") or 0),
                written=int(usage.get("completion_tokens") or 0),
                tokens=_tokens(choice.get("logprobs")),
            )
        except (KeyError, IndexError, TypeError, AttributeError, ValueError):
            return None


def _tokens(told: Any) -> tuple[tuple[str, float], ...]:
    """Return tokens with their log probabilities, none where the endpoint tells them in another form."""
    try:
        found = tuple((str(t["token"]), float(t["logprob"])) for t in told["content"])
    except (KeyError, TypeError, ValueError):
        return ()
    return found if all(math.isfinite(logprob) for _, logprob in found) else ()


class Answers:
    """Replies by the key of their request; safe to use from several threads, each reply written at once."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._db = self._open()
        except sqlite3.OperationalError as error:
            raise GraphError(f"{path}: cannot be opened: {error}; check permissions or choose another --out") from error
        except sqlite3.DatabaseError:
            with suppress(OSError):
                path and path.replace(path.with_suffix(".damaged"))
            self._db = self._open()
        except OSError as error:
            raise GraphError(f"{path}: cannot be written: {error.strerror}; choose another --out") from error

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path or ":memory:", isolation_level=None, check_same_thread=False, timeout=60)
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript(_TABLES)
        return db

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def get(self, key: str) -> Reply | None:
        """Return the reply to a request, None where it has not been asked."""
        with self._lock:
            row = self._db.execute("SELECT reply FROM answer WHERE key=?", (key,)).fetchone()
        if row is None:
            return None
        reply = json.loads(row[0])
        return Reply(**{**reply, "tokens": tuple((t, p) for t, p in reply["tokens"])})

    def put(self, key: str, reply: Reply, *, model: str, prompt: str, parameters: dict[str, Any]) -> None:
        """Keep a reply, with the model that was asked, the version of the prompt and the parameters."""
        row = (key, model, prompt, json.dumps(parameters, sort_keys=True), json.dumps(asdict(reply)))
        with self._lock:
            self._db.execute(
                "INSERT OR REPLACE INTO answer (key, model, prompt, parameters, reply) VALUES (?,?,?,?,?)", row
            )

    def __len__(self) -> int:
        with self._lock:
            return int(self._db.execute("SELECT count(*) FROM answer").fetchone()[0])
