"""Fixtures that several test modules share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from sample import sample_quads

from kg.store import Store, publish


@pytest.fixture(scope="session")
def sample() -> list[ox.Quad]:
    """The quads of the sample graph."""
    return sample_quads()


@pytest.fixture(scope="session")
def store(sample: list[ox.Quad]) -> Store:
    """The sample graph in memory."""
    return Store.of(sample)


@pytest.fixture(scope="session")
def _published(sample: list[ox.Quad], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graphs") / "sample"
    publish(folder, sample)
    return folder


@pytest.fixture
def folder(_published: Path, tmp_path: Path) -> Path:
    """A graph folder of the sample graph that the test may change."""
    return Path(shutil.copytree(_published, tmp_path / "sample"))
