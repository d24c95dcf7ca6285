"""What the tests of the language model extractor share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from endpoint_server import Served, serve

from kg.extract.llm.extractor import LlmExtractor
from kg.extract.llm.options import LlmOptions

Make = Callable[..., LlmExtractor]


@pytest.fixture
def endpoint() -> Iterator[Served]:
    """A server that speaks the protocol, on loopback."""
    with serve() as served:
        yield served


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KG_LLM_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL", "KG_LLM_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def make(endpoint: Served, tmp_path: Path) -> Make:
    """Make an extractor that asks the server, keeps answers in a file, and has little patience."""

    def run(**options: Any) -> LlmExtractor:
        hints = options.pop("hints", None)
        plain: dict[str, Any] = {
            "model": "tester", "url": endpoint.url, "answers": tmp_path / "answers.sqlite", "backoff": 0.01,
            "timeout": 5.0, "retries": 2, "concurrency": 2,
        }  # fmt: skip
        return LlmExtractor(LlmOptions(**{**plain, **options}), hints=hints)

    return run
