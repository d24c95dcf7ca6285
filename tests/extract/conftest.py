"""What tests of extraction share: the real model, loaded once, and short ways to parse and read a text."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from texts import DAY, Parse, Read, ReadText, SceneOf

from kg.extract import frames, mentions, nlp, reading, statements
from kg.extract.discourse import Discourse
from kg.extract.mentions import Scene
from kg.extract.names import NameList, load_names
from kg.extract.nlp import Doc
from kg.model import Document


@pytest.fixture(scope="session")
def names() -> NameList:
    """The lists of known names."""
    return load_names()


@pytest.fixture(scope="session")
def parse() -> Parse:
    """Parse a short text with the pipeline that the program uses."""
    nlp.load()

    def run(text: str) -> Doc:
        (chunks,) = (list(found) for found in nlp.analyse([text]))
        (chunk,) = chunks
        return chunk.doc

    return run


@pytest.fixture(scope="session")
def scene_of(parse: Parse, names: NameList) -> SceneOf:
    """Parse a short text and enter its names."""

    def run(text: str) -> Scene:
        scene = Scene(nlp.Chunk(0, parse(text)), text, Discourse())
        mentions.read_names(scene, names)
        return scene

    return run


@pytest.fixture(scope="session")
def read_text(names: NameList) -> ReadText:
    """Read a text of any length; `folder` holds other frames than the project's own, `day` is its date."""
    nlp.load()

    def run(text: str, *, id_: str = "text", day: date | None = DAY, folder: Path | None = None) -> Read:
        document = Document(id=id_, text=text, date=day)
        (chunks,) = (list(found) for found in nlp.analyse([text]))
        found = reading.read(text, chunks, day, names, frames.load(folder))
        return Read(document, found, statements.write(document, found))

    return run
