"""Writes a report as one HTML page that needs no network connection and runs no script."""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape

from kg.report.content import Note, Report, Row, Section

STYLE = """
:root { color-scheme: light dark; --rule: #8885; --soft: color-mix(in srgb, currentColor 65%, transparent); }
body { font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: break-word; }
body { max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
h1 { line-height: 1.15; } h2 { margin-top: 2.4rem; border-bottom: 1px solid var(--rule); }
.table { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--rule); }
td.date { white-space: nowrap; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tr.group td { font-weight: 650; padding-top: .9rem; }
sup a { text-decoration: none; padding: 0 .1em; }
p.what, footer { color: var(--soft); }
ol.notes { font-size: .88rem; } q { font-family: Georgia, "Noto Serif", serif; } :target { background: #f0e44266; }
nav ul { columns: 2; } @media print { nav { display: none; } a { color: inherit; } }
"""


def to_html(report: Report) -> str:
    """Return the report as a page of its own; every text is escaped, and only addresses of sources are links."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    menu = "".join(f'<li><a href="#s{n}">{escape(s.title)}</a></li>' for n, s in enumerate(report.sections, 1))
    sections = "\n".join(_section(number, section) for number, section in enumerate(report.sections, 1))
    notes = "\n".join(_note(number, note) for number, note in enumerate(report.notes, 1))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer"><link rel="icon" href="data:,">\n'
        f"<title>{escape(report.title)}</title><style>{STYLE}</style></head>\n<body>\n"
        f"<h1>{escape(report.title)}</h1>\n<p>{escape(report.summary)}</p>\n"
        f'<nav aria-label="Contents"><ul>{menu}<li><a href="#notes">Footnotes</a></li></ul></nav>\n{sections}\n'
        f'<h2 id="notes">Footnotes</h2>\n<ol class="notes">\n{notes}\n</ol>\n</body></html>\n'
    )


def _section(number: int, section: Section) -> str:
    head = f'<h2 id="s{number}">{escape(section.title)}</h2>\n'
    if not section.rows:
        return f"{head}<p>{escape(section.empty)}</p>"
    columns = "".join(f'<th scope="col">{escape(column)}</th>' for column in section.columns)
    rows = "\n".join(map(_row, section.rows))
    return (
        f'{head}<p class="what">{escape(section.text)}</p>\n<div class="table"><table>'
        f"<thead><tr>{columns}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def _row(row: Row) -> str:
    first, *others = row.cells
    group = first.startswith("**") and first.endswith("**")
    marks = "".join(f'<sup><a href="#n{number}">{number}</a></sup>' for number in row.notes)
    cells = [f'<td dir="auto">{escape(first[2:-2] if group else first)}{marks}</td>', *map(_cell, others)]
    return f"<tr{' class=group' if group else ''}>{''.join(cells)}</tr>"


def _cell(text: str) -> str:
    if re.fullmatch(r"[\d,]+( %)?", text) and not re.fullmatch(r"\d{4}", text):
        return f'<td class="number">{text}</td>'
    if re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
        return f'<td class="date">{text}</td>'
    return f'<td dir="auto">{_link(text, text)}</td>'


def _link(text: str, url: str) -> str:
    if not re.match(r"https?://", url):
        return escape(text)
    return f'<a href="{escape(url)}" rel="noopener noreferrer">{escape(text)}</a>'


def _note(number: int, note: Note) -> str:
    origin = ", ".join(escape(part) for part in (note.publisher, note.date[:10]) if part)
    title = f'<cite dir="auto">{_link(note.title, note.url)}</cite>'
    return f'<li id="n{number}"><q dir="auto">{escape(note.quote)}</q> – {title}{", " if origin else ""}{origin}</li>'
