"""A report for people: what the graph holds, in words and tables, each line with the sentences that prove it."""

from __future__ import annotations

from kg.report.content import Note, Report, Row, Section, report
from kg.report.html import to_html
from kg.report.markdown import to_markdown

__all__ = ["Note", "Report", "Row", "Section", "report", "to_html", "to_markdown"]
