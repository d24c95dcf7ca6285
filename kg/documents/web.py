"""HTML: the main text of a page and what it says about itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import trafilatura

from kg.documents.quiet import quiet
from kg.documents.text import Item, clean, decode, load, make, parse_date
from kg.errors import DocumentError

_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]+)|\A\s*<\?xml[^>]*encoding=["']([\w.:-]+)""", re.IGNORECASE
)
_LINE_BREAK = "\N{RETURN SYMBOL}"  # trafilatura drops control and private characters
_TABLE_RULE = re.compile(r"\|?(?:\s*:?-{3,}:?\s*\|)+")
_PUBLISHED = (
    *("article:published_time", "og:published_time", "og:article:published_time", "datepublished"),
    *("dcterms.issued", "dc.date.issued", "citation_publication_date", "parsely-pub-date", "sailthru.date"),
    *("pubdate", "publishdate", "publish_date", "publish-date", "publication_date", "originalpublicationdate"),
    *("date", "dc.date", "dcterms.date", "citation_date"),
)
"""Names under which pages state their day of publication, most specific first."""
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{4,60})"')
_URL_DATE = re.compile(r"/(\d{4}/\d{1,2}/\d{1,2})(?:/|\Z)|[/-](\d{4}-\d{2}-\d{2})(?=[/.-]|\Z)")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_SHOWN_DATE = re.compile(
    rf"\b(\d{{4}}-\d{{2}}-\d{{2}}|{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}|\d{{1,2}}\s+{_MONTH}\s+\d{{4}})\b"
)
_ASIDE = "[not(ancestor-or-self::footer|ancestor::aside|ancestor::nav)]" + "".join(
    f"[not(contains(@class,'{word}'))]" for word in ("updated", "modified")
)
_DATE_LINE = "contains(@class,'date') or contains(@class,'publish') or contains(@class,'byline')"


def read_html(stream: BinaryIO, source: str, ident: str) -> Iterator[Item]:
    """Yield the page's document: title, author, date, canonical URL, site name and language are the page's own."""
    data = load(stream, source)
    if not data.strip():
        raise DocumentError(source, "is empty", "save the page again, or remove it")
    declared = _CHARSET.search(data[:4096])
    encoding = (declared[1] or declared[2]).decode("ascii", "replace") if declared else None
    with quiet("trafilatura", "htmldate", "justext"):
        text, fields = _extract(clean(decode(data, source, encoding)).replace(_LINE_BREAK, " "), source)
    if not text.strip():
        remedy = "save its text as .txt, or print it to PDF"
        raise DocumentError(source, "has no main text (is it built by scripts?)", remedy)
    yield from make(source, ident, text, fields)


def _extract(markup: str, source: str) -> tuple[str, dict[str, object]]:
    """Return the main text, or else all text, and the metadata of a page; raises DocumentError."""
    tree: Any = trafilatura.load_html(markup)
    if tree is None:  # a fragment without <html>
        tree = trafilatura.load_html(f"<html><body><div>{markup}</div></body></html>")
    if tree is None:
        raise DocumentError(source, "is not readable as HTML", "save the page again, or save its text as .txt")
    fields: dict[str, object] = {"date": _find_date(tree), "lang": _language(tree)}
    _mark_line_breaks(tree)
    found: Any = trafilatura.bare_extraction(tree, with_metadata=True, include_comments=False)
    if found is None:
        return trafilatura.html2txt(tree).replace(_LINE_BREAK, "\n"), fields
    fields |= {"title": found.title, "author": found.author, "url": found.url, "publisher": found.sitename}
    return _paragraphs(found.text or "").replace(_LINE_BREAK, "\n"), fields


def _language(tree: Any) -> str | None:
    root = tree.getroottree().getroot()
    value = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang")
    return str(value) if value else None


def _mark_line_breaks(tree: Any) -> None:
    """Turn each single `<br>` into a character that survives as a line end; two in a row separate paragraphs."""
    single = [br for br in tree.iter("br") if not _follows(br.getnext(), br) and not _follows(br, br.getprevious())]
    for br in single:
        br.tail = _LINE_BREAK + (br.tail or "").lstrip()
        br.drop_tag()


def _follows(after: Any, before: Any) -> bool:
    """Tell whether two neighbours are both `<br>` with nothing between them."""
    return after is not None and before is not None and after.tag == before.tag and not (before.tail or "").strip()


def _paragraphs(text: str) -> str:
    """Return the extracted lines as paragraphs, and table rows as `cell | cell`."""
    lines = (line.strip() for line in text.split("\n"))
    kept = (line.strip("| ") if line.startswith("|") else line for line in lines if not _TABLE_RULE.fullmatch(line))
    return "\n\n".join(line for line in kept if line)


def _find_date(tree: Any) -> str | None:
    """Return the day of publication that the page states: in its metadata, its address, or else its date line.

    Dates elsewhere (in the text, the footer, links to other articles) say nothing about publication, and a month or
    an ambiguous `03/04/2019` is no day, which is why trafilatura's own guess is not used.
    """
    return next((value for value in _stated_dates(tree) if parse_date(value)), None)


def _stated_dates(tree: Any) -> Iterator[str]:
    """Yield what may state the day of publication, the most certain first."""
    metas = [
        (meta.get("property") or meta.get("name") or meta.get("itemprop") or "", meta) for meta in tree.iter("meta")
    ]
    for name in _PUBLISHED:
        yield from (meta.get("content") or "" for key, meta in metas if key.lower() == name)
    for script in tree.xpath(".//script[@type='application/ld+json']"):
        yield from _JSON_DATE.findall(script.text or "")
    for element in tree.xpath(".//*[@itemprop='datePublished']"):
        yield element.get("content") or element.get("datetime") or element.text_content().strip()
    for link in tree.xpath(".//link[@rel='canonical']/@href|.//meta[@property='og:url']/@content"):
        yield from (a or b for a, b in _URL_DATE.findall(link))
    for element in tree.xpath(f"(.//time{_ASIDE})[1]"):
        yield element.get("datetime") or ""
        yield from _SHOWN_DATE.findall(element.text_content())
    for element in tree.xpath(f"(.//body//*[{_DATE_LINE}]{_ASIDE}[string-length(.) < 100])[1]"):
        yield from _SHOWN_DATE.findall(element.text_content())
