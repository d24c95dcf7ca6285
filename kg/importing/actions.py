"""Reads `actions.json` of the Collective Action in Tech archive: one document a record, its coded fields as statements.

What a field becomes: `actions` the classes and forms of events (one event for each class named), `companies` those
whose conduct the action challenges, `employment_types` a collective that took part, `workers` how many took part,
`struggles` and `tags` causes, `locations` places, `date` the day, `sources` the address of the document. All of it has
occurred.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from kg.errors import DocumentError, UsageError
from kg.extract.names import load_names
from kg.importing.pages import Page, Place, slug
from kg.model import Count, Document, Literal, Statement, TimeSpan, content_hash

PUBLISHER = "Collective Action in Tech"

KINDS = {
    "protest": ("Protest", None),
    "strike": ("Protest", "strike"),
    "walkout": ("Protest", "walkout"),
    "boycott": ("Protest", "boycott"),
    "resignation": ("Protest", "resignation"),
    "open letter": ("Petition", "open-letter"),
    "petition": ("Petition", "petition"),
    "union drive": ("UnionAction", "union-drive"),
    "union representation": ("UnionAction", "union-recognition"),
    "union contract": ("UnionAction", "union-contract"),
    "legal action": ("LegalAction", None),
}
"""Kind of action -> class and form; the vocabulary has no class for other kinds, such as making resources."""

_IDS = {"Place": "place", "Cause": "cause", "Collective": "group", "Petition": "petition",
        "Protest": "protest", "UnionAction": "union-action", "LegalAction": "legal-action"}  # fmt: skip
_ORGANIZATIONS = frozenset(
    {"Company", "Organization", "CivilSocietyGroup", "University", "Union", "GovernmentBody", "NewsOutlet"}
)
_NOTHING = frozenset({"na", "n/a", "none", "worldwide", ""})
_SHORT = {"usa": "United States", "uk": "United Kingdom"}
_LISTS = ("actions", "companies", "employment_types", "struggles", "tags", "locations", "sources", "author")


def read_actions(
    path: Path, problems: list[DocumentError], *, mark: str = ""
) -> list[tuple[Document, list[Statement]]]:
    """Return a document with statements for each record; records that cannot be used are added to `problems`.

    Raises UsageError where the file is not a JSON list of records.
    """
    try:
        records = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise UsageError(f"{path}: not readable as JSON ({error}); give a list of records") from error
    if not isinstance(records, list):
        raise UsageError(f"{path}: not a list of records; give the archive's actions.json")
    found: dict[str, tuple[Document, list[Statement]]] = {}
    for number, record in enumerate(records):
        where = f"{path}#{number + 1}"
        try:
            document, said = _Record(path, record, mark).read()
        except ValueError as error:
            problems.append(DocumentError(where, str(error), "correct the record; the others were imported"))
            continue
        if document.id in found:
            problems.append(DocumentError(where, f"the id {record['id']} occurs twice", "give each record its own"))
        found.setdefault(document.id, (document, said))
    return list(found.values())


@dataclass(frozen=True, slots=True)
class _Thing:
    """A node with the words that name it."""

    node: str
    label: str
    place: Place


class _Record:
    def __init__(self, path: Path, record: Any, mark: str) -> None:
        if not isinstance(record, dict) or "id" not in record:
            raise ValueError("not a record with an id")
        self._record = record
        self._id = f"cait-{slug(str(record['id'])) or content_hash(record['id'])}"
        self._source = f"{mark}{path.resolve()}#{record['id']}"
        self._page = Page("import/actions")
        self._places: dict[str, list[tuple[str, Place]]] = {}

    def read(self) -> tuple[Document, list[Statement]]:
        if not any(kind.casefold() in KINDS for kind in self._values("actions")):
            given = ", ".join(self._values("actions")) or "nothing"
            raise ValueError(f"'actions' has {given}; known are {', '.join(KINDS)}")
        day, raw = self._day()
        self._page.text(f"{str(self._record.get('description') or '').strip()}\n\n")
        [when] = self._page.line("date", [raw]) if raw else [None]
        for name in _LISTS:
            values = self._values(name)
            self._places[name] = list(zip(values, self._page.line(name, values), strict=True)) if values else []
        size = self._size()
        parts = self._parts(size)
        for cls, kinds in self._classes().items():
            self._event(cls, kinds, parts, (day, raw, when) if when else None)
        urls = [url for url in self._values("sources") if url.startswith(("http://", "https://"))]
        document = Document(
            self._id, self._page.content, title=f"Archive record {self._record['id']}", url=next(iter(urls), None),
            publisher=PUBLISHER, author=", ".join(self._values("author")) or None, language="en", source=self._source,
        )  # fmt: skip
        return document, self._page.statements(document)

    def _values(self, name: str) -> list[str]:
        found = self._record.get(name)
        listed = found if isinstance(found, list) else [] if found is None else [found]
        return [" ".join(str(value).split()) for value in listed if str(value).strip().casefold() not in _NOTHING]

    def _day(self) -> tuple[TimeSpan | None, str]:
        raw = str(self._record.get("date") or "").strip()
        if not raw:
            return None, ""
        try:
            numbers = [int(part) for part in raw.replace("-", "/").split("/")]
            day = date(*numbers)
        except (TypeError, ValueError):
            raise ValueError(f"the date {raw!r} is none; write YYYY/MM/DD") from None
        return TimeSpan(raw, day, day, "day"), raw

    def _size(self) -> tuple[Count, Place] | None:
        workers = self._record.get("workers")
        if workers is None:
            return None
        if not isinstance(workers, int) or workers < 0:
            raise ValueError(f"'workers' is {workers!r}, no number of people")
        [place] = self._page.line("workers", [str(workers)])
        return Count(str(workers), "exact", workers, workers, workers), place

    def _classes(self) -> dict[str, list[tuple[str, str | None, Place]]]:
        """Return class -> kinds of it that the record names, each with its form."""
        found: dict[str, list[tuple[str, str | None, Place]]] = {}
        for kind, place in self._places["actions"]:
            if kind.casefold() in KINDS:
                cls, form = KINDS[kind.casefold()]
                found.setdefault(cls, []).append((kind, form, place))
        return found

    def _parts(self, size: tuple[Count, Place] | None) -> dict[str, list[_Thing]]:
        """State who and what occurs in the record, whatever its events are."""
        companies = [self._known(name, place, "Company") for name, place in self._places["companies"]]
        places = [self._known(_town(name), place, "Place") for name, place in self._places["locations"]]
        about = [*self._places["struggles"], *self._places["tags"]]
        topics = {name.replace("_", " "): place for name, place in reversed(about)}
        causes = [self._thing("Cause", name, place) for name, place in topics.items() if name not in _listed("Company")]
        group = list(self._group(companies, size))
        return {"cag:target": companies, "cag:place": places, "cag:concerns": causes, "cag:participant": group}

    def _group(self, companies: list[_Thing], size: tuple[Count, Place] | None) -> Iterator[_Thing]:
        if not (types := self._places["employment_types"]) and size is None:
            return
        words = " and ".join(name for name, _ in types) or "workers"
        at = f" at {' and '.join(company.label for company in companies)}" if companies else ""
        place = (types[0][1][0], types[-1][1][1]) if types else size[1] if size else (0, 0)
        group = self._thing("Collective", f"{words}{at}", place)
        for company in companies:
            self._page.say(group.node, "cag:memberAffiliation", company.node, company.place)
        if size:
            self._page.say(group.node, "cag:size", size[0], size[1])
        yield group

    def _known(self, name: str, place: Place, cls: str) -> _Thing:
        """Return a company or place under the name, class and Wikidata item of the shipped lists, where it is there."""
        entry = _listed(cls).get(name.casefold())
        cls, label, wikidata = entry or (cls, name if name != name.lower() else name.title(), None)
        thing = self._thing(cls, label, place)
        if label.casefold() != name.casefold():
            self._page.say(thing.node, "skos:altLabel", Literal(name), place)
        if wikidata:
            self._page.say(thing.node, "owl:sameAs", f"wd:{wikidata}", place)
        return thing

    def _thing(self, cls: str, label: str, place: Place) -> _Thing:
        node = f"{_IDS.get(cls, 'org')}/{slug(label)}-{content_hash(self._id, cls, label, length=8)}"
        self._page.say(node, "rdf:type", f"cag:{cls}", place)
        self._page.say(node, "rdfs:label", Literal(label), place)
        return _Thing(node, label, place)

    def _event(
        self, cls: str, kinds: list[tuple[str, str | None, Place]], parts: dict[str, list[_Thing]],
        time: tuple[TimeSpan | None, str, Place] | None,
    ) -> None:  # fmt: skip
        page, first = self._page, kinds[0][2]
        node = f"{_IDS[cls]}/{self._id}"
        targets = " and ".join(company.label for company in parts["cag:target"])
        year = f", {time[1][:4]}" if time else ""
        label = f"{kinds[0][0].capitalize()} at {targets}{year}" if targets else f"{kinds[0][0].capitalize()}{year}"
        page.say(node, "rdf:type", f"cag:{cls}", first)
        page.say(node, "rdfs:label", Literal(label), first)
        # The archive lists what took place.
        page.say(node, "cag:status", "status:occurred", first)
        forms = [(form, place) for _, form, place in kinds if form] or [("other", first)]
        for form, place in forms:
            page.say(node, "cag:form", f"form:{form}", place)
        for predicate, things in parts.items():
            for thing in things:
                page.say(node, predicate, thing.node, thing.place)
        if time and time[0]:
            page.say(node, "cag:when", time[0], time[2])
            page.say(node, "schema:startDate", Literal(time[0].earliest.isoformat(), "xsd:date"), time[2])


def _town(location: str) -> str:
    """Return the narrowest part of `san francisco-california-usa`."""
    first = location.partition("-")[0].strip()
    return _SHORT.get(first.casefold(), first)


@cache
def _listed(cls: str) -> dict[str, tuple[str, str, str | None]]:
    """Return lower-case form -> class, name and Wikidata item of the shipped names: places, or organizations."""
    found: dict[str, tuple[str, str, str | None]] = {}
    for entry in load_names().entries:
        if (entry.type == "Place") is (cls == "Place") and (entry.type == "Place" or entry.type in _ORGANIZATIONS):
            for form in entry.forms:
                found.setdefault(form.casefold(), (entry.type, entry.name, entry.wikidata or None))
    return found
