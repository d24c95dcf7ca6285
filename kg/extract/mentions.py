"""Finds the names and groups of people in a parsed text and says what each is: the candidates for every role."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kg.extract import data
from kg.extract.discourse import Discourse, Referent
from kg.extract.grammar import first_conjunct
from kg.extract.names import KnownName, NameList, NameMatch
from kg.extract.nlp import Chunk, Doc, Token

NAME_LABELS = frozenset({"PERSON", "ORG", "PRODUCT", "GPE", "LOC", "FAC"})
_EDGE = "\"'“”‘’«»()[]{},;:!?*_|/\\…-–— \t\n\xa0"
_ACRONYM = re.compile(r"[A-Z][A-Za-z&.\-]{1,9}$")


@dataclass(slots=True)
class Scene:
    """A chunk with what was found in it: the referent of each token of a name, and the document's discourse.

    `named` maps a token index to its referent, `spans` to the token range [first, last] of the whole name. `taken` are
    tokens that belong to a group of people whose phrase has been read.
    """

    chunk: Chunk
    text: str
    discourse: Discourse
    named: dict[int, Referent] = field(default_factory=dict)
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    groups: dict[int, Referent | None] = field(default_factory=dict)

    @property
    def doc(self) -> Doc:
        """Return the parsed piece of text."""
        return self.chunk.doc

    def chars(self, first: int, last: int) -> tuple[int, int]:
        """Return the document offsets of the tokens first..last (both inclusive)."""
        end = self.doc[last]
        return self.chunk.offset + self.doc[first].idx, self.chunk.offset + end.idx + len(end)

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


def read_names(scene: Scene, names: NameList, *, listed_only: Sequence[tuple[int, int]] = ()) -> None:
    """Enter all names of the scene into its discourse: listed ones first, then those the model or the tags suggest.

    In the stretches `listed_only` (half-open offsets in the chunk) the model's own suggestions are not taken.
    """
    covered: set[int] = set()
    found: list[_Found] = []
    for candidate in _candidates(scene, names):
        start = scene.doc[candidate.first].idx
        if candidate.known is None and any(a <= start < b for a, b in listed_only):
            continue
        if any(i in covered for i in range(candidate.first, candidate.last + 1)):
            continue
        covered.update(range(candidate.first, candidate.last + 1))
        found.append(candidate)
    for item in sorted(found, key=lambda f: f.first):
        start, end = scene.chars(item.first, item.last)
        referent = scene.discourse.name(scene.text[start:end], item.cls, (start, end), item.known)
        for i in range(item.first, item.last + 1):
            scene.named[i] = referent
            scene.spans[i] = (item.first, item.last)
    _read_acronyms(scene)


def _candidates(scene: Scene, names: NameList) -> Iterable[_Found]:
    doc = scene.doc
    for match in names.find(doc.text):
        span = doc.char_span(match.start, match.end, alignment_mode="expand")
        if span is not None and _supported(doc, match, span.start, span.end - 1):
            yield _widened(doc, span.start, span.end - 1, match.entry)
    stop = data.words("types", "stop")
    ends = sorted((e for e in doc.ents if e.label_ in NAME_LABELS), key=lambda e: (-len(e), e.start))
    for ent in ends:
        trimmed = _trim(doc, ent.start, ent.end - 1)
        if trimmed and _is_name(doc, *trimmed) and doc[trimmed[0] : trimmed[1] + 1].text.lower() not in stop:
            yield _Found(*trimmed, classify(doc, *trimmed, ent.label_), None)
    for first, last in _proper_runs(doc):
        trimmed = _trim(doc, first, last)
        if trimmed and _is_name(doc, *trimmed) and doc[trimmed[0] : trimmed[1] + 1].text.lower() not in stop:
            cls = classify(doc, *trimmed, "")
            if cls:
                yield _Found(*trimmed, cls, None)


def _supported(doc: Doc, match: NameMatch, first: int, last: int) -> bool:
    """Return whether the context bears out a listed name whose form is also an ordinary word."""
    if not match.ambiguous:
        return True
    if _is_a_people(doc, first, last):
        return False
    tokens = [doc[i] for i in range(first, last + 1)]
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


def _widened(doc: Doc, first: int, last: int, known: KnownName) -> _Found:
    """Return a listed name, or the longer name around it ("Amazon" in "Amazon Employees for Climate Justice")."""
    for ent_first, ent_last in _capital_run(doc, first, last):
        longer = classify(doc, ent_first, ent_last, "ORG")
        if longer in ("CivilSocietyGroup", "Union", "NewsOutlet") and longer != known.type:
            return _Found(ent_first, ent_last, longer, None)
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
    titles = data.words("types", "titles")
    while first <= last and (
        doc[first].lower_ in ("the", "a", "an", "former", "ex", "current")
        or doc[first].text.strip(_EDGE) == ""
        or (doc[first].lower_ in titles and last > first)
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


NUMERIC = frozenset({"DATE", "TIME", "MONEY", "CARDINAL", "PERCENT", "ORDINAL", "LAW", "EVENT"})
"""Labels of what is no actor, technology or place."""


def _is_name(doc: Doc, first: int, last: int) -> bool:
    """Return whether tokens first..last look like a name rather than like words or numbers."""
    tokens = doc[first : last + 1]
    if any(t.is_space for t in tokens) or len(tokens) > 12 or len(tokens.text) < 2:
        return False
    capital = any(t.text[:1].isupper() or t.text[:1] in "#@" for t in tokens)
    if not capital or all(t.is_stop for t in tokens) or all(t.like_num or t.ent_type_ in NUMERIC for t in tokens):
        return False
    if all(t.lower_ in data.words("types", "peoples") or t.pos_ in ("CCONJ", "PUNCT") for t in tokens):
        return False
    head, heads = tokens[-1], data.words("collectives", "heads")
    if head.lower_ == head.text and head.lemma_.lower() in heads:
        return False
    return len(tokens) > 1 or _is_single_name(head)


def _is_single_name(token: Token) -> bool:
    """Return whether one capitalised word alone is a name: no site, no group, no common word that opens a sentence."""
    lemma = token.lemma_.lower()
    if any(lemma in data.words("collectives", key) for key in ("sites", "heads", "institutions", "bundles")):
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
            and token.text[:1].isupper()
            and token.ent_type_ in ("", "ORG", "PRODUCT", "NORP", "WORK_OF_ART")
        )
        if proper and start < 0:
            start = token.i
        elif not proper and start >= 0:
            yield start, token.i - 1
            start = -1
    if start >= 0:
        yield start, len(doc) - 1


def classify(doc: Doc, first: int, last: int, label: str) -> str:
    """Return the class of an unlisted name from its words, the noun beside it, and the model's `label` for it.

    An empty string where nothing speaks for a name (only where `label` is empty).
    """
    words = [doc[i].lower_ for i in range(first, last + 1)]
    text = " ".join(words)
    if last > first and words[-1].strip(".") in data.words("types", "legal_forms"):
        return "Company"
    if label != "PERSON" and (cls := _by_words(words, text)):
        return cls
    if cls := _by_neighbour(doc, first, last):
        return cls if label != "PERSON" or cls != "Technology" else "Person"
    if _is_company(doc, first, last, label):
        return "Company"
    return str(data.load("types")["labels"].get(label, ""))


def _is_company(doc: Doc, first: int, last: int, label: str) -> bool:
    """Return whether the grammar shows a company: sued or boycotted, an employer, a modifier of a common noun."""
    head = doc[last]
    if (
        label != "PERSON"
        and head.dep_ == "dobj"
        and head.head.lemma_ in data.load("types")["company_roles"]["object_of"]
    ):
        return True
    full_name = label == "PERSON" and last > first
    if label not in ("GPE", "LOC", "FAC") and not full_name and _is_employer(head):
        return True
    return label == "PERSON" and not full_name and head.dep_ == "compound" and head.head.pos_ == "NOUN"


def _by_words(words: list[str], text: str) -> str:
    for cls, cues in _name_words().items():
        if words[-1] in cues["last"] and len(words) > 1:
            return cls
        if len(words) > 1 and (cues["any"] & set(words) or any(" " in cue and cue in text for cue in cues["phrases"])):
            return cls
    return ""


_NAME_WORDS: dict[str, dict[str, frozenset[str]]] = {}


def _name_words() -> dict[str, dict[str, frozenset[str]]]:
    if not _NAME_WORDS:
        for cls, cues in data.load("types")["name_words"].items():
            words = frozenset(map(str, cues["any"]))
            _NAME_WORDS[cls] = {
                "any": frozenset(w for w in words if " " not in w),
                "phrases": frozenset(w for w in words if " " in w),
                "last": frozenset(map(str, cues["last"])),
            }
    return _NAME_WORDS


def _by_neighbour(doc: Doc, first: int, last: int) -> str:
    """Return the class that a noun in apposition or right before the name shows ("delivery company Swiggy")."""
    beside = data.load("types")["beside"]
    nouns = []
    if first > 0 and doc[first - 1].pos_ == "NOUN":
        nouns.append(doc[first - 1].lemma_.lower())
    head = doc[last]
    if head.dep_ == "appos" and head.head.pos_ == "NOUN":
        nouns.append(head.head.lemma_.lower())
    nouns += [c.lemma_.lower() for c in head.children if c.dep_ == "appos" and c.pos_ == "NOUN"]
    if last + 1 < len(doc) and doc[last + 1].pos_ == "NOUN" and head.dep_ in ("compound", "nmod"):
        nouns.append(doc[last + 1].lemma_.lower() if doc[last + 1].lemma_.lower() not in ("company", "service") else "")
    for noun in nouns:
        for cls, cues in beside.items():
            if noun in cues:
                return str(cls)
    return ""


def _is_employer(last: Token) -> bool:
    """Return whether the name stands where employers stand ("Foodly workers", "drivers for X", "X's CEO")."""
    heads = data.words("types", "employer_heads")
    head = first_conjunct(last)
    if head.dep_ in ("compound", "nmod", "poss") and head.head.lemma_.lower() in heads:
        return True
    roles = data.load("types")["company_roles"]
    if head.dep_ in ("nsubj", "nsubjpass") and head.head.lemma_ in roles["subject_of"]:
        return True
    if head.dep_ in ("dobj", "pobj") and head.head.lemma_ in roles["object_of"]:
        return True
    if head.dep_ == "pobj" and head.head.lower_ in ("at", "for", "of", "from", "against", "with", "by"):
        governor = head.head.head
        return governor.lemma_.lower() in heads
    return False


def _read_acronyms(scene: Scene) -> None:
    """Tie a name to the short form that follows it in brackets: "American Civil Liberties Union (ACLU)"."""
    doc = scene.doc
    for token in doc:
        if token.text != "(" or token.i == 0 or token.i + 2 >= len(doc) or doc[token.i + 2].text != ")":
            continue
        inner, before = doc[token.i + 1], scene.named.get(token.i - 1)
        if before is None or not _ACRONYM.match(inner.text) or before.cls == "Place":
            continue
        scene.discourse.alias(before, inner.text, scene.chars(inner.i, inner.i))
        scene.named[inner.i], scene.spans[inner.i] = before, (inner.i, inner.i)
