"""Makes a dossier of one name from the graph: what it is, its roles, and its facts in time order with evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

from kg import vocab
from kg.errors import UsageError
from kg.facts import Fact, Index, facts
from kg.store import Store

_PROFILE = ("cag:form", "cag:status", "schema:startDate", "cag:when", "cag:size", "cag:contractValue", "cag:subject",
            "cag:place", "schema:identifier")  # fmt: skip
_NAMES = ("rdfs:label", "skos:altLabel")
_FUZZY, _CLEAR = 70.0, 12.0
_ROLES = frozenset(
    ("cag:organizer", "cag:participant", "cag:signatory", "cag:target", "cag:addressee", "cag:concerns", "cag:speaker",
     "cag:supplier", "cag:buyer", "cag:covers", "cag:place", "cag:demands")
)  # fmt: skip
_IMPLIED = frozenset(
    {"rdf:type", "rdfs:label", "skos:altLabel", "org:member", "org:organization", "org:role", "owl:sameAs"}
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node that a name may mean; `id` is what to type to mean exactly this one."""

    id: str
    label: str
    cls: str


@dataclass(frozen=True, slots=True)
class Quote:
    """The words that prove a fact, with their source; `date` is the day of publication."""

    text: str
    document: str
    title: str
    publisher: str
    date: str
    url: str
    confidence: float
    factuality: str
    attributed_to: str


@dataclass(frozen=True, slots=True)
class DossierFact:
    """A triple in words, when it happened (ISO; else "" and `reported` says when it was told), with its quotes."""

    date: str
    reported: str
    subject: str
    predicate: str
    object: str
    quotes: list[Quote]


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that the graph knows of one node; `profile` maps a property to its values in words."""

    id: str
    iri: str
    label: str
    cls: str
    aliases: list[str]
    same_as: list[str]
    profile: dict[str, list[str]] = field(default_factory=dict)
    roles: list[str] = field(default_factory=list)
    facts: list[DossierFact] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the dossier as plain dicts and lists."""
        return asdict(self)


def candidates(store: Store, name: str, *, limit: int = 12) -> list[Candidate]:
    """Return what `name` may mean, by the first test that finds anything.

    The tests: its IRI or id; its exact name or other name; the same without regard to case; a name that has all the
    words; a similar name (rapidfuzz). The last two sort the nearest first.
    """
    known = Index(store.names())
    iri = vocab.iri(name) if "/" in name and " " not in name else ""
    if iri and known.class_of(iri):
        return [_candidate(known, iri)]
    names = [(text, node) for node in known.things() for key in _NAMES for text in known.all(node, key)]
    folded = name.casefold().strip()
    for found in (
        [node for text, node in names if text == name],
        [node for text, node in names if text.casefold() == folded],
        _with_words(names, folded),
        _similar(names, folded),
    ):
        if found:
            return [_candidate(known, node) for node in dict.fromkeys(found)][:limit]
    return []


def _with_words(names: list[tuple[str, str]], folded: str) -> list[str]:
    words = set(folded.split())
    found = [(len(text), node) for text, node in names if words and words <= set(text.casefold().split())]
    return [node for _, node in sorted(found)]


def _similar(names: list[tuple[str, str]], folded: str) -> list[str]:
    from rapidfuzz import fuzz, process

    texts = [text.casefold() for text, _ in names]
    found = process.extract(folded, texts, scorer=fuzz.token_sort_ratio, limit=40, score_cutoff=_FUZZY)
    best = max((score for _, score, _ in found), default=0.0)
    return [names[index][1] for _, score, index in found if score > best - _CLEAR]


def _candidate(known: Index, iri: str) -> Candidate:
    return Candidate(_id(iri), known.label(iri), known.class_of(iri))


def _id(iri: str) -> str:
    return iri.removeprefix(vocab.ID_BASE)


def find(store: Store, name: str) -> str:
    """Return the IRI that `name` means; raises UsageError listing the candidates where that is not one node."""
    found = candidates(store, name)
    if len(found) == 1:
        return vocab.iri(found[0].id)
    if not found:
        raise UsageError(
            f"{name}: nothing in the graph has this or a similar name; `kg query --saved actors` lists names"
        )
    listed = "\n".join(f"  {c.id}  ({c.cls}) {c.label}" for c in found)
    raise UsageError(f"{name}: this may be {len(found)} things; show one of them by its id:\n{listed}")


def dossier(store: Store, name: str) -> Dossier:
    """Return the dossier of what `name` means; raises UsageError as `find` does."""
    iri = find(store, name)
    store = store.around(iri)
    known = Index(store)
    profile = {key: [_say(known, value) for value in known.all(iri, key)] for key in _PROFILE if known.all(iri, key)}
    told = [*facts(store, subject=iri), *facts(store, object_=iri)]
    label = known.label(iri)
    return Dossier(
        id=_id(iri),
        iri=iri,
        label=label,
        cls=known.class_of(iri),
        aliases=[name for key in _NAMES for name in known.all(iri, key) if name != label],
        same_as=known.all(iri, "owl:sameAs"),
        profile={key.partition(":")[2]: values for key, values in profile.items()},
        roles=_roles(known, iri, told),
        facts=_facts(known, told),
    )


def _roles(known: Index, iri: str, told: Iterable[Fact]) -> list[str]:
    """Return "signatory of …", "chief executive of …" for each role that the node has elsewhere, in time order."""
    found: dict[tuple[str, str], None] = {}
    for fact in told:
        if fact.object == iri and not fact.literal and fact.factuality != "negated":
            if fact.predicate == "org:member":
                titles = ", ".join(known.all(fact.subject, "org:role")) or "member"
                for organization in known.all(fact.subject, "org:organization"):
                    found["9999", f"{titles} of {known.label(organization)}"] = None
            elif fact.predicate in _ROLES:
                date = known.first(fact.subject, "schema:startDate")
                when = f" ({date})" if date else ""
                found[date or "9999", f"{_words(fact.predicate)} of {known.label(fact.subject)}{when}"] = None
    return [text for _, text in sorted(found)]


def _facts(known: Index, told: Iterable[Fact]) -> list[DossierFact]:
    grouped: dict[tuple[str, str, str], list[Fact]] = {}
    for fact in told:
        if fact.predicate not in _IMPLIED:
            grouped.setdefault((fact.subject, fact.predicate, fact.object), []).append(fact)
    result = []
    for (subject, predicate, object_), group in grouped.items():
        unique = {fact.assertion: fact for fact in group}.values()
        reported = min((fact.source.date for fact in unique if fact.source.date), default="")
        text = object_ if group[0].literal else _say(known, object_)
        result.append(
            DossierFact(
                known.first(subject, "schema:startDate"), reported, known.label(subject), _words(predicate), text,
                [_quote(known, fact) for fact in unique],
            )
        )  # fmt: skip
    return sorted(
        result, key=lambda fact: (fact.date or fact.reported or "9999", fact.subject, fact.predicate, fact.object)
    )


def _quote(known: Index, fact: Fact) -> Quote:
    source = fact.source
    by = known.label(fact.attributed_to) if fact.attributed_to else ""
    return Quote(fact.quote, source.id, source.title, source.publisher, source.date, source.url, fact.confidence,
                 fact.factuality, by)  # fmt: skip


def _say(known: Index, value: str) -> str:
    return known.label(value) if value.startswith(("http://", "https://")) else value


def _words(predicate: str) -> str:
    """Return a property in words: `cag:inResponseTo` -> `in response to`."""
    local = predicate.partition(":")[2] or predicate
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in local)


def text(found: Dossier) -> str:
    """Return the dossier as plain text."""
    lines = [f"{found.label} — {found.cls}", f"  {found.iri}"]
    for title, values in (("also", found.aliases), ("same as", found.same_as), *found.profile.items()):
        if values:
            lines.append(f"  {title}: {'; '.join(values)}")
    if found.roles:
        lines += ["", "Roles", *(f"  {role}" for role in found.roles)]
    if found.facts:
        lines += ["", "Facts"]
    for fact in found.facts:
        lines.append(f"  {_when(fact) or 'undated':14}{fact.subject} · {fact.predicate} · {fact.object}{_doubt(fact)}")
        lines += [f"  {'':14}“{_flat(quote.text)}” — {_origin(quote)}" for quote in fact.quotes]
    return "\n".join(lines) + "\n"


def markdown(found: Dossier) -> str:
    """Return the dossier as Markdown."""
    lines = [f"# {_escape(found.label)}", "", f"*{found.cls}* · <{found.iri}>", ""]
    for title, values in (("also", found.aliases), ("same as", found.same_as), *found.profile.items()):
        if values:
            lines.append(f"- **{title}**: {_escape('; '.join(values))}")
    if found.roles:
        lines += ["", "## Roles", "", *(f"- {_escape(role)}" for role in found.roles)]
    if found.facts:
        lines += ["", "## Facts"]
    for fact in found.facts:
        said = f"{fact.subject} · {fact.predicate} · {fact.object}{_doubt(fact)}"
        lines += ["", f"- **{_when(fact) or 'undated'}** {_escape(said)}"]
        lines += [f"  > {_escape(_flat(quote.text))} — {_escape(_origin(quote))}" for quote in fact.quotes]
    return "\n".join(lines) + "\n"


def html(found: Dossier) -> str:
    """Return the dossier as one HTML page that needs no network and runs no script."""
    head = f"<p>{_inert(found.cls)} · <code>{_inert(found.iri)}</code></p>"
    parts = [f"<h1 dir='auto'>{_inert(found.label)}</h1>", head]
    lists = [(name, values) for name, values in (("also", found.aliases), *found.profile.items()) if values]
    rows = [f"<dt>{_inert(_words(name))}</dt><dd dir='auto'>{_inert('; '.join(values))}</dd>" for name, values in lists]
    if found.same_as:
        rows.append(f"<dt>same as</dt><dd>{', '.join(_anchor(address, address) for address in found.same_as)}</dd>")
    if rows:
        parts.append(f"<dl>{''.join(rows)}</dl>")
    if found.roles:
        parts.append(f"<h2>Roles</h2><ul>{''.join(f'<li dir=auto>{_inert(role)}</li>' for role in found.roles)}</ul>")
    if found.facts:
        parts.append(f"<h2>Facts</h2><ol>{''.join(_html_fact(fact) for fact in found.facts)}</ol>")
    values = {"title": _inert(found.label), "body": "\n".join(parts)}
    return re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], _PAGE)


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{{title}}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
body { overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; }
dt { font-weight: 600; } dd { margin: 0; }
ol { list-style: none; padding: 0; } li { margin: .5rem 0; } blockquote { margin: .2rem 0 .2rem 1.5rem; }
</style>
</head>
<body>
<main>
{{body}}
</main>
</body>
</html>
"""


def _html_fact(fact: DossierFact) -> str:
    said = f"<strong>{_inert(_when(fact) or 'undated')}</strong> <span dir='auto'>{_inert(fact.subject)}</span> · "
    said += f"{_inert(fact.predicate)} · <span dir='auto'>{_inert(fact.object)}</span>{_inert(_doubt(fact))}"
    quotes = (
        f"<blockquote dir='auto'>“{_inert(_flat(quote.text))}” — {_anchor(quote.url, _origin(quote))}</blockquote>"
        for quote in fact.quotes
    )
    return f"<li>{said}{''.join(quotes)}</li>"


def _anchor(address: str, words: str) -> str:
    """Link to a web address; anything else is only shown."""
    if not address.startswith(("http://", "https://")):
        return _inert(words)
    return f'<a href="{_inert(address)}" rel="noopener noreferrer nofollow">{_inert(words)}</a>'


def _inert(words: str) -> str:
    return escape(words).encode("utf-8", "replace").decode()


def _when(fact: DossierFact) -> str:
    return fact.date or (f"({fact.reported})" if fact.reported else "")


def _doubt(fact: DossierFact) -> str:
    kinds = sorted({quote.factuality for quote in fact.quotes} - {"certain"})
    return f" [{', '.join(kinds)}]" if kinds else ""


def _origin(quote: Quote) -> str:
    said = f", according to {quote.attributed_to}" if quote.attributed_to else ""
    return ", ".join(part for part in (quote.publisher, quote.title or quote.document, quote.date) if part) + said


def _flat(words: str) -> str:
    return " ".join(words.split())


def _escape(words: str) -> str:
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#|" else letter for letter in _flat(words))
