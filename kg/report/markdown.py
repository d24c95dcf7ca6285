"""Writes a report as Markdown with tables and footnotes (GitHub's and Pandoc's dialect)."""

from __future__ import annotations

import re

from kg.report.content import Note, Report, Row, Section

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#$&])")


def to_markdown(report: Report) -> str:
    """Return the report as Markdown; every text from a source is escaped."""
    parts = [f"# {_plain(report.title)}", _plain(report.summary), *map(_section, report.sections)]
    if report.notes:
        parts += ["## Footnotes", "\n".join(_note(number, note) for number, note in enumerate(report.notes, 1))]
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> str:
    if not section.rows:
        return f"## {_plain(section.title)}\n\n{_plain(section.empty)}"
    head = [f"| {' | '.join(map(_plain, section.columns))} |", f"|{'---|' * len(section.columns)}"]
    return "\n".join([f"## {_plain(section.title)}", "", _plain(section.text), "", *head, *map(_row, section.rows)])


def _row(row: Row) -> str:
    first, *others = row.cells
    marks = "".join(f"[^{number}]" for number in row.notes)
    strong = first.startswith("**") and first.endswith("**")
    name = f"**{_plain(first[2:-2])}**" if strong else _plain(first)
    return f"| {' | '.join([name + marks, *map(_cell, others)])} |"


def _cell(text: str) -> str:
    return f"<{text}>" if re.fullmatch(r"https?://[^\s<>|]+", text) else _plain(text)


def _note(number: int, note: Note) -> str:
    origin = ", ".join(_plain(part) for part in (note.title, note.publisher, note.date[:10]) if part)
    address = f" {_cell(note.url)}" if note.url else ""
    return f"[^{number}]: “{_plain(note.quote)}” — {origin}{'.' if not address else ','}{address}"


def _plain(text: str) -> str:
    """Return `text` as Markdown that shows it and does nothing else, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
