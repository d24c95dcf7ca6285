"""Takes the requests of the language model extractor out to a file and its answers in again, in the form of batches.

The files are JSON Lines as the batch services of OpenAI and others and `vllm run-batch` read and write them.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kg import documents
from kg.errors import DocumentError, GraphError, UsageError
from kg.extract.llm.answers import FILE, Answers, Reply
from kg.model import Document

_ID = re.compile(r"kg-(?:(?P<version>[0-9a-f]{12})-)?(?P<hash>[0-9a-f]{40})")
"""What a line is called: the version of the prompt, and the hash under which its answer is kept."""
_SHOWN = 20


@dataclass(slots=True)
class Exported:
    """How many requests were written, how many are answered already, and the sources that could not be read."""

    requests: int = 0
    answered: int = 0
    problems: list[DocumentError] = field(default_factory=list)


@dataclass(slots=True)
class Imported:
    """How many answers were taken in, and what is wrong with the other lines (the first of them).

    `outdated` of the answers are to requests of another version of the instructions: no build asks for these.
    """

    answers: int = 0
    refused: int = 0
    outdated: int = 0
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

    Probabilities are not asked for: some models refuse them, and a batch cannot be asked otherwise. Requests that
    `llm.answers` answers already are left out. `llm` is an `LlmOptions`; `model` the spaCy pipeline of `rules+llm`.
    Raises UsageError for an extractor that asks no model, GraphError where the file cannot be written.
    """
    from kg.extract import Options
    from kg.extract import extractor as extractor_of
    from kg.extract.llm.extractor import LlmExtractor

    made = extractor_of(extractor, Options(model=model, llm=replace(llm, probabilities=False)))
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
    from kg.extract.llm.prompt import version

    seen: set[str] = set()
    for key, body in requests:
        if key in seen:
            continue
        seen.add(key)
        if answers.get(key) is not None:
            done.answered += 1
            continue
        done.requests += 1
        name = f"kg-{version()}-{key.removeprefix('kg-')}"
        line = {"custom_id": name, "method": "POST", "url": "/v1/chat/completions", "body": body}
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

    A line that holds no answer, or a second one to the same request, is counted and named; the others are taken in.
    Raises UsageError for a missing file.
    """
    from kg.extract.llm.prompt import version

    done = Imported()
    lines: dict[str, int] = {}
    with closing(Answers(folder / FILE)) as answers:
        for number, line in enumerate(_read(source), 1):
            if not line.strip():
                continue
            try:
                name, reply = _answer(line)
                asked, key = name["version"] or "", f"kg-{name['hash']}"
                if key in lines:
                    raise _LineError(f"{name[0]} was answered in line {lines[key]} already; that answer stands")
            except _LineError as fault:
                done.refuse(f"{source}:{number}: {fault}")
                continue
            lines[key] = number
            answers.put(key, reply, model=reply.model, prompt=asked or "unknown", parameters={"imported": True})
            done.answers += 1
            done.outdated += bool(asked) and asked != version()
    if done.outdated:
        done.problems.append(
            f"{source}: {done.outdated} of the answers are to other instructions than this version of kg gives, "
            "and no build will ask for them; export and have them answered anew"
        )
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


class _LineError(ValueError):
    """A line of a file of answers holds none; the message says why."""


def _answer(line: str) -> tuple[re.Match[str], Reply]:
    """Return the name of a request and the reply to it."""
    try:
        data = json.loads(line)
        name, response, error = data["custom_id"], data.get("response") or {}, data.get("error")
        body, status = response.get("body"), response.get("status_code", 200)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        raise _LineError("no line of a batch's answers") from fault
    match = _ID.fullmatch(name) if isinstance(name, str) else None
    if match is None:
        raise _LineError(f"{name!r} is no request of kg llm export")
    reply = Reply.from_body(body)
    if error or status != 200 or reply is None:
        raise _LineError(f"{name} was not answered (status {status}{_said(error, body)}); ask again")
    return match, reply


def _said(*errors: Any) -> str:
    """Return a service's own words on a failure, short."""
    for error in errors:
        told = error.get("error", error) if isinstance(error, dict) else error
        message = told.get("message") or told.get("code") if isinstance(told, dict) else told
        if isinstance(message, str) and message.strip():
            return f": {' '.join(message.split())[:200]}"
    return ""
