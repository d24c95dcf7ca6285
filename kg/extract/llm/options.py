"""What one can tell the language model extractor, how a budget is written down, and what can go wrong."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kg.errors import KgError, UsageError

OPENAI_URL = "https://api.openai.com/v1"
"""The endpoint that is asked when none is named."""

KEY_NAMES = ("KG_LLM_API_KEY", "OPENAI_API_KEY")
"""The environment variables that may hold the key; the second goes only where it belongs, see `key_for`."""

_BUDGET = re.compile(r"(?P<money>\$?)\s*(?P<number>[0-9]+(?:[._][0-9]+)*)\s*(?P<unit>[kKmM]?)(?P<usd>\s*usd)?", re.I)
_PRICE = re.compile(r"([0-9]+(?:\.[0-9]+)?)/([0-9]+(?:\.[0-9]+)?)")


class LlmError(KgError):
    """The language model cannot be asked, or can no longer be; what it has answered so far is kept."""


class BudgetError(LlmError):
    """The budget does not suffice for the next request; the run can be taken up again with a larger one."""


@dataclass(frozen=True, slots=True)
class LlmOptions:
    """How to ask the language model.

    `model` is its name at the endpoint `url` (None: KG_LLM_URL, OPENAI_BASE_URL, else OpenAI's own). `budget` limits a
    run, as tokens (`500k`) or as money (`$2.50`, which needs `price`, dollars per million tokens read and written:
    `2.5/10`). `answers` is the file in which answers are kept. `timeout` and `backoff`, the first pause between
    attempts, are in seconds; `part` is the most code points of a text in one request, `length` the most tokens of one
    answer; `examples` is how many examples go along (None: all); `probabilities` asks how sure the model is of each
    word, where the endpoint tells.
    """

    model: str | None = None
    url: str | None = None
    budget: str | None = None
    price: str | None = None
    answers: Path | None = None
    concurrency: int = 4
    timeout: float = 300.0
    retries: int = 6
    backoff: float = 1.0
    part: int = 12_000
    length: int = 8_192
    examples: int | None = None
    probabilities: bool = True

    def recorded(self) -> dict[str, Any]:
        """Return what a later run needs to find the same answers again: no key, no paths, no limits."""
        names = ("model", "url", "part", "length", "examples", "probabilities")
        return {name: getattr(self, name) for name in names}

    @property
    def name(self) -> str:
        """Return the name of the model. Raises UsageError where none was given."""
        if not self.model:
            raise UsageError("the llm extractor needs a model; name one with --llm-model, as the endpoint calls it")
        return self.model

    @property
    def endpoint(self) -> str:
        """Return the URL to ask. Raises UsageError where it is none."""
        url = (self.url or os.environ.get("KG_LLM_URL") or os.environ.get("OPENAI_BASE_URL") or OPENAI_URL).rstrip("/")
        split = urlsplit(url)
        if split.scheme not in ("http", "https") or not split.hostname or split.username:
            raise UsageError(
                f"--llm-url: {_without_user(url)} is no endpoint; give one such as http://127.0.0.1:8080/v1"
            )
        return url


def _without_user(url: str) -> str:
    return re.sub(r"//[^/@]*@", "//***@", url)


def is_local(url: str) -> bool:
    """Return whether `url` leads to this very machine."""
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def key_for(url: str) -> str | None:
    """Return the key to send to `url`, from the environment, or None.

    OPENAI_API_KEY goes to OpenAI, or to OPENAI_BASE_URL where that names the endpoint; never to any other address.
    Raises UsageError, which does not tell it, where it cannot be one.
    """
    own, openai = (os.environ.get(name, "").strip() for name in KEY_NAMES)
    trusted = {OPENAI_URL, os.environ.get("OPENAI_BASE_URL", "").rstrip("/")}
    key = own or (openai if url in trusted else "")
    if not (key.isascii() and key.isprintable()):
        name = KEY_NAMES[0] if own else KEY_NAMES[1]
        raise UsageError(f"{name}: holds characters that no key has (a line break, an accent?); set it anew")
    return key or None


@dataclass(frozen=True, slots=True)
class Prices:
    """Dollars per token read and per token written."""

    read: float
    written: float

    @classmethod
    def parse(cls, text: str) -> Prices:
        """Read `2.5/10`, dollars per million tokens. Raises UsageError where it is something else."""
        match = _PRICE.fullmatch(text.strip())
        if match is None:
            raise UsageError(f"--llm-price: {text!r} is no price; give dollars per million tokens read/written: 2.5/10")
        return cls(float(match[1]) / 1e6, float(match[2]) / 1e6)


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that a run may use: a number of tokens, or of dollars at known prices."""

    amount: float
    prices: Prices | None = None

    @classmethod
    def parse(cls, budget: str | None, price: str | None) -> Limit | None:
        """Read a budget and a price. Raises UsageError for what is neither, and for money without a price."""
        prices = Prices.parse(price) if price else None
        if budget is None:
            return None
        match = _BUDGET.fullmatch(budget.strip())
        if match is None or match["number"].count(".") > 1:
            raise UsageError(f"--llm-budget: {budget!r} is no budget; give tokens (500k, 2M) or money ($2.50)")
        number = float(match["number"].replace("_", "")) * {"": 1, "k": 1e3, "m": 1e6}[match["unit"].lower()]
        if not (match["money"] or match["usd"]):
            return cls(number)
        if prices is None:
            raise UsageError("--llm-budget in money needs the price; add --llm-price READ/WRITTEN, dollars per million")
        return cls(number, prices)

    def cost(self, read: int, written: int) -> float:
        """Return what so many tokens take of the budget."""
        return read + written if self.prices is None else read * self.prices.read + written * self.prices.written

    def __str__(self) -> str:
        return f"{self.amount:,.0f} tokens" if self.prices is None else f"${self.amount:,.2f}"
