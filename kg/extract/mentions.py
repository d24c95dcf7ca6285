"""Finds the names and groups of people in a parsed text and says what each is: the candidates for every role."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from kg.extract import data, kinds
from kg.extract.discourse import Discourse, Referent, normal
from kg.extract.grammar import coordinated, first_conjunct
from kg.extract.kinds import GRAMMAR, MODEL, WORDS, Kind
from kg.extract.names import KnownName, NameList, NameMatch
from kg.extract.nlp import Chunk, Doc, Token
from kg.extract.rosters import NUMBERED, chapters, rosters
from kg.extract.spotting import (
    NUMERIC,
    Found,
    Words,
    beside_nouns,
    bodies,
    branch,
    causes,
    introduced,
    is_title,
    offices,
    possessed,
    realms,
)
from kg.vocab import legal_forms

NAME_LABELS = frozenset({"PERSON", "ORG", "PRODUCT", "GPE", "LOC", "FAC"})
_EDGE = "\"'“”‘’«»()[]{},;:!?*_|/\\…-–— \t\n\xa0"
_ACRONYM = re.compile(r"[A-Z][A-Za-z&.\-]{1,9}$")


@dataclass(slots=True)
class Scene:
    """A chunk with what was found in it: the referent of each token of a name, and the document's discourse.

    `named` maps a token index to its referent, `spans` to the token range [first, last] of the whole name. `groups`
    maps the heads of phrases for groups of people that have been read. `shown` are the referents whose class rests on
    more than the model's label. `doc` are the tokens, `lower` the tokens in lower case.
    """

    chunk: Chunk
    text: str
    discourse: Discourse
    named: dict[int, Referent] = field(default_factory=dict)
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    groups: dict[int, Referent | None] = field(default_factory=dict)
    shown: set[Referent] = field(default_factory=set)
    doc: Doc = field(init=False)
    lower: Words = field(init=False)

    def __post_init__(self) -> None:
        self.doc = self.chunk.doc
        self.lower = Words([token.lower_ for token in self.doc])

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


def read_names(scene: Scene, names: NameList, *, listed_only: Sequence[tuple[int, int]] = ()) -> None:
    """Enter all names of the scene into its discourse: listed ones first, then those the model or the tags suggest.

    In the stretches `listed_only` (half-open offsets in the chunk) neither the model's own suggestions are taken nor
    what stands alone in brackets or only tells whose funds are spent.
    """
    covered = set(scene.named)
    found: list[Found] = []
    for candidate in _candidates(scene, names, covered):
        start, tokens = scene.doc[candidate.first].idx, range(candidate.first, candidate.last + 1)
        if any(a <= start < b for a, b in listed_only) and not _is_party(scene, candidate):
            continue
        if not covered.isdisjoint(tokens):
            continue
        covered.update(tokens)
        if not _is_credit(scene.doc, candidate.first, candidate.last):
            found.append(candidate)
    full: dict[str, Referent] = {}
    for item in _agreed(scene.doc, sorted(found, key=lambda f: f.first)):
        start, end = scene.chars(item.first, item.last)
        form, whole = _short_form(scene, item)
        if not whole and form in full:
            referent = full[form]
            scene.discourse.alias(referent, scene.text[start:end], (start, end))
        else:
            referent = scene.discourse.name(scene.text[start:end], item.cls, (start, end), item.known)
        if item.last > item.first and (form in kinds.bodies() or form[-1].isdigit()):
            full[form] = referent
        if item.sure > MODEL:
            scene.shown.add(referent)
        scene.enter(referent, item.first, item.last)
    _read_acronyms(scene)


_DASHES = frozenset({"-", "--", "–", "—"})
_OPENING = 10
"""So many tokens a dateline has at most: "BRUSSELS, March 3 (Coast Press) —"."""


def _is_credit(doc: Doc, first: int, last: int) -> bool:
    """Return whether a name only tells who wrote a report: an agency in its dateline, the author below its title."""
    if first == 0 or last + 2 >= len(doc):
        return False
    before, after = doc[first - 1], doc[last + 1]
    if before.text == "(" and after.text == ")" and doc[last + 2].text in _DASHES:
        opening = doc[max(0, first - _OPENING) : first]
        return any(t.text.isupper() and len(t) > 2 and (t.i == 0 or t.is_sent_start) for t in opening)
    return before.lower_ == "by" and before.is_sent_start and after.is_space and "\n" in after.text


def _short_form(scene: Scene, item: Found) -> tuple[str, bool]:
    """Return by which form a name may be called for short ("guild", "local 17"), and whether it is more than that."""
    form = scene.lower[item.last]
    if form.isdigit() and scene.lower[item.last - 1] in NUMBERED:
        return f"{scene.lower[item.last - 1]} {form}", item.first < item.last - 1
    return form, item.first < item.last or item.known is not None


_FUNDS = frozenset({"funds", "funding", "appropriations"})
_YEAR = 5
"""Numbers of locals have fewer digits."""

_TITLE = 14
"""So many tokens a title of funds has at most: "Army research, development, test and evaluation funds"."""


def _is_party(scene: Scene, name: Found) -> bool:
    """Return whether a name in an announcement is listed and tells of more than whose funds they are: "(Navy)"."""
    around = scene.lower[name.first - 1 : name.first] + scene.lower[name.last + 1 : name.last + 2]
    if name.known is None or around == ["(", ")"]:
        return False
    for token in scene.doc[name.last + 1 : name.last + _TITLE]:
        if token.lower_ in _FUNDS:
            return False
        if token.pos_ in ("VERB", "AUX") or token.text in (".", ";"):
            return True
    return True


def _agreed(doc: Doc, found: list[Found]) -> list[Found]:
    """Give all mentions of one name the class that the clearest of them shows, and a surname its person's."""
    shown = {f.last: Kind(f.cls, f.sure) for f in found}
    surnames = {doc[f.last].lower_ for f in found if f.cls == "Person" and f.last > f.first}
    best: dict[str, Kind] = {}
    for item in found:
        if (own := _own_kind(doc, item, shown, surnames)) is not None:
            key = _key(doc, item)
            best[key] = max(best.get(key, own), own, key=lambda kind: kind.sure)
    return [_as(item, best.get(_key(doc, item))) for item in found]


def _key(doc: Doc, item: Found) -> str:
    return normal(item.known.name if item.known else doc.span(item.first, item.last).text)


def _as(item: Found, kind: Kind | None) -> Found:
    return item if kind is None else replace(item, cls=kind.cls, sure=kind.sure)


def _own_kind(doc: Doc, item: Found, shown: dict[int, Kind], surnames: set[str]) -> Kind | None:
    """Return what one mention shows of its name; None for a listed name of one class only."""
    last = doc[item.last]
    if item.known is not None:
        return kinds.platform(last, item.cls) if item.known.name in data.words("types", "platforms") else None
    if item.first == item.last and item.sure < WORDS and last.lower_ in surnames:
        return Kind("Person", WORDS)
    if item.sure < GRAMMAR and item.cls != "Person":
        for other in coordinated(first_conjunct(last)):
            kind = shown.get(other.i)
            if kind is not None and kind.sure >= GRAMMAR and kind.cls != "Person":
                return Kind(kind.cls, GRAMMAR)
    return Kind(item.cls, item.sure)


def _candidates(scene: Scene, names: NameList, covered: set[int]) -> Iterable[Found]:
    """Yield what may be names, the surest first; unlisted ones only clear of the tokens `covered` by then."""
    doc = scene.doc
    matches = [(m, doc.char_span(m.start, m.end, alignment_mode="expand")) for m in names.find_all(doc.text)]
    spans = [(match, span.start, span.end - 1) for match, span in matches if span is not None]
    listed = {last: match for match, _, last in spans}
    yield from (office for office in offices(scene.doc, scene.lower) if office.last not in listed)
    yield from realms(scene.doc, scene.lower)
    yield from possessed(scene.doc, scene.lower)
    yield from causes(scene.doc, scene.lower)
    yield from bodies(scene.doc, scene.lower, {(a, b) for match, a, b in spans if match.entry.type != "Place"})
    yield from introduced(scene.doc, scene.lower)
    yield from rosters(scene.doc, scene.lower, {(first, last) for _, first, last in spans})
    unions = {last: first for match, first, last in spans if match.entry.type == "Union"}
    yield from chapters(scene.doc, scene.lower, unions)
    for match, first, last in spans:
        if match.entry.type == "Place" and (wider := branch(doc, first, last, listed)) is not None:
            yield wider
    for match, first, last in spans:
        if _supported(doc, match, first, last):
            yield _widened(doc, first, last, match.entry)
    yield from _unlisted(doc, scene.lower, covered)
    yield from beside_nouns(scene.doc, scene.lower)


def _unlisted(doc: Doc, lower: Words, covered: set[int]) -> Iterable[Found]:
    """Yield the names that the model recognised, the longest first, then the other runs of proper nouns.

    What shares a token with those `covered` by then is left out.
    """
    ends = sorted((e for e in doc.ents if e.label_ in NAME_LABELS), key=lambda e: (-len(e), e.start))
    labelled = ((_given(doc, e.start, e.end - 1), e.end - 1, e.label_) for e in ends)
    for first, last, label in chain(labelled, ((*run, "") for run in _proper_runs(doc))):
        trimmed = None if covered.issuperset(range(first, last + 1)) else _trim(doc, first, last)
        if trimmed is None or not covered.isdisjoint(range(trimmed[0], trimmed[1] + 1)):
            continue
        if _is_name(doc, *trimmed) and not _is_no_actor(doc, *trimmed, lower):
            found = kinds.kind(doc, *trimmed, label)
            if found.cls or label:
                yield Found(*trimmed, found.cls, None, found.sure)


def _given(doc: Doc, first: int, last: int) -> int:
    """Return where a name begins whose given name the model left out ("representative Ana Reyes")."""
    if first != last or first == 0 or not doc[first - 1].is_title or doc[first].ent_type_ not in ("PERSON", "ORG"):
        return first
    return first - 1 if doc[first - 1].lower_ in kinds.given_names() else first


def _supported(doc: Doc, match: NameMatch, first: int, last: int) -> bool:
    """Return whether the context bears out a listed name whose form is also an ordinary word."""
    if _is_in_personal_name(doc, match.entry.type, first, last):
        return False
    if not match.ambiguous:
        return True
    if match.opening:
        return match.entry.type not in ("Place", "Person") and _acts(doc, last)
    if _is_a_people(doc, first, last) or _begins_title_or_surname(doc, first, last):
        return False
    if any(doc[i].ent_type_ in _NAMED for i in range(first, last + 1)):
        return True
    head = doc[last]
    return head.pos_ == "PROPN" and not head.is_sent_start


def _is_in_personal_name(doc: Doc, cls: str, first: int, last: int) -> bool:
    """Return whether a listed name is but a person's surname or given name here ("Mark Dell", "Alexa Reyes")."""
    if first != last or cls in ("Person", "Place"):
        return False
    return _is_surname(doc, first, last) or (cls == "Technology" and _is_given(doc, first))


def _is_surname(doc: Doc, first: int, last: int) -> bool:
    """Return whether the one word of a company's name is a person's here ("vice president Mark Dell")."""
    before = doc[first - 1]
    if first != last or first == 0 or not before.is_title or before.lower_ not in kinds.given_names():
        return False
    return "PERSON" in (doc[first].ent_type_, before.ent_type_) or (first > 1 and is_title(doc, first - 2))


def _is_given(doc: Doc, at: int) -> bool:
    """Return whether the name of a thing is a person's given name before a family name here ("Alexa Reyes")."""
    if at + 1 >= len(doc) or doc[at].lower_ not in kinds.given_names():
        return False
    after = doc[at + 1]
    return after.is_title and after.pos_ == "PROPN" and after.ent_type_ in ("", "PERSON") and not after.is_sent_start


_NAMED = frozenset({"ORG", "PERSON", "PRODUCT", "GPE", "WORK_OF_ART"})


def _begins_title_or_surname(doc: Doc, first: int, last: int) -> bool:
    """Return whether an ambiguous word is a part of a title ("Vice President") or of a person's name."""
    after = doc[last + 1] if last + 1 < len(doc) else None
    if after is not None and after.text[:1].isupper():
        if after.ent_type_ == "PERSON" and after.ent_iob_ == "I":
            return True
        if after.is_title and after.lower_ in data.words("types", "titles"):
            return True
    given = first == last and first > 0 and doc[first].ent_type_ == "PERSON"
    return given and doc[first - 1].lower_ in kinds.given_names()


def _acts(doc: Doc, last: int) -> bool:
    """Return whether a word that opens a sentence has people, a verb or another name behind it, as a name has."""
    after = doc[last + 1] if last + 1 < len(doc) else None
    if after is None or after.is_sent_start:
        return False
    if after.tag_ in ("VBD", "VBZ", "MD"):
        return doc[last].pos_ not in ("VERB", "AUX", "ADV")
    if after.lower_ in (",", "and"):
        told = after.text == "," and after.beside(1) in ("which", "who", "whose")
        return told or any(token.pos_ == "PROPN" and token.text[:1].isupper() for token in doc[last + 2 : last + 4])
    for token in doc[last + 1 : last + 6]:
        if token.pos_ not in ("NOUN", "ADJ", "PROPN", "CCONJ") or token.is_sent_start:
            return False
        if token.tag_ == "NNS" and token.lemma_ in data.words("types", "employer_heads"):
            return True
    return False


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


def _widened(doc: Doc, first: int, last: int, known: KnownName) -> Found:
    """Return a listed name, or the longer name around it ("Amazon" in "Amazon Employees for Climate Justice")."""
    for ent_first, ent_last in _capital_run(doc, first, last):
        longer = kinds.by_words([doc[i].lower_ for i in range(ent_first, ent_last + 1)])
        if not longer and doc[ent_last].ent_type_ == "ORG" and doc[first].ent_type_ == "ORG":
            longer, _ = kinds.beside(doc, ent_first, ent_last)
        if longer in _LONGER.get(known.type, _LONGER[""]) and longer != known.type:
            return Found(ent_first, ent_last, longer, None)
    if known.type == "Union" and _is_number_of_local(doc, last + 1):
        return Found(first, last + 1, "Union", None)
    if known.type == "Company" and last + 1 < len(doc) and doc[last].head == doc[last + 1]:
        branch = doc[last + 1]
        if branch.text[:1].isupper() and branch.lower_.replace(".", "") in legal_forms():
            return Found(first, last + 1, "Company", known)
        if branch.ent_type_ in ("GPE", "LOC", "ORG") and branch.pos_ == "PROPN" and branch.dep_ != "compound":
            return Found(first, last + 1, "Company", None)
    return Found(first, last, known.type, known)


def _is_number_of_local(doc: Doc, at: int) -> bool:
    """Return whether a token right behind a union's short name is a local's number ("UFCW 17"), no count of people."""
    if at >= len(doc) or not doc[at].text.isdigit() or not 1 < len(doc[at]) < _YEAR or not doc[at - 1].text.isupper():
        return False
    return at + 1 == len(doc) or doc[at + 1].pos_ not in ("NOUN", "PROPN", "ADJ", "NUM")


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
        or (last > first and (is_title(doc, first) or _is_noun_before(doc[first])))
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


def _is_noun_before(word: Token) -> bool:
    """Return whether a common noun stands before the name proper ("contractor Acme Corp.")."""
    cls = kinds.introducing().get(word.lower_)
    return cls is not None and (word.text == word.lower_ or (cls == "Company" and word.is_sent_start))


def _is_name(doc: Doc, first: int, last: int) -> bool:
    """Return whether tokens first..last look like a name rather than like words or numbers."""
    tokens = doc.span(first, last)
    if any(t.is_space for t in tokens) or len(tokens) > 12 or len(tokens.text) < 2:
        return False
    capital = any(_has_capital(t) or t.text[:1] in "#@" for t in tokens)
    if not capital or all(t.is_stop for t in tokens) or all(t.like_num or t.ent_type_ in NUMERIC for t in tokens):
        return False
    if all(t.lower_ in data.words("types", "peoples") or t.pos_ in ("CCONJ", "PUNCT") for t in tokens):
        return False
    head, heads = tokens[-1], data.words("collectives", "heads")
    if head.lower_ == head.text and head.lemma_ in heads:
        return False
    return len(tokens) > 1 or _is_single_name(head)


_OFFICERS = frozenset({"minister", "secretary", "commissioner"})
"""Officers of a state: the word before one tells their field ("Education Secretary")."""


def _is_no_actor(doc: Doc, first: int, last: int, lower: Words) -> bool:
    """Return whether capitalised words name no actor, technology or place: a law, a feast, a hashtag, a heading …

    `lower` are all words of the text. What it also has in lower case has its capital from the sentence it opens.
    """
    head, words = doc[last], doc.span(first, last)
    if words.text.lower() in data.words("types", "stop") or _is_owned_feast(doc, last + 1):
        return True
    if last == first and _tells_field_or_people(doc, last):
        return True
    if last > first:
        heading = all(t.text.isupper() for t in words) and last + 1 < len(doc) and doc[last + 1].text.isupper()
        return heading or head.lower_ in data.words("types", "no_actors")
    if first and doc[first - 1].text == "#":
        return not head.dep_.startswith("nsubj")
    after = doc[last + 1].lower_ if last + 1 < len(doc) else ""
    if len(head) == 4 and head.text[:3].isalpha() and head.text.isupper() and head.text[3].isdigit():
        return True  # the code of a warehouse: that of an airport and a digit
    opens = head.is_sent_start and (_is_common(doc, head, lower) or head.lower_ in data.words("types", "openers"))
    return opens or (after in ("'", "’") and head.lower_ == "workers")


def _is_common(doc: Doc, word: Token, lower: Words) -> bool:
    """Return whether the text has a word in lower case as well, there no name."""
    form = word.lower_
    same = (doc[i] for i in lower.where(frozenset({form})))
    return form.islower() and any(token.text == form and token.pos_ != "PROPN" for token in same)


def _tells_field_or_people(doc: Doc, at: int) -> bool:
    """Return whether one word only tells an officer's field ("Education Secretary") or is a people's ("Welsh")."""
    if at + 1 < len(doc) and doc[at + 1].lower_ in _OFFICERS:
        return True
    return doc[at].lower_ in data.words("types", "nations")


def _is_owned_feast(doc: Doc, mark: int) -> bool:
    """Return whether a name is the first part of a feast's or a law's ("International Women's Day")."""
    if mark + 1 >= len(doc) or doc[mark].tag_ != "POS":
        return False
    after = doc[mark + 1]
    return after.text[:1].isupper() and after.lower_ in data.words("types", "no_actors")


def _has_capital(token: Token) -> bool:
    """Return whether a word is written as a name: with a capital at its head or, like brands, within ("iFood")."""
    return token.text[:1].isupper() or (token.pos_ == "PROPN" and not token.text.islower())


def _is_single_name(token: Token) -> bool:
    """Return whether one capitalised word alone is a name: no site, no group, no common word that opens a sentence."""
    for form in {token.lemma_, token.lower_.removesuffix("s")}:
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


_OPENING_BRACKET = frozenset({"("})


def _read_acronyms(scene: Scene) -> None:
    """Tie a name to the short form that follows it in brackets: "American Civil Liberties Union (ACLU)"."""
    doc = scene.doc
    for i in scene.lower.where(_OPENING_BRACKET):
        if i == 0 or i + 2 >= len(doc) or doc[i + 2].text != ")":
            continue
        inner, before = doc[i + 1], scene.named.get(i - 1)
        if before is None or not _ACRONYM.match(inner.text) or before.cls == "Place":
            continue
        scene.discourse.alias(before, inner.text, scene.chars(inner.i, inner.i))
        scene.enter(before, inner.i, inner.i)
