"""Asks an OpenAI-compatible endpoint: patiently where it is busy, within the budget, and never telling the key."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from kg.extract.llm.answers import Reply
from kg.extract.llm.options import KEY_NAMES, OPENAI_URL, BudgetError, Limit, LlmError, LlmOptions, is_local, key_for

if TYPE_CHECKING:
    import openai

LOG = logging.getLogger(__name__)

LONGEST_PAUSE = 60.0
"""The longest pause of the program's own making, in seconds; an endpoint may ask for `LONGEST_WAIT`."""
LONGEST_WAIT = 900.0
FIRST_CONTACT = 2
"""How often a connection is tried again where the endpoint has never been reached: the address is likely wrong."""
CHARS_PER_TOKEN = 3.5
"""English text in the tokens of current models, taken low, so that an estimate is rather too high."""


class RefusedError(LlmError):
    """The endpoint refuses this one request, by its nature; others may do."""


class _NoCompletionError(Exception):
    """The endpoint answered something else than a chat completion."""


@dataclass(frozen=True, slots=True)
class _Trouble:
    """A failure that may pass: how often to try again, and the seconds that the endpoint asks to wait before that."""

    fault: str
    retries: int
    pause: float | None = None


@dataclass(slots=True)
class Usage:
    """What a run took: requests sent, attempts repeated, tokens read and written, seconds spent waiting for answers."""

    requests: int = 0
    repeated: int = 0
    read: int = 0
    written: int = 0
    seconds: float = 0.0


class Purse:
    """Keeps a run within its limit: an estimate is set aside before each request, and replaced by what it took."""

    def __init__(self, limit: Limit | None) -> None:
        self._limit, self._lock = limit, threading.Lock()
        self._spent = self._held = 0.0

    def hold(self, read: int, written: int) -> float:
        """Set aside what a request may take. Raises BudgetError where that is more than is left."""
        if self._limit is None:
            return 0.0
        with self._lock:
            wanted = self._limit.cost(read, written)
            if self._spent + self._held + wanted > self._limit.amount:
                raise BudgetError(
                    f"the budget of {self._limit} does not suffice for the next request; what was answered is kept: "
                    "run the same command again with a larger --llm-budget"
                )
            self._held += wanted
            return wanted

    def settle(self, held: float, read: int, written: int) -> None:
        """Replace what was set aside by what was used."""
        if self._limit is not None:
            with self._lock:
                self._held -= held
                self._spent += self._limit.cost(read, written)


class Endpoint:
    """A chat endpoint; one object serves all threads of a run. `usage` grows with each answer."""

    def __init__(self, options: LlmOptions) -> None:
        self.url = options.endpoint
        self.usage = Usage()
        self._options, self._purse = options, Purse(Limit.parse(options.budget, options.price))
        self._key = key_for(self.url)
        self._lock = threading.Lock()
        self._not_before = 0.0
        self._reached = False
        self._quirks: list[str] = []
        self._openai: openai.OpenAI | None = None
        self._closed: LlmError | None = None

    def ask(self, body: Mapping[str, Any]) -> Reply:
        """Return the reply to a request, after as many attempts as it takes.

        Raises RefusedError where this request cannot be answered, BudgetError, and LlmError where none can; once one
        of the latter was raised, it is raised again at once.
        """
        try:
            return self._paid(body)
        except RefusedError:
            raise
        except LlmError as error:
            self._closed = self._closed or error
            raise

    def close(self) -> None:
        """Ask no more, in any thread."""
        self._closed = self._closed or LlmError(f"{self.url}: the run was ended; what was answered is kept")
        with self._lock:
            if self._openai is not None:
                self._openai.close()

    def _paid(self, body: Mapping[str, Any]) -> Reply:
        """Ask within the budget, and count what it takes."""
        self._check()
        estimate = int(sum(len(m["content"]) for m in body["messages"]) / CHARS_PER_TOKEN)
        held = self._purse.hold(estimate, int(body["max_tokens"]))
        reply: Reply | None = None
        started = time.monotonic()
        try:
            reply = self._patiently(body)
        finally:
            read, written = (reply.read or estimate, reply.written or _estimated(reply)) if reply else (0, 0)
            self._purse.settle(held, read, written)
            with self._lock:
                self.usage.requests += reply is not None
                self.usage.read += read
                self.usage.written += written
                self.usage.seconds += time.monotonic() - started
        return reply

    def _patiently(self, body: Mapping[str, Any]) -> Reply:
        """Send a request again as long as its failure may pass."""
        client = self._client()
        attempt = 0
        while True:
            self._wait()
            got = self._attempt(client, body)
            if isinstance(got, Reply):
                return got
            if attempt >= got.retries or (got.pause or 0) > LONGEST_WAIT:
                raise LlmError(
                    f"{self.url}: {got.fault}, {attempt + 1} times over; check that the endpoint runs and has room, "
                    "then run the same command again: what was answered is kept"
                )
            self._pause(attempt, got)
            attempt += 1

    def _attempt(self, client: openai.OpenAI, body: Mapping[str, Any]) -> Reply | _Trouble:
        """Send a request once; raise for what will not pass."""
        import openai

        quirks, retries = tuple(self._quirks), self._options.retries
        try:
            reply = _send(client, body, quirks)
        except openai.APIStatusError as error:
            self._reached = True
            if self._adapt(error, body, quirks):
                return self._attempt(client, body)
            self._give_up(error)
            said = f"status {error.status_code} ({self._said(error)})"
            return _Trouble(said, retries, _asked_pause(error.response.headers))
        except openai.APITimeoutError:
            return _Trouble(f"no answer in {self._options.timeout:g} s", retries)
        except openai.APIConnectionError as error:
            return _Trouble(
                f"no connection ({_reason(error)})", retries if self._reached else min(retries, FIRST_CONTACT)
            )
        except _NoCompletionError:
            return _Trouble("an answer that is no chat completion", retries)
        self._reached = True
        return reply

    def _client(self) -> openai.OpenAI:
        with self._lock:
            if self._openai is None:
                self._openai = _connect(self.url, self._key, self._options.timeout)
            return self._openai

    # ---- patience ----

    def _wait(self) -> None:
        """Wait while the endpoint is to be left alone; this holds for all threads."""
        while (left := self._not_before - time.monotonic()) > 0:
            self._check()
            time.sleep(min(left, 1.0))
        self._check()

    def _check(self) -> None:
        if self._closed is not None:
            raise self._closed

    def _pause(self, attempt: int, trouble: _Trouble) -> None:
        pause = min(self._options.backoff * 2**attempt, LONGEST_PAUSE) * random.uniform(0.75, 1.25)
        if trouble.pause is not None:
            pause = max(trouble.pause, 0.0)
        LOG.info("%s: %s; next attempt in %.1f s", self.url, trouble.fault, pause)
        with self._lock:
            self.usage.repeated += 1
            self._not_before = max(self._not_before, time.monotonic() + pause)

    def _give_up(self, error: openai.APIStatusError) -> None:
        """Raise for a status that will not change by asking again."""
        status, said = error.status_code, self._said(error)
        if 300 <= status < 400:
            to = self._hidden(error.response.headers.get("location", "nowhere"))
            raise LlmError(
                f"{self.url}: sends elsewhere (status {status}, {to}); name that with --llm-url if you trust it"
            )
        if status in (401, 403):
            have = "the key" if self._key else "a request without a key"
            raise LlmError(
                f"{self.url}: refuses {have} (status {status}); set {' or '.join(KEY_NAMES)}, see docs/llm.md"
            )
        if status == 402 or "insufficient_quota" in said:
            raise LlmError(f"{self.url}: no credit left (status {status}); what was answered is kept")
        if status == 404:
            raise LlmError(f"{self.url}: not found ({said}); check --llm-url (it mostly ends in /v1) and --llm-model")
        if status not in (408, 409, 425, 429) and status < 500:
            raise RefusedError(f"{self.url}: refuses the request (status {status}: {said})")

    def _said(self, error: openai.APIStatusError) -> str:
        """Return the endpoint's own words, short and without the key."""
        return self._hidden(" ".join(str(error.message).split()))[:300]

    def _hidden(self, words: str) -> str:
        return words.replace(self._key, "***") if self._key else words

    # ---- what an endpoint does not understand ----

    def _adapt(self, error: openai.APIStatusError, body: Mapping[str, Any], quirks: tuple[str, ...]) -> bool:
        """Learn from a refusal what this endpoint does not understand; return whether that gives another way to ask."""
        if error.status_code not in (400, 422, 500, 501):  # Some servers call an unknown field their own failure.
            return False
        said = str(error.message).casefold()
        with self._lock:
            if tuple(self._quirks) != quirks:
                return True  # Another thread has learnt it meanwhile.
            for words, quirk in _QUIRKS:
                about = words in said if words else error.status_code in (400, 422)
                if about and quirk not in quirks and quirk in _applicable(quirks, body):
                    LOG.info("%s: is to be asked otherwise (%s)", self.url, quirk)
                    self._quirks.append(quirk)
                    return True
        return False


def _send(client: openai.OpenAI, body: Mapping[str, Any], quirks: tuple[str, ...]) -> Reply:
    raw = client.chat.completions.with_raw_response.create(**_adapted(body, quirks), stream=False)
    try:
        reply = Reply.from_body(raw.http_response.json())
    except ValueError:  # No JSON, or none in UTF-8.
        reply = None
    if reply is None:
        raise _NoCompletionError
    return reply


def _adapted(body: Mapping[str, Any], quirks: tuple[str, ...]) -> dict[str, Any]:
    """Return the body in the form that an endpoint with these quirks understands."""
    sent = dict(body)
    for quirk in quirks:
        if quirk == "completion tokens":
            sent["max_completion_tokens"] = sent.pop("max_tokens")
        elif quirk == "schema in object":
            sent["response_format"] = {
                "type": "json_object",
                "schema": body["response_format"]["json_schema"]["schema"],
            }
        elif quirk == "no limits":
            sent["response_format"] = _unlimited(sent["response_format"])
        elif quirk == "no schema":
            sent["response_format"] = {"type": "json_object"}
        elif quirk == "no format":
            sent.pop("response_format", None)
        else:
            sent.pop(quirk, None)
    return sent


def _unlimited(node: Any) -> Any:
    """Leave the limits of lists out of a schema."""
    if isinstance(node, list):
        return [_unlimited(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: _unlimited(value) for key, value in node.items() if key != "maxItems"}


_QUIRKS = (
    ("maxitems", "no limits"),
    ("max_completion_tokens", "completion tokens"),
    ("temperature", "temperature"),
    ("logprobs", "logprobs"),
    ("response_format", "schema in object"),
    ("json_schema", "schema in object"),
    ("response_format", "no schema"),
    ("json_schema", "no schema"),
    ("json_object", "no format"),
    ("response_format", "no format"),
    ("", "logprobs"),
)
"""Words in a refusal, and what to do about them; of several, the first that has not been tried. The last is for
refusals that name nothing: the probabilities can be done without."""


def _applicable(known: tuple[str, ...], body: Mapping[str, Any]) -> set[str]:
    """Return what may be changed next: structured output is given up step by step."""
    ladder = ("schema in object", "no schema", "no format")
    steps = [step for step in ladder if step not in known][:1] if "response_format" in body else []
    limits = ["no limits"] if "response_format" in body and not set(ladder) & set(known) else []
    return {"completion tokens", "temperature", *limits, *(["logprobs"] if "logprobs" in body else []), *steps}


def _estimated(reply: Reply) -> int:
    return int(len(reply.content) / CHARS_PER_TOKEN)


def _connect(url: str, key: str | None, timeout: float) -> openai.OpenAI:
    if key is None and url == OPENAI_URL:
        raise LlmError(
            f"{url}: needs a key; set {' or '.join(KEY_NAMES)}, name another endpoint with --llm-url, "
            "or have what is not answered yet answered as a batch (kg llm export)"
        )
    try:
        import openai
    except ImportError as error:
        raise LlmError("the llm extractor needs the package openai; install it with: pip install 'kg[llm]'") from error
    # The libraries beneath log requests at the level DEBUG: texts, and headers with the key.
    for name in ("openai", "httpx", "httpcore", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # A proxy that the environment names is no way to this machine.
    # Texts and key go to the endpoint that was named, not where it sends one on to.
    http = openai.DefaultHttpxClient(trust_env=not is_local(url), timeout=timeout, follow_redirects=False)
    return openai.OpenAI(api_key=key or "none", base_url=url, timeout=timeout, max_retries=0, http_client=http)


def _asked_pause(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that the endpoint asks to wait, None where it does not say."""
    try:
        if "retry-after-ms" in headers:
            return float(headers["retry-after-ms"]) / 1000
        if "retry-after" not in headers:
            return None
        return float(headers["retry-after"])
    except ValueError:
        pass
    try:
        return max(parsedate_to_datetime(headers["retry-after"]).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError, KeyError):
        return None


def _reason(error: BaseException) -> str:
    return type(error.__cause__ or error).__name__
