"""The cache of a graph folder: the text of every document and what was extracted from it, in one SQLite file.

An interrupted build keeps what it has read; the next one goes on from there. A damaged file is set aside and rebuilt.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zlib import crc32

from kg.errors import GraphError
from kg.model import Count, Document, Evidence, Literal, Money, Statement, Term, TimeSpan

FILE = "cache.sqlite"
LAYOUT = 2
"""Version of the tables and of the encoding of statements; another one empties the cache."""

IMPORTED = "import"
"""Extractor of statements that were not extracted but imported: they count, whichever extractor is asked for."""

_TABLES = """
CREATE TABLE IF NOT EXISTS extraction (
    digest TEXT, extractor TEXT, statements TEXT NOT NULL, PRIMARY KEY (digest, extractor)
);
CREATE TABLE IF NOT EXISTS document (
  id TEXT PRIMARY KEY, digest TEXT NOT NULL, source TEXT NOT NULL, text TEXT NOT NULL, metadata TEXT NOT NULL
);
"""


class Cache:
    """Statements by document digest and extractor version; use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = self._open()
        except sqlite3.OperationalError as error:
            raise self._unwritable(error) from error
        except sqlite3.DatabaseError:
            self._set_aside()
            self._db = self._open()
        except OSError as error:
            raise GraphError(f"{folder}: cannot be written: {error.strerror}; choose another --out") from error

    def _set_aside(self) -> None:
        """Keep a damaged file for inspection under another name, without the log that belongs to it."""
        with suppress(OSError):
            self.path.replace(self.path.with_suffix(".damaged"))
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def _unwritable(self, error: sqlite3.Error) -> GraphError:
        return GraphError(
            f"{self.path}: cannot be written: {error}; free space or check permissions, the previous graph is intact"
        )

    def _open(self) -> sqlite3.Connection:
        try:
            db = sqlite3.connect(self.path, isolation_level=None)
        except sqlite3.OperationalError as error:
            raise GraphError(
                f"{self.path}: cannot be opened: {error}; check permissions or choose another --out"
            ) from error
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        if db.execute("PRAGMA user_version").fetchone()[0] not in (0, LAYOUT):
            db.executescript("DROP TABLE IF EXISTS extraction; DROP TABLE IF EXISTS document;")
        db.executescript(_TABLES)
        db.execute(f"PRAGMA user_version={LAYOUT}")
        if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            db.close()
            raise sqlite3.DatabaseError("damaged")
        return db

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def get(self, document: Document, extractor: str) -> list[Statement] | None:
        """Return what `extractor` found in the document, None where that is not known."""
        known = self._encoded(document, extractor)
        return None if known is None else [_decode(item, document) for item in json.loads(known)]

    def knows(self, document: Document, extractor: str) -> bool:
        """Tell whether what `extractor` found in the document is known."""
        return self._encoded(document, extractor) is not None

    def _encoded(self, document: Document, extractor: str) -> str | None:
        """Return the statements as they are stored, None where there are none or they are damaged."""
        row = self._db.execute(
            "SELECT statements FROM extraction WHERE digest=? AND extractor IN (?, ?) ORDER BY extractor=? DESC",
            (document.digest, extractor, IMPORTED, IMPORTED),
        ).fetchone()
        if row is None:
            return None
        checksum, content = row[0][:8], str(row[0][8:])
        return content if checksum == f"{crc32(content.encode()):08x}" else None

    def put(self, document: Document, extractor: str, statements: Iterable[Statement]) -> None:
        """Remember what `extractor` found in the document."""
        encoded = json.dumps([_encode(s) for s in statements], ensure_ascii=True, separators=(",", ":"))
        with self._writing():
            row = (document.digest, extractor, f"{crc32(encoded.encode()):08x}{encoded}")
            self._db.execute("INSERT OR REPLACE INTO extraction VALUES (?,?,?)", row)

    def documents(self) -> list[Document]:
        """Return the published documents, sorted by id, as they were read; without those whose text is damaged."""
        rows = self._db.execute("SELECT digest, id, source, text, metadata FROM document ORDER BY id").fetchall()
        return [found for digest, *row in rows if (found := _document(*row)).digest == digest]

    def add(self, documents: Iterable[Document]) -> None:
        """Record documents that are about to be published."""
        with self._writing():
            known = dict(self._db.execute("SELECT id, digest || ' ' || source FROM document"))
            self._db.executemany(
                "INSERT OR REPLACE INTO document VALUES (?,?,?,?,?)",
                (_row(d) for d in documents if known.get(d.id) != f"{d.digest} {d.source}"),
            )

    def keep(self, documents: Iterable[Document]) -> None:
        """Record the published documents, and forget all others with their extractions."""
        published = list(documents)
        self.add(published)
        with self._writing():
            known = {row[0] for row in self._db.execute("SELECT id FROM document")}
            gone = known - {d.id for d in published}
            self._db.executemany("DELETE FROM document WHERE id=?", ((id_,) for id_ in sorted(gone)))
            self._db.execute("DELETE FROM extraction WHERE digest NOT IN (SELECT digest FROM document)")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Write all or nothing; raises GraphError where the disk is full or the file cannot be written."""
        try:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                yield
        except sqlite3.OperationalError as error:
            raise self._unwritable(error) from error


def _row(d: Document) -> tuple[str, str, str, str, str]:
    day = d.date.isoformat() if d.date else None
    metadata = json.dumps([d.title, day, d.url, d.publisher, d.author, d.language])
    return d.id, d.digest, d.source, d.text.encode("utf-8", "replace").decode(), metadata


def _document(id_: str, source: str, text: str, metadata: str) -> Document:
    title, day, url, publisher, author, language = json.loads(metadata)
    published = date.fromisoformat(day) if day else None
    return Document(id_, text, title, published, url, publisher, author, language, source)


def text_of(folder: Path, document: str) -> str | None:
    """Return the text of a published document by its identifier, None where the folder does not hold it."""
    if not (folder / FILE).is_file():
        return None
    with sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True) as db:
        row = db.execute("SELECT text FROM document WHERE id=?", (document,)).fetchone()
    return None if row is None else str(row[0])


def _encode(s: Statement) -> list[Any]:
    e = s.evidence
    evidence = (e.start, e.end, e.extractor, e.confidence, e.factuality, e.attributed_to)
    return [s.subject, s.predicate, _encode_term(s.object), *evidence]


def _encode_term(term: Term) -> Any:
    if isinstance(term, str):
        return term
    if isinstance(term, Literal):
        return ["l", term.value, term.datatype, term.language]
    if isinstance(term, Count):
        return ["c", term.raw, term.qualifier, term.value, term.minimum, term.maximum]
    if isinstance(term, Money):
        amounts = (None if a is None else str(a) for a in (term.value, term.minimum, term.maximum))
        return ["m", term.raw, term.qualifier, term.currency, *amounts]
    return ["t", term.raw, term.earliest.isoformat(), term.latest.isoformat(), term.precision]


def _decode(item: list[Any], document: Document) -> Statement:
    subject, predicate, term, start, end, extractor, confidence, factuality, source = item
    quote = document.text[start:end]
    evidence = Evidence(document.id, start, end, quote, extractor, confidence, factuality, source)
    return Statement(subject, predicate, _decode_term(term), evidence)


def _decode_term(item: Any) -> Term:
    if isinstance(item, str):
        return item
    kind, *rest = item
    if kind == "l":
        return Literal(*rest)
    if kind == "c":
        return Count(*rest)
    if kind == "m":
        raw, qualifier, currency, *amounts = rest
        value, low, high = (None if a is None else Decimal(a) for a in amounts)
        return Money(raw, qualifier, currency, value, low, high)
    raw, earliest, latest, precision = rest
    return TimeSpan(raw, date.fromisoformat(earliest), date.fromisoformat(latest), precision)
