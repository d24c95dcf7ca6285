"""The extractor that asks a language model: parts go out, answers come back, are checked, grounded and written down."""

from __future__ import annotations

import logging
import math
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from typing import Any, Protocol

from kg.errors import DocumentError
from kg.extract import statements
from kg.extract.llm import answer, prompt
from kg.extract.llm.answers import Answers, Reply
from kg.extract.llm.endpoint import Endpoint, RefusedError
from kg.extract.llm.ground import OWN, Grounder
from kg.extract.llm.options import Limit, LlmError, LlmOptions, Prices
from kg.extract.llm.parts import Part, halves, split
from kg.extract.names import load_names
from kg.model import Document, Statement, content_hash

LOG = logging.getLogger(__name__)

FORMAT = 1
"""Version of how answers become statements; another one reads the same answers again, without asking."""

LEAST_LIKELY = 0.1
"""The least factor by which the probabilities of tokens lower a confidence: the words do stand in the text."""

_MAX_HALVINGS = 3


class Hints(Protocol):
    """What goes along with a text for the model to judge."""

    def version(self) -> str:
        """Return a hash of what the hints depend on besides the text."""

    def of(self, document: Document, part: Part) -> str:
        """Return the hints on a part of a document as JSON."""

    def confirm(self, document: Document, found: list[Statement]) -> list[Statement]:
        """Return the statements, surer where the hints say the same."""


@dataclass(slots=True)
class _Read:
    """What became of one document: its statements, or why there are none; and what was dropped."""

    document: Document
    statements: list[Statement] = field(default_factory=list)
    problem: DocumentError | None = None
    dropped: Counter[str] = field(default_factory=Counter)


class _NoAnswerError(Exception):
    """A part of a text has no usable answer; the message says why."""


class LlmExtractor:
    """Reads documents with a language model; an `Extractor`. `dropped` counts what the texts did not bear out."""

    def __init__(self, options: LlmOptions, *, hints: Hints | None = None) -> None:
        self.problems: list[DocumentError] = []
        self.notes: list[str] = []
        self.dropped: Counter[str] = Counter()
        self.reused = self.repaired = 0
        self.endpoint = Endpoint(options)
        self._options, self._hints = options, hints
        self._name = "rules+llm" if hints else "llm"
        self._lock = threading.Lock()
        options.name  # noqa: B018 - says early that no model was named

    def version(self) -> str:
        """Return a hash of what the statements of a text depend on besides it: model, prompt, parameters, hints."""
        o = self._options
        asked = (o.name, o.length, o.part, o.examples, o.probabilities)
        return content_hash("llm", FORMAT, asked, prompt.version(), self._hints and self._hints.version(), length=32)

    def provenance(self) -> dict[str, str]:
        """Return what a reader of the graph should know of how it was made; never the key."""
        return {
            "extractor": self._name,
            "model": self._options.name,
            "endpoint": self.endpoint.url,
            "prompt": prompt.version(),
            "parameters": f"temperature 0, max_tokens {self._options.length}, part {self._options.part}",
        }

    def requests(self, documents: Iterable[Document]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the key and the body of every request that reading the documents begins with."""
        for document in documents:
            for part in split(document.text, self._options.part):
                body = self._request(document, part)
                yield prompt.key_of(body), body

    def extract(self, documents: Iterable[Document]) -> Iterator[tuple[Document, list[Statement]]]:
        """Yield each document with its statements, in the order given.

        A document whose answers cannot be used goes to `problems` instead. Where no more can be asked (budget, key,
        connection), what has been answered is yielded, then BudgetError or LlmError is raised.
        """
        answers = Answers(self._options.answers)
        stopped: LlmError | None = None
        ahead = max(self._options.concurrency, 1)
        try:
            with ThreadPoolExecutor(ahead, thread_name_prefix="llm") as pool:
                try:
                    for future in _ordered(pool, lambda document: self._read(document, answers), documents, ahead):
                        try:
                            read = future.result()
                        except LlmError as error:
                            stopped = stopped or error
                            continue
                        self.dropped += read.dropped
                        if read.problem is None:
                            yield read.document, read.statements
                        else:
                            self.problems.append(read.problem)
                except BaseException:
                    self.endpoint.close()
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
        finally:
            answers.close()
            self.notes[:] = self._summary()
        if stopped is not None:
            raise stopped

    # ---- one document ----

    def _read(self, document: Document, answers: Answers) -> _Read:
        grounder = Grounder(document, load_names())
        try:
            for part in split(document.text, self._options.part):
                for piece, said, reply in self._answered(document, part, answers, 0):
                    grounder.read(piece, said, _Likelihood(reply) if reply.tokens else None)
        except (_NoAnswerError, RefusedError) as error:
            reason = f"the language model gave no answer that can be used ({error})"
            problem = DocumentError(document.source or document.id, reason, "try another model, or leave the text out")
            return _Read(document, problem=problem, dropped=grounder.dropped)
        found = statements.write(document, grounder.reading)
        found = [self._named(statement, grounder) for statement in found]
        if self._hints is not None:
            found = self._hints.confirm(document, found)
        return _Read(document, found, dropped=grounder.dropped)

    def _named(self, statement: Statement, grounder: Grounder) -> Statement:
        """Say in the evidence that the model found it, and how well its quotation agrees with the text."""
        evidence = statement.evidence
        rule = evidence.extractor.partition("/")[2].replace(OWN, "")
        found = grounder.places.get((evidence.start, evidence.end))
        status, score = (found.status, found.score) if found else ("exact", 1.0)
        name = f"{self._name}/{rule}" + ("" if status == "exact" else f"~{status}")
        return replace(
            statement, evidence=replace(evidence, extractor=name, confidence=round(evidence.confidence * score, 3))
        )

    def _answered(
        self, document: Document, part: Part, answers: Answers, depth: int
    ) -> Iterator[tuple[Part, answer.Answer, Reply]]:
        """Yield the answer on a part; on its halves, where the answer on the whole did not come to its end."""
        body = self._request(document, part)
        reply = self._ask(body, answers)
        if reply.finish == "length":
            pieces = halves(document.text, part)
            if len(pieces) < 2 or depth >= _MAX_HALVINGS:
                raise _NoAnswerError(f"it does not come to an end within {self._options.length} tokens")
            for piece in pieces:
                yield from self._answered(document, piece, answers, depth + 1)
            return
        try:
            yield part, answer.parse(reply.content), reply
        except answer.AnswerError as error:
            yield part, *self._repaired(body, reply, str(error), answers)

    def _repaired(
        self, body: dict[str, Any], reply: Reply, fault: str, answers: Answers
    ) -> tuple[answer.Answer, Reply]:
        """Ask once for a corrected answer."""
        with self._lock:
            self.repaired += 1
        again = self._ask(prompt.repair(body, reply.content, fault), answers)
        try:
            return answer.parse(again.content), again
        except answer.AnswerError as error:
            raise _NoAnswerError(str(error)) from error

    def _ask(self, body: dict[str, Any], answers: Answers) -> Reply:
        key = prompt.key_of(body)
        known = answers.get(key)
        if known is not None:
            with self._lock:
                self.reused += 1
            return known
        reply = self.endpoint.ask(body)
        parameters = {
            name: value for name, value in body.items() if name not in ("messages", "response_format", "model")
        }
        answers.put(key, reply, model=body["model"], prompt=prompt.version(), parameters=parameters)
        return reply

    def _request(self, document: Document, part: Part) -> dict[str, Any]:
        hints = self._hints.of(document, part) if self._hints else ""
        return prompt.request(document, part, self._options, hints=hints)

    def _summary(self) -> list[str]:
        used, price = self.endpoint.usage, self._options.price
        cost = f", ${Limit(0, Prices.parse(price)).cost(used.read, used.written):.2f}" if price else ""
        lines = [
            f"{self._options.name}: {used.requests} requests, {used.read:,} tokens read, {used.written:,} written, "
            f"{used.seconds:.1f} s{cost}; {self.reused} answers taken from {self._options.answers or 'memory'}"
        ]
        if used.repeated or self.repaired:
            lines.append(f"{used.repeated} attempts repeated, {self.repaired} answers sent back for correction")
        if self.dropped:
            kinds = ", ".join(f"{number} {kind}" for kind, number in self.dropped.most_common())
            lines.append(f"dropped because the text does not bear it out: {kinds}")
        return lines


class _Likelihood:
    """Tells how sure the model was of a string in its answer: the geometric mean of its tokens' probabilities."""

    def __init__(self, reply: Reply) -> None:
        self._content = reply.content
        self._logprobs = [logprob for _, logprob in reply.tokens]
        ends = list(accumulate(len(token) for token, _ in reply.tokens))
        whole = bool(ends) and ends[-1] == len(reply.content)
        self._spans = list(pairwise([0, *ends])) if whole else []

    def __call__(self, words: str) -> float:
        """Return the least of the means where the answer holds the string several times; 1 where it cannot be told."""
        written = prompt.compact(words)
        means = [1.0]
        at = self._content.find(written)
        while at >= 0:
            means += self._mean(at + 1, at + len(written) - 1)
            at = self._content.find(written, at + 1)
        return min(means)

    def _mean(self, first: int, last: int) -> list[float]:
        spans = zip(self._logprobs, self._spans, strict=False)
        inside = [logprob for logprob, (start, end) in spans if start < last and first < end]
        return [max(math.exp(sum(inside) / len(inside)), LEAST_LIKELY)] if inside else []


def _ordered(
    pool: ThreadPoolExecutor, read: Callable[[Document], _Read], documents: Iterable[Document], ahead: int
) -> Iterator[Future[_Read]]:
    """Yield a future for each document, in order, at most twice `ahead` of them under way; an error ends the supply."""
    waiting: deque[Future[_Read]] = deque()
    supply = iter(documents)
    failed = threading.Event()

    def guarded(document: Document) -> _Read:
        try:
            return read(document)
        except LlmError:
            failed.set()
            raise

    def fill() -> None:
        while len(waiting) < 2 * ahead and not failed.is_set():
            document = next(supply, None)
            if document is None:
                return
            waiting.append(pool.submit(guarded, document))

    fill()
    while waiting:
        yield waiting.popleft()
        fill()
