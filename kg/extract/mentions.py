"""Finds the names and groups of people in a parsed text and says what each is: the candidates for every role."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from kg.extract import data, kinds
from kg.extract.discourse import Discourse, Referent, normal
from kg.extract.grammar import coordinated
from kg.extract.kinds import GRAMMAR, MODEL, WORDS, Kind
from kg.extract.names import KnownName, NameList, NameMatch
from kg.extract.nlp import Chunk, Doc, Token

NAME_LABELS = frozenset({"PERSON", "ORG", "PRODUCT", "GPE", "LOC", "FAC"})
_EDGE = "\"'“”‘’«»()[]{},;:!?*_|/\\…-–— \t\n\xa0"
_ACRONYM = re.compile(r"[A-Z][A-Za-z&.\-]{1,9}$")


@dataclass(slots=True)
class Scene:
    """A chunk with what was found in it: the referent of each token of a name, and the document's discourse.

    `named` maps a token index to its referent, `spans` to the token range [first, last] of the whole name. `taken` are
    tokens that belong to a group of people whose phrase has been read. `shown` are the referents whose class
    rests on more than the model's label. `lower` are the tokens in lower case.
    """

    chunk: Chunk
    text: str
    discourse: Discourse
    named: dict[int, Referent] = field(default_factory=dict)
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    groups: dict[int, Referent | None] = field(default_factory=dict)
    shown: set[Referent] = field(default_factory=set)
    lower: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.lower = [token.lower_ for token in self.chunk.doc]

    @property
    def doc(self) -> Doc:
        """Return the parsed piece of text."""
        return self.chunk.doc

    def chars(self, first: int, last: int) -> tuple[int, int]:
        """Return the document offsets of the tokens first..last (both inclusive)."""
        end = self.doc[last]
        return self.chunk.offset + self.doc[first].idx, self.chunk.offset + end.idx + len(end)

    def enter(self, referent: Referent, first: int, last: int) -> None:
        """Let the tokens first..last (both inclusive) name a referent."""
        for i in range(first, last + 1):
            self.named[i], self.spans[i] = referent, (first, last)

    def enter_chars(self, referent: Referent, start: int, end: int) -> None:
        """Let the tokens within some code points of the document name a referent."""
        span = self.doc.char_span(start - self.chunk.offset, end - self.chunk.offset, alignment_mode="expand")
        if span is not None:
            self.enter(referent, span.start, span.end - 1)

    def surface(self, first: int, last: int) -> str:
        """Return the document's own words for the tokens first..last."""
        start, end = self.chars(first, last)
        return self.text[start:end]


@dataclass(frozen=True, slots=True)
class _Found:
    first: int
    last: int
    cls: str
    known: KnownName | None
    sure: int = WORDS


def read_names(scene: Scene, names: NameList, *, listed_only: Sequence[tuple[int, int]] = ()) -> None:
    """Enter all names of the scene into its discourse: listed ones first, then those the model or the tags suggest.

    In the stretches `listed_only` (half-open offsets in the chunk) neither the model's own suggestions are taken nor
    what stands alone in brackets.
    """
    covered = set(scene.named)
    found: list[_Found] = []
    for candidate in _candidates(scene, names):
        start = scene.doc[candidate.first].idx
        weak = candidate.known is None or _is_bracketed(scene, candidate)
        if weak and any(a <= start < b for a, b in listed_only):
            continue
        if any(i in covered for i in range(candidate.first, candidate.last + 1)):
            continue
        covered.update(range(candidate.first, candidate.last + 1))
        found.append(candidate)
    full: dict[str, Referent] = {}
    for item in _agreed(scene.doc, sorted(found, key=lambda f: f.first)):
        start, end = scene.chars(item.first, item.last)
        head = scene.doc[item.last].lower_
        if item.first == item.last and item.known is None and head in full:
            referent = full[head]
            scene.discourse.alias(referent, scene.text[start:end], (start, end))
        else:
            referent = scene.discourse.name(scene.text[start:end], item.cls, (start, end), item.known)
        if item.last > item.first and head in kinds.bodies():
            full[head] = referent
        if item.sure > MODEL:
            scene.shown.add(referent)
        scene.enter(referent, item.first, item.last)
    _read_acronyms(scene)


def _is_bracketed(scene: Scene, name: _Found) -> bool:
    """Return whether a name alone stands in brackets, like whose funds they are: "(Navy)"."""
    around = scene.lower[name.first - 1 : name.first] + scene.lower[name.last + 1 : name.last + 2]
    return around == ["(", ")"]


def _agreed(doc: Doc, found: list[_Found]) -> list[_Found]:
    """Give all mentions of one name the class that the clearest of them shows, and a surname its person's."""
    shown = {f.last: Kind(f.cls, f.sure) for f in found}
    surnames = {doc[f.last].lower_ for f in found if f.cls == "Person" and f.last > f.first}
    best: dict[str, Kind] = {}
    for item in found:
        if (own := _own_kind(doc, item, shown, surnames)) is not None:
            key = _key(doc, item)
            best[key] = max(best.get(key, own), own, key=lambda kind: kind.sure)
    return [_as(item, best.get(_key(doc, item))) for item in found]


def _key(doc: Doc, item: _Found) -> str:
    return normal(item.known.name if item.known else doc[item.first : item.last + 1].text)


def _as(item: _Found, kind: Kind | None) -> _Found:
    return item if kind is None else replace(item, cls=kind.cls, sure=kind.sure)


def _own_kind(doc: Doc, item: _Found, shown: dict[int, Kind], surnames: set[str]) -> Kind | None:
    """Return what one mention shows of its name; None for a listed name of one class only."""
    last = doc[item.last]
    if item.known is not None:
        return kinds.platform(last, item.cls) if item.known.name in data.words("types", "platforms") else None
    if item.first == item.last and item.sure < WORDS and last.lower_ in surnames:
        return Kind("Person", WORDS)
    if item.sure < GRAMMAR and item.cls != "Person":
        for other in coordinated(last):
            kind = shown.get(other.i)
            if kind is not None and kind.sure >= GRAMMAR and kind.cls != "Person":
                return Kind(kind.cls, GRAMMAR)
    return Kind(item.cls, item.sure)


def _candidates(scene: Scene, names: NameList) -> Iterable[_Found]:
    doc = scene.doc
    matches = [(m, doc.char_span(m.start, m.end, alignment_mode="expand")) for m in names.find(doc.text)]
    listed = {span.end - 1 for _, span in matches if span is not None}
    yield from (office for office in _offices(scene) if office.last not in listed)
    yield from _possessed(scene)
    yield from _introduced(scene)
    for match, span in matches:
        if span is not None and _supported(doc, match, span.start, span.end - 1):
            yield _widened(doc, span.start, span.end - 1, match.entry)
    common = {token.text for token in doc if token.pos_ != "PROPN" and token.text.islower()}
    ends = sorted((e for e in doc.ents if e.label_ in NAME_LABELS), key=lambda e: (-len(e), e.start))
    for ent in ends:
        trimmed = _trim(doc, ent.start, ent.end - 1)
        if trimmed and _is_name(doc, *trimmed) and not _is_no_actor(doc, *trimmed, common):
            found = kinds.kind(doc, *trimmed, ent.label_)
            yield _Found(*trimmed, found.cls, None, found.sure)
    for first, last in _proper_runs(doc):
        trimmed = _trim(doc, first, last)
        if trimmed and _is_name(doc, *trimmed) and not _is_no_actor(doc, *trimmed, common):
            found = kinds.kind(doc, *trimmed, "")
            if found.cls:
                yield _Found(*trimmed, found.cls, None, found.sure)


def _offices(scene: Scene) -> Iterable[_Found]:
    """Yield the bodies of a place or a people that are named by a common noun ("the Ohio labor department")."""
    heads, kinds_of, doc = data.words("types", "offices"), data.words("types", "office_words"), scene.doc
    for i, lower in enumerate(scene.lower):
        head = doc[i] if lower in heads else None
        if head is None or head.text != lower:
            continue
        first = head.i
        while first > 0 and doc[first - 1].lower_ in kinds_of and doc[first - 1].text == doc[first - 1].lower_:
            first -= 1
        plain = head.i - first
        while first > 0 and doc[first - 1].text[:1].isupper() and doc[first - 1].ent_type_ in ("GPE", "NORP"):
            first -= 1
        if head.i - first > plain and (plain or head.lower_ not in data.words("types", "shared_offices")):
            yield _Found(first, head.i, "GovernmentBody", None, GRAMMAR)


_INTRODUCING = frozenset({"called", "named", "dubbed", "itself", "themselves", "as"})
_QUOTES = frozenset("\"“”‘’«»'")


def _introduced(scene: Scene) -> Iterable[_Found]:
    """Yield names that a noun introduces, in quotation marks or not ("a campaign called Rent Is Theft")."""
    doc = scene.doc
    for i in [i for i, lower in enumerate(scene.lower) if lower in _INTRODUCING and 2 <= i < len(doc) - 2]:
        word, before = doc[i], doc[i - 1]
        led = before.lower_ in ("calling", "known")
        if word.lower_ in ("itself", "themselves", "as") and not led:
            continue
        noun = doc[word.i - 2] if led else before
        cls = kinds.by_noun(noun.lemma_.lower())
        if not cls and noun.tag_ == "NNS" and noun.lemma_.lower() in data.words("collectives", "heads"):
            cls = "CivilSocietyGroup"
        quoted = doc[word.i + 1].text in _QUOTES
        first = last = word.i + (2 if quoted else 1)
        if not cls or first >= len(doc) or not (doc[first].text[:1].isupper() or doc[first].text == "#"):
            continue
        while last + 1 < len(doc) and last - first < 7 and _goes_on(doc, last, quoted=quoted):
            last += 1
        if last > first and (not quoted or (last + 1 < len(doc) and doc[last + 1].text in _QUOTES)):
            yield _Found(first, last, cls, None, WORDS)


def _goes_on(doc: Doc, last: int, *, quoted: bool) -> bool:
    """Return whether a name goes on behind the token `last`: to the closing mark, or while words have capitals."""
    after = doc[last + 1]
    if quoted or doc[last].text == "#":
        return after.text not in _QUOTES and not after.is_space
    small = after.lower_ in ("for", "of", "and", "the", "in", "against", "to") and last + 2 < len(doc)
    return after.text[:1].isupper() or (small and doc[last + 2].text[:1].isupper())


def _possessed(scene: Scene) -> Iterable[_Found]:
    """Yield names that hold a plural possessive ("Parcel Workers' Solidarity Union", "the Riders' Guild")."""
    doc = scene.doc
    for i in [i for i, lower in enumerate(scene.lower) if lower in ("'", "’") and 1 <= i < len(doc) - 1]:
        mark = doc[i]
        if not all(doc[beside].text[:1].isupper() for beside in (i - 1, i + 1)):
            continue
        if not doc[mark.i - 1].text.endswith("s"):
            continue
        first, last = mark.i - 1, mark.i + 1
        while first > 0 and doc[first - 1].text[:1].isupper() and doc[first - 1].pos_ != "DET":
            first -= 1
        while last + 1 < len(doc) and doc[last + 1].text[:1].isupper() and not doc[last + 1].is_sent_start:
            last += 1
        cls = kinds.kind(doc, first, last, "ORG")
        if kinds.by_words([doc[i].lower_ for i in range(mark.i, last + 1)]):
            yield _Found(first, last, cls.cls, None, cls.sure)


def _supported(doc: Doc, match: NameMatch, first: int, last: int) -> bool:
    """Return whether the context bears out a listed name whose form is also an ordinary word."""
    if not match.ambiguous:
        return True
    if _is_a_people(doc, first, last):
        return False
    tokens, after = [doc[i] for i in range(first, last + 1)], doc[last + 1 : last + 2]
    if any(t.ent_type_ == "PERSON" and t.ent_iob_ == "I" and t.text[:1].isupper() for t in after):
        return False
    if any(t.ent_type_ in ("ORG", "PERSON", "PRODUCT", "GPE", "WORK_OF_ART") for t in tokens):
        return True
    head = doc[last]
    return head.pos_ == "PROPN" and not head.is_sent_start


def _is_a_people(doc: Doc, first: int, last: int) -> bool:
    """Return whether the word is one of several for people, not a name ("Black and Brown drivers")."""
    peoples = data.words("types", "peoples")
    before = [doc[i].lower_ for i in range(max(0, first - 2), first)]
    after = [doc[i].lower_ for i in range(last + 1, min(len(doc), last + 3))]
    joined = ("and", "or", ",", "&")
    told_before = len(before) == 2 and before[1] in joined and before[0] in peoples
    return told_before or (len(after) == 2 and after[0] in joined and after[1] in peoples)


_LONGER = {
    "": frozenset({"CivilSocietyGroup", "Union", "NewsOutlet"}),
    "Place": frozenset({"CivilSocietyGroup", "Union", "NewsOutlet", "GovernmentBody", "University", "Company"}),
}
"""Classes of the longer names that a listed name may begin; a place begins most."""


def _widened(doc: Doc, first: int, last: int, known: KnownName) -> _Found:
    """Return a listed name, or the longer name around it ("Amazon" in "Amazon Employees for Climate Justice")."""
    for ent_first, ent_last in _capital_run(doc, first, last):
        longer = kinds.by_words([doc[i].lower_ for i in range(ent_first, ent_last + 1)])
        if longer in _LONGER.get(known.type, _LONGER[""]) and longer != known.type:
            return _Found(ent_first, ent_last, longer, None)
    if known.type == "Company" and last + 1 < len(doc) and doc[last].head == doc[last + 1]:
        branch = doc[last + 1]
        if branch.ent_type_ in ("GPE", "LOC", "ORG") and branch.pos_ == "PROPN" and branch.dep_ != "compound":
            return _Found(first, last + 1, "Company", None)
    return _Found(first, last, known.type, known)


def _capital_run(doc: Doc, first: int, last: int) -> Iterable[tuple[int, int]]:
    end = last
    while end + 1 < len(doc) and (
        doc[end + 1].text[:1].isupper()
        or (
            doc[end + 1].lower_ in ("for", "of", "and", "against", "in", "to")
            and end + 2 < len(doc)
            and doc[end + 2].text[:1].isupper()
            and end > last
        )
    ):
        end += 1
    if end > last and doc[last + 1].text[:1].isupper() and not doc[last + 1].is_sent_start:
        yield first, end


def _trim(doc: Doc, first: int, last: int) -> tuple[int, int] | None:
    """Cut articles, possessives, titles, quotes and stray marks off the ends of a name."""
    while first <= last and (
        doc[first].lower_ in ("the", "a", "an", "former", "ex", "current")
        or doc[first].text.strip(_EDGE) == ""
        or (last > first and _is_title(doc, first))
        or doc[first].pos_ in ("ADP", "DET", "CCONJ", "PUNCT")
    ):
        first += 1
    while first <= last and (
        doc[last].tag_ == "POS"
        or doc[last].text.strip(_EDGE) == ""
        or doc[last].pos_ in ("ADP", "PUNCT", "CCONJ", "AUX")
    ):
        if doc[last].text in (".", ")") and last > first and doc[last - 1].text.lower() in ("inc", "corp", "co", "ltd"):
            break
        last -= 1
    return (first, last) if first <= last else None


def _is_title(doc: Doc, at: int) -> bool:
    """Return whether a word introduces a person: a title, or a role before a given name ("Lawyer Ana Reyes")."""
    if doc[at].lower_ in data.words("types", "titles"):
        return True
    return doc[at].lower_ in data.words("types", "persons") and doc[at + 1].lower_ in kinds.given_names()


NUMERIC = frozenset({"DATE", "TIME", "MONEY", "CARDINAL", "PERCENT", "ORDINAL", "LAW", "EVENT"})
"""Labels of what is no actor, technology or place."""


def _is_name(doc: Doc, first: int, last: int) -> bool:
    """Return whether tokens first..last look like a name rather than like words or numbers."""
    tokens = doc[first : last + 1]
    if any(t.is_space for t in tokens) or len(tokens) > 12 or len(tokens.text) < 2:
        return False
    capital = any(_has_capital(t) or t.text[:1] in "#@" for t in tokens)
    if not capital or all(t.is_stop for t in tokens) or all(t.like_num or t.ent_type_ in NUMERIC for t in tokens):
        return False
    if all(t.lower_ in data.words("types", "peoples") or t.pos_ in ("CCONJ", "PUNCT") for t in tokens):
        return False
    head, heads = tokens[-1], data.words("collectives", "heads")
    if head.lower_ == head.text and head.lemma_.lower() in heads:
        return False
    return len(tokens) > 1 or _is_single_name(head)


def _is_no_actor(doc: Doc, first: int, last: int, common: set[str]) -> bool:
    """Return whether capitalised words name no actor, technology or place: a law, a feast, a hashtag, a heading …

    `common` are the words that the text also has in lower case: such a word has its capital from the sentence it opens.
    """
    head, words = doc[last], doc[first : last + 1]
    if words.text.lower() in data.words("types", "stop"):
        return True
    if last > first:
        heading = all(t.text.isupper() for t in words) and last + 1 < len(doc) and doc[last + 1].text.isupper()
        return heading or head.lower_ in data.words("types", "no_actors")
    if first and doc[first - 1].text == "#":
        return not head.dep_.startswith("nsubj")
    after = doc[last + 1].lower_ if last + 1 < len(doc) else ""
    if len(head) == 4 and head.text[:3].isalpha() and head.text.isupper() and head.text[3].isdigit():
        return True  # the code of a warehouse: that of an airport and a digit
    opens = head.is_sent_start and (head.lower_ in common or head.lower_ in data.words("types", "openers"))
    return bool(opens) or (after in ("'", "’") and head.lower_ == "workers")


def _has_capital(token: Token) -> bool:
    """Return whether a word is written as a name: with a capital at its head or, like brands, within ("iFood")."""
    return token.text[:1].isupper() or (token.pos_ == "PROPN" and not token.text.islower())


def _is_single_name(token: Token) -> bool:
    """Return whether one capitalised word alone is a name: no site, no group, no common word that opens a sentence."""
    for form in {token.lemma_.lower(), token.lower_.removesuffix("s")}:
        if any(form in data.words("collectives", key) for key in ("sites", "heads", "institutions", "bundles")):
            return False
    if token.is_sent_start and token.pos_ != "PROPN" and token.ent_type_ == "":
        return False
    return token.pos_ not in ("VERB", "ADV", "PRON", "AUX", "SCONJ")


def _proper_runs(doc: Doc) -> Iterable[tuple[int, int]]:
    """Yield runs of proper nouns that the model's name recogniser passed over."""
    start = -1
    for token in doc:
        proper = (
            token.pos_ == "PROPN"
            and _has_capital(token)
            and token.ent_type_ in ("", "ORG", "PRODUCT", "NORP", "WORK_OF_ART")
        )
        if proper and start < 0:
            start = token.i
        elif not proper and start >= 0:
            yield start, token.i - 1
            start = -1
    if start >= 0:
        yield start, len(doc) - 1


def _read_acronyms(scene: Scene) -> None:
    """Tie a name to the short form that follows it in brackets: "American Civil Liberties Union (ACLU)"."""
    doc = scene.doc
    for i in [i for i, lower in enumerate(scene.lower) if lower == "("]:
        if i == 0 or i + 2 >= len(doc) or doc[i + 2].text != ")":
            continue
        inner, before = doc[i + 1], scene.named.get(i - 1)
        if before is None or not _ACRONYM.match(inner.text) or before.cls == "Place":
            continue
        scene.discourse.alias(before, inner.text, scene.chars(inner.i, inner.i))
        scene.enter(before, inner.i, inner.i)
