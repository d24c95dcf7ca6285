"""Reads concerns: what an action is about, and who is accused of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from kg.extract import data
from kg.extract.discourse import ACTORS
from kg.extract.grammar import SUBJECTS, children, conjuncts, governor, is_passive, own_subjects, prepositional
from kg.extract.groups import is_group_head
from kg.extract.mentions import Scene
from kg.extract.nlp import Token
from kg.extract.phrases import clause, noun_phrase
from kg.extract.saying import Content, clauses, drawn_in, each, is_asked, nouns, whole, words


@cache
def claiming() -> frozenset[str]:
    """Return the lemmas of the verbs by which it is told what an action is about."""
    return words("concerns") | words("alleging") | words("holding") | {"oppose"}


def by_verb(scene: Scene, verb: Token) -> Iterator[Content]:
    """Yield what a verb of `claiming` says an action is about: "denounced the deal", "alleging that", "opposed to"."""
    lemma = verb.lemma_
    if lemma in words("concerns"):
        yield from _concerned(scene, verb)
    if lemma in words("alleging"):
        if not any(_is_other_side(scene, subject) for subject in own_subjects(verb, SUBJECTS)):
            yield from _alleged(scene, verb)
    elif lemma in words("holding") and _is_by_a_court(scene, verb):
        yield from _alleged(scene, verb)
    if lemma == "oppose":
        yield from nouns(scene, verb, prepositional(verb, "to"), "opposed", 0.7)


@cache
def telling() -> frozenset[str]:
    """Return the lemmas of the nouns by which it is told what an action is about."""
    return words("disputes") | words("feelings") | words("grievances") | words("matters") | words("topics")


def by_noun(scene: Scene, noun: Token) -> Iterator[Content]:
    """Yield what a noun of `telling` says an action is about: "anger at the firm", "in a pay dispute"."""
    lemma = noun.lemma_
    if lemma in words("feelings"):
        yield from nouns(scene, noun, prepositional(noun, "with", "at"), "feeling", 0.6)
    if lemma in words("disputes") and noun.dep_ == "pobj":
        yield from _dispute(scene, noun)
    if lemma in words("grievances"):
        yield from _issues(scene, noun)
    if noun.dep_ == "compound":
        return
    plight = _is_plight(noun)
    if (lemma in words("matters") or (plight and lemma in words("topics"))) and not _says_little(noun):
        governed = governor(noun) if plight else None
        carrier = governed[0] if governed else noun
        for head, within in drawn_in(noun) or [(noun, None)]:
            matter = noun_phrase(scene, head, without=words("comparatives"), within=within)
            if matter is not None:
                yield Content("concerns", carrier, matter, head, "matter", 0.5)


def _is_plight(noun: Token) -> bool:
    """Return whether a noun complains by itself ("low wages", "no pension", "lack of rest"), wherever it is told."""
    if noun.lemma_ in words("lacking"):
        return bool(children(noun, "prep"))
    told = [c for c in noun.children if c.i < noun.i and c.tag_ != "JJR"]
    if noun.lemma_ in words("matters") and any(c.lower_ == "no" for c in told):
        return True
    return any(c.lemma_ in data.words("themes", "harsh") for c in told)


def _says_little(noun: Token) -> bool:
    """Return whether a noun of matters tells none: "its policies", "plans to strike", "a dispute about" the matter."""
    if noun.lemma_ == "dispute":
        return bool(prepositional(noun, "with", "about", "over", "between"))
    parts = [child for child in noun.children if not child.is_punct]
    if any(c.lemma_ in words("own_doing") for c in parts if c.dep_ == "acl"):
        return True
    return len(parts) == 1 and parts[0].tag_ == "PRP$"


def _issues(scene: Scene, noun: Token) -> Iterator[Content]:
    """Read "the main issues are pay and safety", and "pay and safety are the main issues"."""
    verb = noun.head
    told = {"nsubj": ("attr", "dobj"), "attr": ("nsubj",)}.get(noun.dep_, ())
    if told and verb.lemma_ in words("listing_verbs"):
        for child in children(verb, *told):
            for head, phrase in each(scene, verb, child):
                yield Content("concerns", verb, phrase, head, "issue", 0.7)


def _concerned(scene: Scene, verb: Token) -> Iterator[Content]:
    for child in children(verb, "dobj", "obj"):
        yield from nouns(scene, verb, conjuncts(child), "object", 0.7)


def _dispute(scene: Scene, noun: Token) -> Iterator[Content]:
    """Read "in a pay dispute": the dispute itself is what the action is about."""
    if noun.head.lower_ in ("in", "amid", "over") and any(c.dep_ in ("compound", "amod") for c in noun.children):
        yield from nouns(scene, noun.head, [noun], "dispute", 0.6)


def _alleged(scene: Scene, verb: Token) -> Iterator[Content]:
    """Read what is alleged, and of whom; whose doing it is stays out of it ("alleging that the firm underpaid us")."""
    for comp in children(verb, "ccomp", "xcomp"):
        theirs = any(is_asked(scene, s) or s.pos_ == "PRON" for s in children(comp, "nsubj"))
        supposed = any(c.tag_ == "MD" or c.dep_ == "expl" for c in comp.children)  # what ought to be
        if not supposed and (phrase := clause(scene, comp, with_subject=not theirs)):
            yield Content("concerns", verb, phrase, comp, "alleged", 0.65)
        allowed = any(c.tag_ == "MD" and c.lower_ in ("may", "can", "could") for c in comp.children)
        for subject in [] if allowed else children(comp, "nsubj"):
            yield from (Content("accused", verb, None, head, "accused", 0.6) for head in conjuncts(subject))
    for child in children(verb, "dobj", "obj"):
        for head in conjuncts(child):
            if verb.lemma_ == "accuse":
                yield Content("accused", verb, None, head, "accused", 0.7)
            elif phrase := noun_phrase(scene, head):
                yield Content("concerns", verb, phrase, head, "alleged", 0.6)
        for prep in (p for p in [*verb.children, *child.children] if p.dep_ == "prep" and p.lower_ == "of"):
            for comp in children(prep, "pcomp"):
                if phrase := clause(scene, comp):
                    yield Content("concerns", verb, phrase, comp, "accused", 0.65)


@cache
def _phrases() -> dict[str, dict[str, list[tuple[str, ...]]]]:
    """Return the phrases by their first word and the second, each as the words after these."""
    table: dict[str, dict[str, list[tuple[str, ...]]]] = {}
    for phrase in data.load("frames/content")["concern_phrases"]:
        first, second, *others = phrase.split()
        table.setdefault(first, {}).setdefault(second, []).append(tuple(others))
    return table


@cache
def leading() -> frozenset[str]:
    """Return the words that may lead to what an action is about, or begin a phrase that does."""
    return BEFOREHAND | words("concern_prepositions").union(_phrases())


def after_preposition(scene: Scene, token: Token) -> Iterator[Content]:
    """Yield what a word of `leading`, or a phrase that begins with it, leads to ("over the cuts", "in protest of")."""
    doc = token.doc
    begun = _phrases().get(token.lower_)
    second = token.beside(1) if begun else ""
    for others in begun.get(second, ()) if begun else ():
        last = token.i + 1 + len(others)
        if all(token.beside(k) == word for k, word in enumerate(others, 2)):
            yield from _after(scene, token, doc[last], " ".join((token.lower_, second, *others)))
            return
    if token.lower_ in BEFOREHAND:
        yield from _suffered(scene, token)
    elif token.lower_ in words("concern_prepositions") and token.dep_ in ("prep", "mark", "prt"):
        if token.is_title and not token.is_sent_start and token.head.is_title:
            return  # "Students Against Cuts"
        yield from _after(scene, token, token, token.lower_)


BEFOREHAND = frozenset({"after", "as", "since"})
"""Marks of what happened before people act."""


def _suffered(scene: Scene, mark: Token) -> Iterator[Content]:
    """Read what people had to suffer before they act: "walked out after the firm fired a cook", "as it cuts fares"."""
    verb = mark.head
    if mark.dep_ != "mark" or verb.pos_ != "VERB" or verb.lemma_ not in words("wronging"):
        return
    doers = [] if is_passive(verb) else children(verb, "nsubj")
    if mark.lower_ != "after" and not any(is_asked(scene, doer) for doer in doers):
        return
    if children(verb, "dobj") and any(is_group_head(doer) for doer in doers):
        return
    for inner in clauses(verb):
        yield from whole(scene, "concerns", mark, inner, "suffered", 0.6)


_FOR_OR_AGAINST = frozenset({"against", "in favor of", "in favour of"})
"""Words after which a party to a case may stand, rather than what it is about."""


def _after(scene: Scene, carrier: Token, last: Token, path: str) -> Iterator[Content]:
    for pobj in children(last, "pobj") or [c for c in children(carrier, "pobj") if c.i > last.i]:
        for head, phrase in each(scene, carrier, pobj):
            if path not in _FOR_OR_AGAINST or not _is_opponent(scene, head, carrier):
                yield Content("concerns", carrier, phrase, head, path, 0.7)
    for comp in children(last, "pcomp"):
        for verb in clauses(comp):
            yield from whole(scene, "concerns", carrier, verb, path, 0.65)
    if last.lower_ == "because" and last.dep_ == "mark":
        for verb in clauses(last.head):
            yield from whole(scene, "concerns", carrier, verb, path, 0.5)


def _is_other_side(scene: Scene, subject: Token) -> bool:
    """Return whether it is a company or its management that claims something."""
    if subject.i in scene.named:
        return scene.named[subject.i].cls == "Company"
    return any(subject.lemma_ in data.words("collectives", key) for key in ("institutions", "managers"))


def _is_by_a_court(scene: Scene, verb: Token) -> bool:
    """Return whether it is a court or an office that holds something."""
    for subject in own_subjects(verb, SUBJECTS):
        named = scene.named.get(subject.i)
        if named.cls == "GovernmentBody" if named else subject.lemma_ in words("courts"):
            return True
    return False


def _is_opponent(scene: Scene, head: Token, against: Token) -> bool:
    """Return whether "against" tells whom an action is directed at, not what it is about: "a suit against the bank"."""
    if head.i in scene.named:
        return scene.named[head.i].cls in ACTORS
    lemma = head.lemma_
    if lemma in words("firms"):
        return True
    party = is_group_head(head) or lemma in data.words("collectives", "institutions") or lemma in words("empty")
    return party and against.head.lemma_ in words("cases")
