"""Takes the requests of the language model extractor out to a file and its answers in again, in the form of batches.

The files are JSON Lines as the batch services of OpenAI and others and `vllm run-batch` read and write them.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg import documents
from kg.errors import DocumentError, GraphError, UsageError
from kg.extract.llm.answers import FILE, Answers, Reply
from kg.model import Document

_KEY = re.compile(r"kg-[0-9a-f]{40}")
_SHOWN = 20


@dataclass(slots=True)
class Exported:
    """How many requests were written, how many are answered already, and the sources that could not be read."""

    requests: int = 0
    answered: int = 0
    problems: list[DocumentError] = field(default_factory=list)


@dataclass(slots=True)
class Imported:
    """How many answers were taken in, and what is wrong with the other lines (the first of them)."""

    answers: int = 0
    refused: int = 0
    problems: list[str] = field(default_factory=list)

    def refuse(self, problem: str) -> None:
        """Count a line that holds no answer."""
        self.refused += 1
        if len(self.problems) < _SHOWN:
            self.problems.append(problem)


def export_requests(
    paths: Iterable[str | Path], output: Path | None, *, llm: Any, extractor: str = "llm", model: str | None = None
) -> Exported:
    """Write the requests that a build of `paths` would begin with to `output`, or to stdout where it is None.

    Requests that `llm.answers` answers already are left out. `llm` is an `LlmOptions`; `model` the spaCy pipeline of
    `rules+llm`. Raises UsageError for an extractor that asks no model, GraphError where the file cannot be written.
    """
    from kg.extract import Options
    from kg.extract import extractor as extractor_of
    from kg.extract.llm.extractor import LlmExtractor

    made = extractor_of(extractor, Options(model=model, llm=llm))
    if not isinstance(made, LlmExtractor):
        raise UsageError(f"llm export: the extractor {extractor!r} asks no model; choose llm or rules+llm")
    done = Exported()
    known = llm.answers if llm.answers is not None and llm.answers.is_file() else None
    with closing(Answers(known)) as answers:
        _write(output, _lines(made.requests(_readable(paths, done)), answers, done))
    return done


def _readable(paths: Iterable[str | Path], done: Exported) -> Iterator[Document]:
    given = list(map(str, paths))
    for item in documents.read(given, stdin=sys.stdin.buffer if "-" in given else None):
        if isinstance(item, DocumentError):
            done.problems.append(item)
        else:
            yield item


def _lines(requests: Iterable[tuple[str, dict[str, Any]]], answers: Answers, done: Exported) -> Iterator[str]:
    seen: set[str] = set()
    for key, body in requests:
        if key in seen:
            continue
        seen.add(key)
        if answers.get(key) is not None:
            done.answered += 1
            continue
        done.requests += 1
        line = {"custom_id": key, "method": "POST", "url": "/v1/chat/completions", "body": body}
        yield json.dumps(line, ensure_ascii=False) + "\n"


def _write(output: Path | None, lines: Iterator[str]) -> None:
    if output is None:
        sys.stdout.writelines(lines)
        return
    try:
        with output.open("w", encoding="utf-8") as file:
            file.writelines(lines)
    except OSError as error:
        raise GraphError(f"{output}: cannot be written: {error.strerror}; choose another -o") from error


def import_answers(source: Path, folder: Path) -> Imported:
    """Take the answers in the file `source` (`-`: stdin) into the graph folder `folder`, where builds look for them.

    A line that holds no answer is counted and named; the others are taken in. Raises UsageError for a missing file.
    """
    done = Imported()
    with closing(Answers(folder / FILE)) as answers:
        for number, line in enumerate(_read(source), 1):
            if line.strip():
                _take(f"{source}:{number}", line, answers, done)
    return done


def _read(source: Path) -> Iterator[str]:
    if str(source) == "-":
        yield from sys.stdin
        return
    try:
        with source.open(encoding="utf-8", errors="replace") as file:
            yield from file
    except OSError as error:
        raise UsageError(f"{source}: cannot be read: {error.strerror}; name the file of answers") from error


def _take(where: str, line: str, answers: Answers, done: Imported) -> None:
    try:
        data = json.loads(line)
        key, response, error = data["custom_id"], data.get("response") or {}, data.get("error")
        body, status = response.get("body"), response.get("status_code", 200)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        done.refuse(f"{where}: no line of a batch's answers")
        return
    reply = Reply.from_body(body)
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        done.refuse(f"{where}: {key!r} is no request of kg llm export")
    elif error or status != 200 or reply is None:
        done.refuse(f"{where}: {key} was not answered (status {status}); ask again")
    else:
        answers.put(key, reply, model=reply.model, prompt="imported", parameters={})
        done.answers += 1
