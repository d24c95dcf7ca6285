"""Says what an unlisted name is: a person, a company, a union …, and how sure the text makes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from kg.extract import data
from kg.extract.grammar import children, first_conjunct
from kg.extract.nlp import Doc, Token
from kg.vocab import legal_forms

PLACES = frozenset({"GPE", "LOC", "FAC"})
"""The model's labels for places."""

_INITIAL = re.compile(r"[A-Z]\.?(?:[A-Z]\.)?$")
Cues = dict[str, frozenset[str]]
"""The words that show a class: anywhere in a name, at its end, as phrases, at the end of what begins like a person."""

_OF_PEOPLE = 3
"""Names of people have no more words than these, unless no word of theirs speaks for something else."""

_OF_NEWS = frozenset({"agency", "website", "site", "portal", "organization", "organisation"})

_AFTER_FAMILY = re.compile(r"[A-Z][a-z]+-[a-z]+$")


MODEL, HINT, GRAMMAR, WORDS = range(4)
"""What a class rests on: the model's label, a noun that speaks for two classes, the grammar around it, plain words."""


class Kind(NamedTuple):
    """The class of a name, empty where nothing shows it, and what it rests on: MODEL, HINT, GRAMMAR or WORDS."""

    cls: str
    sure: int


def kind(doc: Doc, first: int, last: int, label: str) -> Kind:
    """Return what the unlisted name of tokens first..last is; `label` is the model's, empty where it has none."""
    words = [doc[i].lower_ for i in range(first, last + 1)]
    if last > first and words[-1].replace(".", "") in legal_forms():
        return Kind("Company", WORDS)
    personal = is_personal(doc, first, last, label) and not _is_business(doc, first)
    told, hint = ("", "") if personal else beside(doc, first, last)
    if cls := told or by_words(words, personal=personal):
        return Kind(cls, WORDS)
    if personal or _is_introduced(doc, first, last, label):
        return Kind("Person", WORDS)
    table = "of_people" if label == "PERSON" and last > first else label
    if cls := "Place" if _is_site(doc, first, last) else _by_grammar(doc[last], table):
        return Kind(cls, GRAMMAR)
    if hint:
        return Kind(hint, HINT)
    titled = last + 1 < len(doc) and doc[last + 1].lower_ in data.words("types", "titles")
    return Kind(_by_label(words, label, titled=titled), MODEL)


def platform(last: Token, listed: str) -> Kind:
    """Return whether a mention of a platform, `listed` as one of the two, means its company or what it offers."""
    slots = list(_slots(last))
    for cls, rules in _grammar("grammar_of_platforms").items():
        if any(slot in rules or (slot[0], "*") in rules for slot in slots):
            return Kind(cls, WORDS if cls == "Company" else GRAMMAR)
    return Kind(listed, MODEL)


def _by_label(words: list[str], label: str, *, titled: bool) -> str:
    """Return what the model's label says, mistrusting "person" for a single word: no given name, no title after it."""
    if label == "PERSON" and len(words) == 1 and not titled and words[0] not in given_names():
        return "Company"
    return str(data.load("types")["labels"].get(label, ""))


# ---- people ----


@cache
def given_names() -> frozenset[str]:
    """Return the given names that are known, in lower case."""
    return frozenset(str(data.load("given_names")["given"]).split())


def is_personal(doc: Doc, first: int, last: int, label: str) -> bool:
    """Return whether the words are a person's name: a given name or initials, then a family name; or the reverse."""
    words = doc.span(first, last).text.split()
    if (
        not 2 <= len(words) <= 5
        or "&" in words
        or label in ("GPE", "LOC")
        or not all(w[0].isupper() for w in (words[0], words[-1]))
    ):
        return False
    if words[0].lower() in given_names() or words[0].partition("-")[0].lower() in given_names():
        return (label != "FAC" and len(words) <= _OF_PEOPLE) or by_words([word.lower() for word in words]) == ""
    if label != "PERSON":
        return False
    family = words[0].lower() in data.words("given_names", "family_first")
    return _INITIAL.match(words[0]) is not None or family or _AFTER_FAMILY.match(words[-1]) is not None


def _is_business(doc: Doc, first: int) -> bool:
    """Return whether the noun right before a name tells of a company alone ("the law firm Reed Smith")."""
    noun = doc[first - 1].lower_ if first else ""
    return introducing().get(noun) == "Company" and noun not in data.words("types", "hinting")


def is_person_noun(noun: Token) -> bool:
    """Return whether a noun tells of one person, as no noun for a company does ("driver", not "developer")."""
    lemma = noun.lemma_
    hinting = data.words("types", "hinting")
    return noun.tag_ == "NN" and lemma in data.words("types", "persons") and (not by_noun(lemma) or lemma in hinting)


def _is_introduced(doc: Doc, first: int, last: int, label: str) -> bool:
    """Return whether a title or the noun before the name says that it is a person's ("Ms. Reyes", "driver Ana")."""
    if first == 0 or label in PLACES:
        return False
    before = doc[first - 1]
    apart = label and last > first and before.text == "," and _is_title_apart(doc[last])
    if before.lower_ in data.words("types", "courtesies") or apart:
        return True
    if label != "PERSON":
        return False
    if last + 1 < len(doc) and doc[last + 1].text == "," and any(map(is_person_noun, children(doc[last], "appos"))):
        return True  # "said Ana, a driver"
    if before.i == 0:
        return False
    lemma = before.lemma_
    return before.tag_ == "NN" and (lemma in data.words("types", "titles") or lemma in data.words("types", "persons"))


def _is_title_apart(name: Token) -> bool:
    """Return whether a title stands before a name, parted from it by a comma ("the transport minister, Ana Reyes,")."""
    noun = name.head
    return name.dep_ == "appos" and noun.tag_ == "NN" and noun.lemma_ in data.words("types", "titles")


def _is_site(doc: Doc, first: int, last: int) -> bool:
    """Return whether the name tells where somebody's site is ("Acme's Playa Norte studio")."""
    name = doc[last]
    if first == 0 or name.dep_ != "compound" or name.head.i != last + 1 or doc[first - 1].tag_ not in ("POS", "PRP$"):
        return False
    return name.head.lemma_ in data.words("types", "sites")


# ---- words of the name ----


def by_words(words: list[str], *, personal: bool = False) -> str:
    """Return the class that a word of the name shows, empty for none; of a `personal` name the last word alone.

    The head tells first: the last word, or the last before "of", "for" and their like ("Department of Justice").
    """
    if len(words) < 2:
        return ""
    if personal:
        return next((cls for cls, cues in _name_words().items() if words[-1] in cues["firm"]), "")
    if words[0] == "project" and len(words) == 2:
        return "Technology"
    small = next((i for i, word in enumerate(words) if i and word in _SMALL), len(words))
    for fits in (_fits_phrase, _fits_head, _fits_any):
        if cls := next((cls for cls, cues in _name_words().items() if fits(words, small, cues)), ""):
            return cls
    return ""


def _fits_phrase(words: list[str], _: int, cues: Cues) -> bool:
    text = " ".join(words)
    united = words[0] == "united" and words[-1] == "workers"
    return any(phrase in text for phrase in cues["phrases"]) or (united and "united workers" in cues["phrases"])


def _fits_head(words: list[str], small: int, cues: Cues) -> bool:
    return words[small - 1] in cues["any"] or (small > 1 and words[small - 1] in cues["last"])


def _fits_any(words: list[str], _: int, cues: Cues) -> bool:
    return words[-1] in cues["last"] or not cues["any"].isdisjoint(words)


_SMALL = frozenset(("of", "for", "to", "against", "in", "on", "at", "de", "des", "du", "del", "da", "do", "van"))


@cache
def _name_words() -> dict[str, Cues]:
    return {
        cls: {key: frozenset(map(str, cues.get(key, ()))) for key in ("any", "last", "phrases", "firm")}
        for cls, cues in data.load("types")["name_words"].items()
    }


@cache
def telling() -> frozenset[str]:
    """Return the words that show a class anywhere in a name or at its end, of whatever class."""
    return frozenset(word for cues in _name_words().values() for key in ("any", "last") for word in cues[key])


@cache
def bodies() -> frozenset[str]:
    """Return the nouns by which a body with a longer name is called for short ("the Guild")."""
    listed = ("Union", "GovernmentBody", "CivilSocietyGroup", "University")
    return frozenset(word for cls in listed for key in ("any", "last") for word in _name_words()[cls][key])


@cache
def group_heads() -> frozenset[str]:
    """Return the nouns by which groups and unions are called ("coalition"), those of people left out ("workers")."""
    cues = _name_words()
    return (cues["CivilSocietyGroup"]["any"] | cues["Union"]["any"]) - data.words("types", "crowds")


# ---- words beside it ----


def beside(doc: Doc, first: int, last: int) -> tuple[str, str]:
    """Return the class that a noun beside the name shows ("delivery company Swiggy"), and what it hints at ("site")."""
    noun, cls = next(((noun, cls) for noun in _neighbours(doc, first, last) if (cls := by_noun(noun))), ("", ""))
    return ("", cls) if noun in data.words("types", "hinting") else (cls, "")


def _told(noun: Token) -> str:
    """Return the lemma of a noun that may tell what a name is; "steel group" is as good as "company"."""
    lemma = noun.lemma_
    if lemma in _OF_NEWS and noun.beside(-1) == "news":
        return "outlet"
    if lemma == "group" and noun.beside(-1) in data.words("types", "group_trades"):
        return "company"
    return lemma


def by_noun(noun: str) -> str:
    """Return the class of what a noun introduces by name ("a group called …"), empty where it tells none."""
    return introducing().get(noun, "")


@cache
def introducing() -> dict[str, str]:
    """Return the nouns that introduce a name by what it is ("app", "union"), each with the class that it shows."""
    beside = data.load("types")["beside"]
    return {str(noun): str(cls) for cls in reversed(beside) for noun in beside[cls]}


@cache
def introducing_nouns() -> frozenset[str]:
    """Return the nouns that introduce a name by what it is."""
    return frozenset(introducing())


def _neighbours(doc: Doc, first: int, last: int) -> Iterator[str]:
    """Yield the lemmas of the nouns beside a name, the nearest first."""
    head = doc[last]
    before = doc[first - 1] if first else head
    if before.pos_ in ("NOUN", "ADJ") or before.lower_ in ("startup", "start-up"):
        yield _told(before)
    if first > 1 and before.lower_ in ("called", "named", "dubbed") and doc[first - 2].pos_ == "NOUN":
        yield doc[first - 2].lemma_
    if first > 2 and before.lower_ == "as" and doc[first - 2].lower_ == "known" and doc[first - 2].head.pos_ == "NOUN":
        yield doc[first - 2].head.lemma_  # "under the program, known as Falcon"
    if head.dep_ == "oprd" and head.head.lemma_ in ("call", "name", "dub"):
        caller = head.head
        named = [caller.head] if caller.dep_ == "acl" else [c for c in caller.children if c.dep_ == "nsubjpass"]
        yield from (noun.lemma_ for noun in named)
    if head.dep_ == "appos" and head.head.pos_ == "NOUN":
        yield _told(head.head)
    yield from (_told(c) for c in head.children if c.dep_ == "appos" and c.pos_ == "NOUN")
    after = doc[last + 1] if last + 1 < len(doc) else None
    if after is not None and after.pos_ == "NOUN" and head.dep_ in ("compound", "nmod"):
        lemma = after.lemma_
        if lemma not in data.words("types", "never_after"):
            yield lemma


# ---- grammar around it ----


def _by_grammar(last: Token, label: str) -> str:
    """Return the class of what stands where the name stands ("told X", "sued X", "employees of X", "joined X")."""
    slots = list(_slots(last))
    if label == "of_people":
        slots = [slot for slot in slots if slot[0] != "subject" or slot[1] not in data.words("types", "human")]
    for table in ("grammar_of_places",) if label in PLACES else ("grammar",) if label else ("grammar", "no_place"):
        for cls, rules in _grammar(table).items():
            if any(slot in rules or (slot[0], "*") in rules for slot in slots):
                return "" if cls == "Place" and label == "ORG" and last.text.isupper() else cls
    return ""


@cache
def _grammar(table: str) -> dict[str, frozenset[tuple[str, str]]]:
    """Return for each class the pairs of a slot and the lemma of the governing word that show it."""
    types = data.load("types")
    lists = {"PEOPLE": types["employer_heads"], "SITES": types["employer_sites"]}
    found: dict[str, set[tuple[str, str]]] = {}
    for cls, slots in types[table].items():
        for slot, lemmas in slots.items():
            for lemma in map(str, lemmas):
                found.setdefault(cls, set()).update((slot, str(one)) for one in lists.get(lemma, [lemma]))
    return {cls: frozenset(rules) for cls, rules in found.items()}


_SLOTS = {
    "nsubj": "subject",
    "nsubjpass": "passive",
    "dobj": "object",
    "dative": "object",
    "compound": "modifies",
    "nmod": "modifies",
    "amod": "modifies",
    "poss": "owns",
}


def _slots(last: Token) -> Iterator[tuple[str, str]]:
    """Yield the slots that a name fills, a preposition or one of `_SLOTS`, each with the lemma of its governor.

    A governor is also told with the word before it ("collective agreement"); what stands in apposition to a noun fills
    its slots.
    """
    heads = [first_conjunct(last)]
    if last.dep_ == "appos":
        heads.append(first_conjunct(last.head))
    for head in heads:
        slot, governor = _SLOTS.get(head.dep_, ""), head.head
        if head.dep_ == "pobj":
            slot, governor = head.head.lower_, head.head.head
        if slot:
            lemma = governor.lemma_
            if slot == "on" and lemma in data.words("types", "asking") and (lemma != "call" or governor.pos_ == "VERB"):
                slot = "upon"  # to call on Facebook to stop is no call on Facebook
            yield slot, lemma
            if governor.i and governor.doc[governor.i - 1].head == governor:
                yield slot, f"{governor.beside(-1)} {lemma}"
