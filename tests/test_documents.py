"""Real files of every kind, good and bad, through the document stage."""

from __future__ import annotations

import io
import json
import logging
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import docx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

import kg.documents.text as text_module
from kg.documents import jsonlines, read
from kg.documents.text import parse_date
from kg.errors import DocumentError, UsageError
from kg.model import Document, content_hash

LETTER = "More than 450 Amazon employees signed a letter to Jeff Bezos."


def split(items: Iterable[Document | DocumentError]) -> tuple[list[Document], list[DocumentError]]:
    items = list(items)
    return [i for i in items if isinstance(i, Document)], [i for i in items if isinstance(i, DocumentError)]


def one(*paths: str | Path) -> Document:
    docs, errors = split(read(paths))
    assert errors == []
    assert len(docs) == 1
    return docs[0]


def fault(*paths: str | Path) -> DocumentError:
    docs, errors = split(read(paths))
    assert docs == []
    assert len(errors) == 1
    assert "\n" not in str(errors[0])
    assert errors[0].remedy
    return errors[0]


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def pdf(*pages: list[str], info: str = "") -> bytes:
    """Return a PDF with the given lines of Helvetica on each page; `info` is the body of its info dictionary."""
    count = len(pages)
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(count))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for i, lines in enumerate(pages):
        shown = "".join(f"({line}) Tj T* " for line in lines)
        content = f"BT /F1 11 Tf 14 TL 50 780 Td {shown}ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * i} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    objects.append(f"<< {info} >>")
    data, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R /Info {size - 1} 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return (data + f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}").encode("cp1252")


def word(path: Path) -> Path:
    file = docx.Document()
    file.core_properties.title, file.core_properties.author = "The letter", "Ann Lee"
    file.core_properties.language = "en-GB"
    file.add_paragraph(LETTER)
    table = file.add_table(rows=2, cols=2)
    for cell, content in zip(table._cells, ("Supplier", "Buyer", "Amazon", "CIA"), strict=True):
        cell.text = content
    file.add_paragraph("They asked him to stop.")
    file.save(str(path))
    return path


# Text and Markdown


def test_front_matter_becomes_metadata_and_the_body_stays_verbatim(tmp_path: Path) -> None:
    body = "# A *letter*\n\nMore than **450** employees\\\nsigned [it](http://x.example). "
    head = 'id: letter-1\ntitle: "A: letter"\ndate: 2019-07-12\nurl: https://p.example/1\npublisher: The Paper\n'
    path = write(tmp_path / "x.md", f"---\n{head}author: [Ann Lee, Bo Oh]\nlang: no\nextra: 1\n---\n\n{body}\n\n \n")
    assert one(path) == Document(
        id="letter-1",
        text=body,
        title="A: letter",
        date=date(2019, 7, 12),
        url="https://p.example/1",
        publisher="The Paper",
        author="Ann Lee, Bo Oh",
        language="no",
        source=str(path),
    )


def test_without_metadata_the_file_name_is_the_id(tmp_path: Path) -> None:
    path = write(tmp_path / "2018.letter.TXT", f"\n \n  {LETTER}\r\nSecond.\rThird.\r\n\r\n")
    doc = one(path)
    assert (doc.id, doc.text, doc.date, doc.title) == ("2018.letter", f"  {LETTER}\nSecond.\nThird.", None, None)


@pytest.mark.parametrize(
    ("head", "rest"),
    [
        (" date 2019-07-12 ", "Amazon, which"),
        ("date: 2019-07-12\n", "Amazon, which"),
        ("\n\nDate: 12 July 2019\n\n", "Amazon, which"),
        ("date 2019-07-12T10:00:00Z\n", "Amazon, which"),
    ],
)
def test_a_leading_date_counts_and_leaves_the_text(tmp_path: Path, head: str, rest: str) -> None:
    doc = one(write(tmp_path / "a.txt", head + rest))
    assert (doc.date, doc.text) == (date(2019, 7, 12), rest)


@pytest.mark.parametrize(
    "text", ["date 2019 was a good year", "dated 2019-07-12 or so", "Date: a sweet fruit", "On date 2019-07-12 he"]
)
def test_what_only_looks_like_a_leading_date_stays(tmp_path: Path, text: str) -> None:
    doc = one(write(tmp_path / "a.txt", text))
    assert (doc.date, doc.text) == (None, text)


def test_the_front_matter_date_wins_over_a_leading_one(tmp_path: Path) -> None:
    doc = one(write(tmp_path / "a.md", "---\ndate: 2020-01-02\n---\ndate 2019-07-12 Amazon"))
    assert (doc.date, doc.text) == (date(2020, 1, 2), "date 2019-07-12 Amazon")


@pytest.mark.parametrize(
    "printed",
    [
        *("2019-07-12", "2019-7-12", "20190712", "2019/07/12", "2019-07-12 23:59:59", "2019-07-12T23:59:59+02:00"),
        *("12 July 2019", "July 12, 2019", "12th of July 2019", "Fri, 12 Jul 2019 10:00:00 EST", "7/12/2019, July 12"),
    ],
)
def test_dates_that_name_one_day(printed: str) -> None:
    if printed.startswith("7/"):
        assert parse_date(printed) is None
    else:
        assert parse_date(printed) == date(2019, 7, 12)


@pytest.mark.parametrize(
    "printed",
    ["2019", "July 2019", "2019-07", "Friday", "12 July", "12/7/19", "03/04/2019", "2019-02-30", "soon", "9" * 30, ""],
)
def test_dates_that_do_not_name_one_day(printed: str) -> None:
    assert parse_date(printed) is None


@settings(deadline=None)
@given(st.text(max_size=40) | st.from_regex(r"[0-9]{1,4}[-/. ][0-9A-Za-z]{1,9}[-/. ][0-9]{1,4}.{0,5}"))
def test_no_date_string_breaks_the_parser(printed: str) -> None:
    day = parse_date(printed)
    assert day is None or str(day.year).zfill(4) in printed


def test_a_date_that_is_not_understood_keeps_the_document_and_is_reported(tmp_path: Path) -> None:
    path = write(tmp_path / "a.md", f"---\ndate: July 2019\n---\n{LETTER}")
    doc, notice = read([path])
    assert isinstance(doc, Document)
    assert (doc.date, doc.text) == (None, LETTER)
    assert isinstance(notice, DocumentError)
    assert "'July 2019'" in notice.reason
    assert "YYYY-MM-DD" in notice.remedy


def test_malformed_front_matter_is_reported_and_read_line_by_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.md", f"---\nid: a1\ntitle: Amazon: the letter\ndate: '2019-07-12'\n---\n{LETTER}")
    docs, errors = split(read([path]))
    assert (docs[0].id, docs[0].title, docs[0].date) == ("a1", "Amazon: the letter", date(2019, 7, 12))
    assert docs[0].text == LETTER
    assert "malformed YAML (line 3)" in errors[0].reason


@given(st.dictionaries(st.sampled_from(["title", "publisher", "author"]), st.text(max_size=30), min_size=1))
@example({"title": "Strike: workers [all] of them", "author": "- a\n- b"})
def test_both_loaders_read_the_same_front_matter(fields: dict[str, str]) -> None:
    import yaml

    written = yaml.safe_dump(fields, allow_unicode=True)
    slow = "\n".join([*(f"pad{n}: x" for n in range(1_000)), written])
    assert {k: v for k, v in text_module._yaml(slow).items() if not k.startswith("pad")} == text_module._yaml(written)


@pytest.mark.parametrize("nested", ["[" * 60_000, "- " * 30_000, "{" * 40_000, "a: " + "[" * 480 + "]" * 480])
def test_deeply_nested_front_matter_does_no_harm(nested: str, tmp_path: Path) -> None:
    path = tmp_path / "deep.md"
    path.write_text(f"---\n{nested}\n---\nWorkers struck.\n", encoding="utf-8")
    found = [item for item in read([path]) if isinstance(item, Document)]
    assert [d.text.rstrip().endswith("Workers struck.") for d in found] == [True]


def test_front_matter_that_never_ends_is_reported_and_kept(tmp_path: Path) -> None:
    docs, errors = split(read([write(tmp_path / "a.md", f"---\ntitle: x\n{LETTER}")]))
    assert docs[0].text == f"---\ntitle: x\n{LETTER}"
    assert "no closing" in errors[0].reason


@pytest.mark.parametrize(
    "text",
    [
        "---\nA rule above, and below.\n---\nMore.",
        "---\nHe said: “no”: and [left\n---\nMore.",
        "----\nid: x\n----\ny",
        "---\nJust a rule",
    ],
)
def test_a_rule_is_no_front_matter(tmp_path: Path, text: str) -> None:
    assert one(write(tmp_path / "a.md", text)).text == text


@pytest.mark.parametrize("head", ["[" * 3000, "a: &a [*a, *a]", "!!python/object/apply:os.getcwd []", "? {a: b}\n: c"])
def test_hostile_yaml_does_no_harm(tmp_path: Path, head: str) -> None:
    docs, _ = split(read([write(tmp_path / "a.md", f"---\n{head}\n---\n{LETTER}")]))
    assert docs[0].text.endswith(LETTER)


# Encodings and control characters


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-32", "cp1252", "latin-1", "cp1251", "shift_jis"]
)
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = {
        "cp1251": "Рабочие подписали письмо против компании. Они требуют повышения зарплаты.",
        "shift_jis": "従業員が手紙に署名した。会社は契約を中止するべきだと言った。",
    }.get(encoding, "The café workers of the naïve façade signed “their” petition, señor José said.")
    if encoding == "latin-1":
        text = text.replace("“", '"').replace("”", '"')
    data = b"\xff\xfe" + text.encode("utf-16-le") if encoding == "utf-16-le-bom" else text.encode(encoding)
    assert one(write(tmp_path / "a.txt", data)).text == text


def test_curly_quotes_of_windows_are_recognised_in_an_english_text(tmp_path: Path) -> None:
    text = "Amazon employees’ letter “We Won’t Build It” was signed by 450 people — the company said no. " * 20
    assert one(write(tmp_path / "a.txt", text.encode("cp1252"))).text == text


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 8,
        random.Random(7).randbytes(5000),
        b"\x7fELF" + b"\0" * 500,
        b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" * 30,
        "text as UTF-16 without a mark".encode("utf-16-le"),
    ],
)
def test_binary_files_are_reported(tmp_path: Path, data: bytes) -> None:
    path = write(tmp_path / "a.txt", data)
    error = fault(path)
    assert error.source == str(path)
    assert "binary" in error.reason


def test_broken_utf16_and_unclear_encodings_are_reported(tmp_path: Path) -> None:
    assert "not valid UTF-16" in fault(write(tmp_path / "a.txt", b"\xff\xfea\0b\0c")).reason
    assert "UTF-8" in fault(write(tmp_path / "b.txt", "a é".encode() * 9 + b"\xe9\xc3 \x81\x8d\x8f\x90" * 9)).remedy


@pytest.mark.parametrize(("data", "kind"), [(pdf(["x"]), "PDF"), (b"PK\x03\x04rest", "zip"), (b"{\\rtf1 text}", "RTF")])
def test_a_wrong_suffix_is_named(tmp_path: Path, data: bytes, kind: str) -> None:
    assert kind in fault(write(tmp_path / "a.txt", data)).reason


def test_control_characters_become_spaces_of_the_same_length(tmp_path: Path) -> None:
    doc = one(
        write(tmp_path / "a.txt", "Amazon\0 employees\x1b signed\ta\x0bletter\x7f e\u0301 </script>\u202e to Jeff")
    )
    assert doc.text == "Amazon  employees  signed\ta letter\x7f e\u0301 </script>\u202e to Jeff"


bodies = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters=[chr(c) for c in range(32)])
    | st.sampled_from("\n\t \r-")
)


@given(body=bodies)
@example(body="\ufeffe\u0301\u2028---\n---\r\nx")
def test_bodies_keep_their_code_points(tmp_path_factory: pytest.TempPathFactory, body: str) -> None:
    path = write(tmp_path_factory.getbasetemp() / "round.md", f"---\nid: r\ndate: 2019-07-12\n---\n{body}")
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    while lines and not lines[0].strip(" \t"):
        del lines[0]
    while lines and not lines[-1].strip(" \t"):
        del lines[-1]
    docs, errors = split(read([path]))
    if "".join(lines).strip():
        assert [doc.text for doc in docs] == ["\n".join(lines)]
        assert errors == []
    else:
        assert docs == []
        assert len(errors) == 1


@settings(deadline=None)  # the first example imports the libraries
@given(data=st.binary(max_size=200))
@example(data=b"---\n\x85: \n---\n")
def test_any_bytes_give_a_document_or_a_reason(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.getbasetemp()
    for suffix in (".md", ".jsonl", ".html"):
        items = list(read([write(folder / f"any{suffix}", data)]))
        assert items
        for item in items:
            if isinstance(item, Document):
                item.text.encode("utf-8")
                assert item.text.strip()


# Files, folders and names


def test_missing_paths_are_a_usage_error_before_anything_is_read(tmp_path: Path) -> None:
    good = write(tmp_path / "a.txt", LETTER)
    with pytest.raises(UsageError, match=r"gone\.txt.*lost\.txt.*do not exist"):
        read([good, tmp_path / "gone.txt", tmp_path / "lost.txt"])
    for hostile in ("", "a\0b", "x" * 5000):
        with pytest.raises(UsageError):
            read([hostile])


def test_folders_are_walked_in_order_and_other_files_ignored(tmp_path: Path) -> None:
    for name in (
        "b/z.txt",
        "b/y.md",
        "a.txt",
        "c.text",
        ".hidden.txt",
        ".git/x.txt",
        "b/pic.png",
        "x.py",
        "b/~$a.docx",
    ):
        write(tmp_path / name, f"Text of {name}.")
    write(tmp_path / ".DS_Store", b"\0\1")
    docs, errors = split(read([tmp_path / "c.text", tmp_path, tmp_path / "b"]))
    assert [doc.source for doc in docs] == [str(tmp_path / name) for name in ("a.txt", "b/y.md", "b/z.txt", "c.text")]
    assert errors == []


def test_a_single_path_is_accepted(tmp_path: Path) -> None:
    assert [doc.id for doc in split(read(str(write(tmp_path / "a.txt", LETTER))))[0]] == ["a"]


def test_the_order_of_the_arguments_does_not_matter(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{name}.txt", f"---\nid: same\n---\nText {name}.") for name in "abc"]
    assert [repr(item) for item in read(paths)] == [repr(item) for item in read(reversed(paths))]


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", LETTER)
    write(tmp_path / "b.txt", b"\0\1\2" * 100)
    write(tmp_path / "c.txt", "")
    write(tmp_path / "d.rtf", "{\\rtf1}")
    (tmp_path / "e.txt").symlink_to(tmp_path / "nowhere.txt")
    os.mkfifo(tmp_path / "f.txt")
    write(tmp_path / "g.txt", "Another text.")
    docs, errors = split(read([tmp_path]))
    assert [doc.id for doc in docs] == ["a", "g"]
    assert [(Path(e.source).name, e.reason) for e in errors] == [
        ("b.txt", "looks like a binary file"),
        ("c.txt", "is empty"),
        ("d.rtf", ".rtf files are not supported"),
        ("e.txt", "is a link that leads nowhere"),
        ("f.txt", "is a pipe, socket or device, not a file"),
    ]


def test_named_files_of_unknown_kind_are_reported_and_without_suffix_read(tmp_path: Path) -> None:
    assert ".json files are not supported" in fault(write(tmp_path / "a.json", "{}")).reason
    assert "leads nowhere" in fault(_link(tmp_path / "self.txt", tmp_path / "self.txt")).reason
    assert one(write(tmp_path / "NOTES", LETTER)).id == "NOTES"


def _link(path: Path, target: Path) -> Path:
    path.symlink_to(target)
    return path


def test_links_to_folders_are_followed_once(tmp_path: Path) -> None:
    write(tmp_path / "top/a.txt", LETTER)
    write(tmp_path / "other/b.txt", "Another text.")
    _link(tmp_path / "top/loop", tmp_path / "top")
    _link(tmp_path / "top/there", tmp_path / "other")
    docs, errors = split(read([tmp_path / "top"]))
    assert [doc.id for doc in docs] == ["a", "b"]
    assert errors == []


def test_a_folder_without_readable_files_is_reported(tmp_path: Path) -> None:
    write(tmp_path / "pic.png", b"x")
    assert "no file that can be read" in fault(tmp_path).reason


@pytest.mark.parametrize("text", ["", " \n\t\r\n", "\ufeff", "---\ntitle: x\n---\n", "date 2019-07-12\n"])
def test_files_without_text_are_reported(tmp_path: Path, text: str) -> None:
    assert fault(write(tmp_path / "a.md", text)).reason in ("is empty", "has no text")


@pytest.mark.parametrize("name", ["a\nb.txt", "a\x1b[31m.txt", "\u202egnp.txt", "-.txt", "a'\"<b>&.txt", "ä\udcff.txt"])
def test_hostile_names_stay_on_one_printable_line(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(LETTER)
    doc = one(tmp_path)
    assert doc.source.isprintable()
    assert doc.id.isprintable()
    path.write_text("")
    assert str(fault(path)).isprintable()


def test_equal_texts_are_read_once(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", f"{LETTER}\n")
    write(tmp_path / "b.md", f"---\nid: other\n---\n\n{LETTER}\r\n")
    assert one(tmp_path).id == "a"


def test_a_taken_id_gets_a_hash_and_a_notice(tmp_path: Path) -> None:
    write(tmp_path / "1/letter.txt", "First text.")
    write(tmp_path / "2/letter.txt", "Second text.")
    docs, errors = split(read([tmp_path]))
    assert [doc.id for doc in docs] == ["letter", f"letter-{content_hash('Second text.', length=6)}"]
    assert "'letter' is already that of" in errors[0].reason
    assert errors[0].source.endswith("letter.txt")


def test_files_above_the_limit_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert text_module.LIMIT >= 50_000_000
    monkeypatch.setattr(text_module, "LIMIT", 100)
    assert "split" in fault(write(tmp_path / "big.txt", LETTER * 3)).remedy


def test_one_text_may_have_ten_million_code_points_and_not_one_more(tmp_path: Path) -> None:
    assert text_module.MAX_TEXT == 10_000_000
    text = "é" * text_module.MAX_TEXT
    assert one(write(tmp_path / "longest.txt", f"{text}\n")).text == text
    error = fault(write(tmp_path / "longer.txt", f"{text}e"))
    assert "10,000,001 characters" in error.reason
    assert "JSON Lines" in error.remedy


def test_a_text_that_is_too_long_leaves_its_neighbours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_module, "MAX_TEXT", 100)
    lines = "".join(json.dumps({"text": text}) + "\n" for text in (LETTER, LETTER * 2, "Short."))
    docs, errors = split(read([write(tmp_path / "many.jsonl", lines)]))
    assert [doc.id for doc in docs] == ["many-1", "many-3"]
    assert [error.source[-2:] for error in errors] == [":2"]


def test_documents_come_as_soon_as_they_are_read(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", LETTER)
    second = write(tmp_path / "b.txt", "To be changed.")
    items = read([tmp_path])
    next(items)
    second.write_text("Changed.")
    doc = next(items)
    assert isinstance(doc, Document)
    assert doc.text == "Changed."


# JSON Lines and standard input


def test_json_lines_with_malformed_lines(tmp_path: Path) -> None:
    lines = [
        json.dumps(
            {"id": 7, "text": LETTER, "title": "T", "date": "2019-07-12", "url": "http://u.example", "lang": "en"}
        ),
        "{bad json",
        "",
        '["no object"]',
        '{"title": "no text"}',
        '{"text": "date 2018-01-02 Second \\ud800 text.", "id": null, "author": ["A", "B"]}',
        '{"text": "Third.", "date": "some day"}',
        "[" * 100_000,
        '{"text": " "}',
    ]
    path = write(tmp_path / "docs.jsonl", b"\xef\xbb\xbf" + "\n".join(lines).encode() + b"\n\xff\n")
    docs, errors = split(read([path]))
    assert [doc.id for doc in docs] == ["7", "docs-6", "docs-7"]
    assert (docs[0].title, docs[0].date, docs[0].language) == ("T", date(2019, 7, 12), "en")
    assert docs[0].source == f"{path}:1"
    assert (docs[1].text, docs[1].author, docs[1].date) == ("Second \ufffd text.", "A, B", date(2018, 1, 2))
    assert [error.source.rsplit(":")[-1] for error in errors] == ["2", "4", "5", "7", "8", "9", "10"]
    assert all(error.source.startswith(str(path)) for error in errors)


def test_json_lines_hold_one_line_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonlines, "LIMIT", 100)
    long = json.dumps({"text": "x" * 1000})
    docs, errors = split(read([write(tmp_path / "a.jsonl", f'{long}\n{{"text": "Short."}}\n{long}')]))
    assert [doc.id for doc in docs] == ["a-2"]
    assert [error.source[-2:] for error in errors] == [":1", ":3"]


@pytest.mark.parametrize("data", [b"", b"\n \n", "{}".encode("utf-16"), b"\0" * 100])
def test_json_lines_without_lines(tmp_path: Path, data: bytes) -> None:
    assert fault(write(tmp_path / "a.ndjson", data)).source.endswith("a.ndjson")


def stdin(data: str | bytes) -> tuple[list[Document], list[DocumentError]]:
    return split(read(["-"], stdin=io.BytesIO(data.encode() if isinstance(data, str) else data)))


def test_stdin_text_with_front_matter() -> None:
    docs, errors = stdin(f"---\nid: x\ndate: 2019-07-12\n---\n{LETTER}\n")
    assert (docs[0].id, docs[0].date, docs[0].text, docs[0].source) == ("x", date(2019, 7, 12), LETTER, "stdin")
    assert errors == []


def test_stdin_json_lines_and_text_that_begins_with_a_brace() -> None:
    docs, errors = stdin('\n\n {"text": "One."}\n{"text": \n{"text": "Two."}')
    assert [(doc.id, doc.source) for doc in docs] == [("stdin-3", "stdin:3"), ("stdin-5", "stdin:5")]
    assert [error.source for error in errors] == ["stdin:4"]
    docs, errors = stdin("\n{braces} are not JSON.\nMore.")
    assert [doc.text for doc in docs] == ["{braces} are not JSON.\nMore."]
    assert errors == []


def test_empty_stdin_is_reported_and_stdin_comes_last(tmp_path: Path) -> None:
    assert [error.source for error in stdin(b" \n")[1]] == ["stdin"]
    path = write(tmp_path / "a.txt", LETTER)
    docs, _ = split(read(["-", path, "-"], stdin=io.BytesIO(b"From a pipe.")))
    assert [doc.id for doc in docs] == ["a", "stdin"]


def test_stdin_defaults_to_the_process_input() -> None:
    code = "from kg.documents import read; print([d.text for d in read(['-'])])"
    run = subprocess.run([sys.executable, "-c", code], input="Piped.", capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "['Piped.']"


# HTML

PAGE = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>
<html lang="en-US"><head><title>Workers sign letter | The Paper</title>
<meta property="og:site_name" content="The Paper"><meta name="author" content="Ann Lee">
<meta property="article:published_time" content="2019-07-12T23:00:00-07:00">
<link rel="canonical" href="https://paper.example/a/letter"></head>
<body><nav><a href="/">Home</a> <a href="/x">Sport</a></nav><article><h1>Workers sign letter</h1>
<p>More than 450 Amazon
employees signed a letter to <b>Jeff Bezos</b>.</p><p>They asked him<br>to stop.<br/><br/>He did&nbsp;not.</p>
<table><tr><th>Supplier</th><th>Buyer</th></tr><tr><td>Amazon</td><td>CIA</td></tr></table>
</article><aside><time datetime="2001-01-01">old</time></aside>
<footer>Copyright 2021. 3 March 2020</footer></body></html>"""


def test_html_main_text_and_metadata(tmp_path: Path) -> None:
    doc = one(write(tmp_path / "page.html", PAGE))
    assert (doc.id, doc.title, doc.author, doc.publisher) == ("page", "Workers sign letter", "Ann Lee", "The Paper")
    assert (doc.date, doc.url, doc.language) == (date(2019, 7, 12), "https://paper.example/a/letter", "en-US")
    parts = doc.text.split("\n\n")
    assert LETTER in parts
    assert "They asked him\nto stop." in parts
    assert "Amazon | CIA" in parts
    assert not {"Home", "Sport", "Copyright"} & set(doc.text.split())


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("", None),
        ('<meta name="date" content="2019-07">', None),
        ('<meta name="date" content="03/04/2019">', None),
        ('<meta name="DC.date" content="12 July 2019">', date(2019, 7, 12)),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2019-07-12"}</script>',
            date(2019, 7, 12),
        ),
        ('<link rel="canonical" href="https://p.example/2019/07/12/letter">', date(2019, 7, 12)),
        ('<time class="updated" datetime="2020-01-01">now</time>', None),
        ('<time datetime="2019-07-12T10:00">Friday</time>', date(2019, 7, 12)),
        ('<p class="post-date">Published July 12, 2019, 9:00 am EDT</p>', date(2019, 7, 12)),
    ],
)
def test_html_dates_are_stated_never_guessed(tmp_path: Path, stated: str, expected: date | None) -> None:
    plain = PAGE.replace('<meta property="article:published_time" content="2019-07-12T23:00:00-07:00">', "")
    where = "<article>" if stated.startswith(("<time", "<p")) else "<head>"
    assert one(write(tmp_path / "page.html", plain.replace(where, where + stated))).date == expected


def test_html_in_a_declared_encoding_and_as_a_fragment(tmp_path: Path) -> None:
    page = '<html><head><meta charset="iso-8859-2"></head><body><p>Pracownicy spółki żądali.</p></body></html>'
    assert "Pracownicy spółki żądali." in one(write(tmp_path / "a.htm", page.encode("iso-8859-2"))).text
    page = '<html><head><meta charset="latin1"></head><body><p>Amazon employees’ “letter”.</p></body></html>'
    assert one(write(tmp_path / "b.htm", page.encode("cp1252"))).text == "Amazon employees’ “letter”."
    page = f'<html><head><meta charset="rot13"></head><body><p>{LETTER} Café.</p></body></html>'
    assert one(write(tmp_path / "c.htm", page.encode("cp1252"))).text == f"{LETTER} Café."
    assert one(write(tmp_path / "d.html", f"<p>{LETTER}</p>")).text == LETTER


@pytest.mark.parametrize("page", ["", " \n", "<html><body></body></html>", "<html><script>var a=1</script></html>"])
def test_html_without_text_is_reported(tmp_path: Path, page: str) -> None:
    assert "text" in str(fault(write(tmp_path / "a.html", page)))


# PDF


def test_pdf_text_is_reflowed(tmp_path: Path) -> None:
    first = [
        "The Daily Paper 12",
        "Workers sign letter",
        "More than 450 Amazon employees signed a letter to Jeff Bezos, the com-",
        "pany\\222s chief executive, in which they asked him to stop selling self-",
        "driving cars and facial recognition software to the police.",
        "He declined.",
        "In July the self-driving unit of the company was closed, employees said",
    ]
    second = ["The Daily Paper 13", "on Monday, and nobody knows why.", "2"]
    third = ["The Daily Paper 14", "A third page ends it.", "Page 3 of 3"]
    info = "/Title (The letter) /Author (Ann Lee) /CreationDate (D:20200101000000Z)"
    doc = one(write(tmp_path / "a.pdf", pdf(first, second, third, info=info)))
    assert doc.text.split("\n\n") == [
        "Workers sign letter",
        "More than 450 Amazon employees signed a letter to Jeff Bezos, the company’s chief executive, in which they "
        "asked him to stop selling self-driving cars and facial recognition software to the police.",
        "He declined.",
        "In July the self-driving unit of the company was closed, employees said on Monday, and nobody knows why.",
        "A third page ends it.",
    ]
    assert (doc.title, doc.author, doc.language, doc.date) == ("The letter", "Ann Lee", "en-GB", None)


def _blank() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    return _bytes(writer)


def _bytes(writer: PdfWriter) -> bytes:
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _encrypted(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf([LETTER]))))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    return _bytes(writer)


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (_blank, "without text, probably a scan", "ocrmypdf"),
        (lambda: _encrypted("secret"), "protected by a password", "qpdf --decrypt"),
        (lambda: b"%PDF-1.4 rubbish", "damaged PDF", "export"),
        (lambda: b"<html>not a PDF</html>", "damaged PDF", "export"),
        (lambda: b"", "is empty", "again"),
    ],
)
def test_bad_pdfs_are_explained(tmp_path: Path, make: Callable[[], bytes], reason: str, remedy: str) -> None:
    error = fault(write(tmp_path / "a.pdf", make()))
    assert reason in error.reason
    assert remedy in error.remedy


def test_a_pdf_without_user_password_is_read(tmp_path: Path) -> None:
    assert one(write(tmp_path / "a.pdf", _encrypted(""))).text == LETTER


def test_damaged_pdfs_never_stop_the_run_and_libraries_stay_quiet(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    rng, whole = random.Random(3), pdf([LETTER, "Second line."], ["Second page."], info="/Title (x)")
    for round_ in range(150):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 30)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        if round_ % 3 == 0:
            del data[rng.randrange(len(data)) :]
        assert list(read([write(tmp_path / "a.pdf", bytes(data))]))
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger("pypdf").level == logging.NOTSET


# Word


def test_docx_paragraphs_tables_and_properties(tmp_path: Path) -> None:
    doc = one(word(tmp_path / "letter.docx"))
    assert doc.text == f"{LETTER}\n\nSupplier | Buyer\n\nAmazon | CIA\n\nThey asked him to stop."
    assert (doc.title, doc.author, doc.language, doc.date) == ("The letter", "Ann Lee", "en-GB", None)


def test_docx_with_a_leading_date_line(tmp_path: Path) -> None:
    file = docx.Document()
    file.add_paragraph("date 2019-07-12")
    file.add_paragraph(LETTER)
    file.save(str(tmp_path / "a.docx"))
    doc = one(tmp_path / "a.docx")
    assert (doc.date, doc.text, doc.author) == (date(2019, 7, 12), LETTER, None)


def test_docx_keeps_insertions_and_drops_deletions(tmp_path: Path) -> None:
    path = word(tmp_path / "a.docx")
    old = f"<w:r><w:t>{LETTER}</w:t></w:r>"
    tracked = "<w:ins><w:r><w:t>New</w:t></w:r></w:ins><w:del><w:r><w:delText>Old</w:delText></w:r></w:del>"
    _rewrite(path, "word/document.xml", lambda xml: xml.replace(old.encode(), tracked.encode()))
    assert one(path).text.startswith("New\n\n")


def _rewrite(path: Path, member: str, change: Callable[[bytes], bytes]) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    changed = change(parts[member])
    assert changed != parts[member]
    parts[member] = changed
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def test_bad_word_files_are_explained(tmp_path: Path) -> None:
    assert "old or password" in fault(write(tmp_path / "a.docx", b"\xd0\xcf\x11\xe0" + b"\0" * 600)).reason
    assert "damaged" in fault(write(tmp_path / "b.docx", b"no zip")).reason
    assert "is empty" in fault(write(tmp_path / "c.docx", b"")).reason
    docx.Document().save(str(tmp_path / "d.docx"))
    assert "without text" in fault(tmp_path / "d.docx").reason
    with zipfile.ZipFile(tmp_path / "e.docx", "w") as archive:
        archive.writestr("x.txt", "no Word file")
    assert "damaged" in fault(tmp_path / "e.docx").reason
    _rewrite(word(tmp_path / "f.docx"), "word/document.xml", lambda xml: xml[:200])
    assert "damaged" in fault(tmp_path / "f.docx").reason


def test_word_files_with_damaged_parts_never_stop_the_run(tmp_path: Path) -> None:
    rng, path = random.Random(9), tmp_path / "a.docx"

    def damage(xml: bytes) -> bytes:
        data = bytearray(xml)
        start = rng.randrange(len(data))
        data[start : start + rng.randint(1, 30)] = rng.choice([b"", b"\1", b"<xx"])
        return bytes(data)

    for member in ("[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels", "docProps/core.xml") * 25:
        _rewrite(word(path), member, damage)
        assert list(read([path]))


def test_damaged_word_files_never_stop_the_run(tmp_path: Path) -> None:
    rng, whole = random.Random(5), word(tmp_path / "whole.docx").read_bytes()
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 40)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        assert list(read([write(tmp_path / "a.docx", bytes(data))]))


def test_heavy_libraries_are_only_imported_where_they_are_needed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", LETTER)
    code = (
        "import sys; from kg.documents import read; list(read([sys.argv[1]]));"
        "print({'trafilatura', 'pypdf', 'docx', 'lxml', 'charset_normalizer', 'yaml', 'dateutil'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
