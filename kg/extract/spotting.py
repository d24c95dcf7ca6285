"""Spots the names that neither the lists nor the model know, by what stands around them, and what they then are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from kg.extract import data, kinds
from kg.extract.kinds import GRAMMAR, HINT, WORDS
from kg.extract.names import KnownName, NameMatch
from kg.extract.nlp import Doc, Token


class Words(list[str]):
    """The words of a text in lower case."""

    __slots__ = ("_forms",)

    def __init__(self, words: Iterable[str]) -> None:
        super().__init__(words)
        self._forms = frozenset(self)

    def where(self, wanted: frozenset[str]) -> list[int]:
        """Return the places of all words that are one of those `wanted`, in text order."""
        if wanted.isdisjoint(self._forms):
            return []
        return [i for i, word in enumerate(self) if word in wanted]


@dataclass(frozen=True, slots=True)
class Found:
    """A name at the tokens first..last, what it is, its entry where it is listed, and what its class rests on."""

    first: int
    last: int
    cls: str
    known: KnownName | None
    sure: int = WORDS


def _stands_alone(doc: Doc, first: int, head: Token) -> bool:
    """Return whether it is the one of its place, and no part of a longer phrase ("the city council members")."""
    definite, judging = data.words("types", "definite"), data.words("types", "judging_offices")
    if doc[first - 1].lower_ not in definite or head.lower_ in judging:
        return False
    after = doc[head.i + 1] if head.i + 1 < len(doc) else None
    return after is None or (after.pos_ not in ("NOUN", "PROPN") and after.text != "-")


def offices(doc: Doc, lower: Words) -> Iterable[Found]:
    """Yield the bodies that are named by a common noun: "the Ohio labor department", "the interior ministry"."""
    heads, kinds_of = data.words("types", "offices"), data.words("types", "office_words")
    for i in lower.where(heads):
        head = doc[i]
        if head.text != head.lower_:
            continue
        first = head.i
        while first > 0 and doc[first - 1].lower_ in kinds_of and doc[first - 1].text == doc[first - 1].lower_:
            first -= 1
        plain = head.i - first
        while first > 0 and doc[first - 1].text[:1].isupper() and doc[first - 1].ent_type_ in ("GPE", "NORP"):
            first -= 1
        if head.i - first == plain and first > 1 and doc[first - 1].tag_ == "POS" and doc[first - 2].ent_type_ == "GPE":
            first -= 2
            while first > 0 and doc[first].ent_iob_ == "I":
                first -= 1
        placed = head.i - first > plain
        alone = plain and first and _stands_alone(doc, first, head)
        if alone or (placed and (plain or head.lower_ not in data.words("types", "shared_offices"))):
            yield Found(first, head.i, "GovernmentBody", None, GRAMMAR)


_OF_PLACE = frozenset({"of", "in"})


def realms(doc: Doc, lower: Words) -> Iterable[Found]:
    """Yield the governments that are named as those of a place: "the city of Porto", "the prosecutor in Porto"."""
    heads, offices_of = data.words("types", "realms"), data.words("types", "offices_of")
    locative = data.words("collectives", "locative")
    for i in [i for i in lower.where(_OF_PLACE) if 1 < i < len(doc) - 2]:
        head, first, last = doc[i - 1], i - 1, i + 1
        if doc[last].ent_type_ != "GPE" or head.lower_ not in (heads | offices_of if lower[i] == "of" else offices_of):
            continue
        while first > 0 and doc[first - 1].pos_ in ("ADJ", "NOUN") and doc[first - 1].text == doc[first - 1].lower_:
            first -= 1
        if doc[first - 1].lower_ != "the" or doc[first - 2].lower_ in locative:
            continue
        while last + 1 < len(doc) and doc[last + 1].ent_iob_ == "I":
            last += 1
        yield Found(first, last, "GovernmentBody", None, GRAMMAR)


_WITHIN = frozenset(
    {"against", "without", "through", "before", "behind", "beyond", "over", "with", "from", "for", "not"}
)


def causes(doc: Doc, lower: Words) -> Iterable[Found]:
    """Yield the names of groups that hold what they are for or against ("Nurses Without Borders", "Moms for Peace")."""
    for i in [i for i in lower.where(_WITHIN) if 0 < i < len(doc) - 1]:
        before, after = doc[i - 1], doc[i + 1]
        if not before.text[:1].isupper() or not after.text[:1].isupper() or doc[i].is_sent_start or after.is_sent_start:
            continue
        if before.text.isupper() and after.text.isupper():
            continue
        small = doc[i].text == lower[i]
        if small and (lower[i] not in ("for", "against", "without") or before.tag_ != "NNPS"):
            continue
        first, last = i - 1, i + 1
        while first > 0 and doc[first - 1].text[:1].isupper() and doc[first - 1].pos_ in ("PROPN", "NOUN", "ADJ"):
            first -= 1
        while last + 1 < len(doc) and last - first < _LONGEST and _goes_on(doc, last, quoted=False):
            last += 1
        if doc[first].is_sent_start and (
            small or last + 2 >= len(doc) or doc[last + 1].is_punct or doc[last + 1].is_space
        ):
            continue
        cls = kinds.by_words(list(lower[first : last + 1]))
        yield Found(first, last, cls if cls == "Union" else "CivilSocietyGroup", None, WORDS)


_OF_BODY = frozenset({"of", "for"})


def bodies(doc: Doc, lower: Words, listed: Collection[tuple[int, int]]) -> Iterable[Found]:
    """Yield the names of groups and unions that go on behind their head ("Union of Dock and Allied Workers").

    Those that hold or share a part of one that is `listed` (first and last token) are left out.
    """
    heads, people = kinds.group_heads(), data.words("collectives", "heads")
    for i in [i for i in lower.where(_OF_BODY) if i < len(doc) - 2 and lower[i - 1] in heads]:
        head, first, last = doc[i - 1], i - 1, i
        if not head.text[:1].isupper() or not _goes_on(doc, i - 1, quoted=False):
            continue
        while first > 0 and doc[first - 1].text[:1].isupper() and doc[first - 1].pos_ in ("PROPN", "NOUN", "ADJ"):
            first -= 1
        while last + 1 < len(doc) and last - first < _LONGEST + 2 and _goes_on(doc, last, quoted=False):
            last += 1
        for j in range(i, last):
            if lower[j] == "and" and lower[last].removesuffix("s") not in people and doc[j + 1].ent_iob_ != "I":
                last = j - 1
                break
        if not any(a <= last and first <= b for a, b in listed):
            words = list(lower[first : last + 1])
            yield Found(first, last, kinds.by_words(words) or kinds.by_words(words[: i - first]), None, WORDS)


_INTRODUCING = frozenset({"called", "named", "dubbed", "itself", "themselves", "as"})
_QUOTES = frozenset("\"“”‘’«»'")


_SMALL = frozenset({"for", "of", "and", "the", "in", "against", "to"})
_LONGEST = 7
"""At most so many tokens follow the first one of a name that is not known."""


def introduced(doc: Doc, lower: Words) -> Iterable[Found]:
    """Yield names that a noun introduces, in quotation marks or not ("a campaign called Rent Is Theft")."""
    for i in [i for i in lower.where(_INTRODUCING) if 2 <= i < len(doc) - 2]:
        word = doc[i]
        cls = _class_of_noun(doc, word)
        quoted = doc[word.i + 1].text in _QUOTES
        first = last = word.i + (2 if quoted else 1)
        if not cls or first >= len(doc) or not (doc[first].text[:1].isupper() or doc[first].text == "#"):
            continue
        while last + 1 < len(doc) and last - first < _LONGEST and _goes_on(doc, last, quoted=quoted):
            last += 1
        long = last > first or (word.lower_ != "as" and not quoted)
        if long and (not quoted or (last + 1 < len(doc) and doc[last + 1].text in _QUOTES)):
            yield Found(first, last, cls, None, WORDS)


def _class_of_noun(doc: Doc, word: Token) -> str:
    """Return the class that the noun before "called" or "calling itself" shows, empty where none is introduced."""
    before = doc[word.i - 1]
    led = before.lower_ in ("calling", "known") or (before.lemma_ == "call" and word.lower_ in ("itself", "themselves"))
    if word.lower_ in ("itself", "themselves", "as") and not led:
        return ""
    noun = doc[word.i - 2] if led else before
    if noun.lower_ in ("who", "that", "which") and noun.head.dep_ == "relcl":
        noun = noun.head.head  # "workers who call themselves"
    lemma = noun.lemma_
    if cls := kinds.by_noun(lemma):
        return cls
    if noun.tag_ == "NNS" and lemma in data.words("collectives", "heads"):
        return "CivilSocietyGroup"
    return "Person" if noun.tag_ == "NN" and lemma in data.words("types", "persons") else ""


def beside_nouns(doc: Doc, lower: Words) -> Iterable[Found]:
    """Yield the names that a noun right before them tells the class of, ("app Zumi")."""
    for i in [i for i in lower.where(kinds.introducing_nouns()) if i < len(doc) - 1]:
        first = last = i + 1
        name = doc[first]
        if doc[i].tag_ != "NN" or not name.text[:1].isupper() or name.is_sent_start or name.ent_type_ in NUMERIC:
            continue
        while last + 1 < len(doc) and last - first < _LONGEST and _is_next(doc, last):
            last += 1
        if is_title(doc, first) or doc[last].lower_ in data.words("types", "titles"):
            continue
        cls = kinds.by_words([doc[j].lower_ for j in range(first, last + 1)]) or kinds.by_noun(lower[i])
        yield Found(first, last, cls, None, HINT)


def _is_next(doc: Doc, last: int) -> bool:
    """Return whether the name goes on behind the token `last`; "in" tells where it is."""
    return doc[last + 1].lower_ != "in" and _goes_on(doc, last, quoted=False)


def branch(doc: Doc, first: int, last: int, listed: Mapping[int, NameMatch]) -> Found | None:
    """Return the name that a place ends ("Acme France", "Rider Forum Wales"), where it is no more than a place."""
    start, head = first, doc[last]
    after = doc[last + 1] if last + 1 < len(doc) else head
    while start > 0 and _is_part(doc, start - 1, head):
        start -= 1
    if start == first or after.text[:1].isupper() or head.ent_type_ in NUMERIC or doc[start - 1].text in ("-", "/"):
        return None
    site = head.dep_ == "compound" and head.head.lemma_ in data.load("types")["employer_sites"]
    owner = listed.get(first - 1)
    if site or (owner is not None and owner.entry.type in ("Person", "Place", "Technology")):
        return None
    found = kinds.kind(doc, start, last, "ORG")
    if owner is not None:
        return Found(start, last, found.cls if found.cls == "Union" else owner.entry.type, None)
    return None if found.cls in ("Person", "Place") else Found(start, last, found.cls, None, found.sure)


def _is_part(doc: Doc, at: int, head: Token) -> bool:
    """Return whether the token `at` is a part of the name that a place ends, no direction or call before it."""
    token = doc[at]
    if token.dep_ != "compound" or token.pos_ not in ("PROPN", "NOUN") or token.ent_type_ in NUMERIC:
        return False
    if not token.text[:1].isupper() or token.lower_ in data.words("types", "before_places"):
        return False
    return head == token.head or head.is_ancestor(token)


def _goes_on(doc: Doc, last: int, *, quoted: bool) -> bool:
    """Return whether a name goes on behind the token `last`: to the closing mark, or while words have capitals."""
    after = doc[last + 1]
    if quoted or doc[last].text == "#":
        return after.text not in _QUOTES and not after.is_space
    if after.text[:1].isupper() or after.lower_ not in _SMALL:
        return after.text[:1].isupper()
    article = last + 3 if last + 2 < len(doc) and doc[last + 2].lower_ == "the" else last + 2
    return article < len(doc) and doc[article].text[:1].isupper()


_APOSTROPHES = frozenset({"'", "’"})


def possessed(doc: Doc, lower: Words) -> Iterable[Found]:
    """Yield names that hold a plural possessive ("Parcel Workers' Solidarity Union", "the Riders' Guild")."""
    for i in [i for i in lower.where(_APOSTROPHES) if 1 <= i < len(doc) - 1]:
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
            yield Found(first, last, cls.cls, None, cls.sure)


def is_title(doc: Doc, at: int) -> bool:
    """Return whether a word introduces a person: a title, or a role before a given name ("Lawyer Ana Reyes")."""
    if doc[at].lower_ in data.words("types", "titles"):
        return True
    return doc[at].lower_ in data.words("types", "persons") and doc[at].beside(1) in kinds.given_names()


NUMERIC = frozenset({"DATE", "TIME", "MONEY", "CARDINAL", "PERCENT", "ORDINAL", "LAW", "EVENT"})
"""Labels of what is no actor, technology or place."""
