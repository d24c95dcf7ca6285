"""Guards the reading of RDF/XML: the engine expands the entities that a file declares, however much they grow."""

from __future__ import annotations

import re
from pathlib import Path

from kg.errors import UsageError

_ENTITY = re.compile(rb"<!ENTITY\s+(?:%\s+)?\S+\s+(?:\"([^\"]*)\"|'([^']*)')")
_NESTED = re.compile(rb"[&%][^#\s;]+;")
_PLAIN = frozenset({b"&lt;", b"&gt;", b"&amp;", b"&quot;", b"&apos;"})
_LONGEST = 2000
"""Bytes of an XML entity: a namespace has tens of them."""


def check_entities(path: Path) -> None:
    """Raise UsageError for an RDF/XML file whose entities could grow without end when they are expanded."""
    try:
        # Without the zeros, UTF-16 looks like ASCII here.
        head = path.read_bytes().replace(b"\0", b"") if path.suffix.lower() in (".rdf", ".owl") else b""
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}; check its permissions") from error
    for double, single in _ENTITY.findall(head):
        value = double or single
        if set(_NESTED.findall(value)) - _PLAIN or len(value) > _LONGEST:
            raise UsageError(f"{path}: declares XML entities that expand into much more text; write them out")
