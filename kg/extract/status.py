"""Reads whether an action happened: its status and how sure the text is of it, from tense, mood and context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from kg.extract import data
from kg.extract.grammar import children, climb_verbs, is_infinitive, is_negated, is_passive
from kg.extract.nlp import Token
from kg.model import Factuality

STATUSES = ("cancelled", "prevented", "threatened", "planned", "ongoing")
"""In the order in which they are looked for; what shows none of them has occurred."""

VERBS_OF = {"Protest": "protest_verbs", "LegalAction": "legal_verbs"}
"""Class of an event -> the key of the verbs that show a status of that class only."""

_VERBAL = ("VERB", "AUX")
_PRESENT = ("VBP", "VBZ")
_FINITE = ("VBD", *_PRESENT)


@cache
def _status_words(status: str, key: str) -> frozenset[str]:
    return frozenset(map(str, data.load("frames/status")[status].get(key, ())))


@cache
def _statuses(key: str) -> dict[str, set[str]]:
    """Return what each word shows of those that `key` lists for the statuses."""
    table: dict[str, set[str]] = {}
    for status in STATUSES:
        for word in _status_words(status, key):
            table.setdefault(word, set()).add(status)
    return table


def _shown(words: Iterable[str], key: str) -> set[str]:
    """Return the statuses that words show which `key` lists."""
    table = _statuses(key)
    return {status for word in words if word in table for status in table[word]}


def read(token: Token, support: Token | None, *, slot: str = "", cls: str = "") -> tuple[str, Factuality]:
    """Return the status of the event that `token` evokes and how sure the text is that it is so.

    `support` is the verb that governs it, `slot` the place where it stands under that verb (see `grammar.governor`);
    `cls` is the class of the event: protests are voted for and called for before they happen.
    """
    if told := _outright(token, support, slot, cls):
        return told, "certain"
    if support is not None and slot in ("subject", "object") and _is_general(token, support):
        return "occurred", "negated"
    if support is not None and _stands_apart(support, slot, cls):
        status = next(_said(token, [token, *_between(token, support)], cls), "occurred")
        return status, "negated" if status == "occurred" and is_negated(token) else "certain"
    verb = support or token
    chain = _governing(verb, cls)
    if support is not None:
        chain = [token, *chain]
    negated = any(is_negated(t) for t in chain[: 3 if support else 2]) or is_negated(token)
    said = [*chain, *_between(token, support)] if support is not None else chain
    status = _status_of(token, verb, said, cls)
    if status == "occurred" and negated:
        return "occurred", "negated"
    if negated and status in ("planned", "threatened", "ongoing"):
        return status, "negated"
    return status, _factuality(chain)


def _is_open(verb: Token, slot: str, cls: str) -> bool:
    """Return whether more is to come: a petition gathers names still, or a court has not had its word yet."""
    if cls == "Petition":
        return slot == "subject" and _counts_on(verb)
    return cls == "LegalAction" and slot in ("subject", "object") and _is_undecided(verb, slot)


def _is_undecided(verb: Token, slot: str) -> bool:
    """Return whether a verb tells what a court is yet to do: "is pending", "will be heard in May", "goes to trial"."""
    if slot == "object":
        return verb.lemma_ in _status_words("ongoing", "heard") and is_passive(verb) and _is_ahead(verb)
    if verb.lemma_ in ("be", "remain"):
        return _is_present(verb) and bool(_complements(verb) & _status_words("ongoing", "undecided"))
    return verb.lower_ == "pending" or (verb.lemma_ == "go" and (_is_ahead(verb) or verb.tag_ in _PRESENT))


def _outright(token: Token, support: Token | None, slot: str, cls: str) -> str:
    """Return the status that the grammar around the event tells whatever the verbs above it say, empty for none."""
    if any(map(_took_place, children(token, "relcl"))):
        return "occurred"
    return "ongoing" if support is not None and _is_open(support, slot, cls) else ""


def _took_place(verb: Token) -> bool:
    """Return whether a clause tells that an action was held ("a rally, which took place on Sunday and drew 900")."""
    return verb.tag_ == "VBD" and verb.lemma_ in _status_words("occurred", "held") and not _is_ahead(verb)


def _is_general(noun: Token, verb: Token) -> bool:
    """Return whether nothing that happened is told, but how things are: "strikes are rare", "strikes are banned"."""
    if noun.tag_ != "NNS" or any(c.dep_ in ("det", "poss", "nummod") and c.lower_ != "such" for c in noun.children):
        return False
    words = data.words("frames/status", "general")
    if verb.lemma_ == "be":
        return _is_present(verb) and bool(_complements(verb) & words)
    return verb.lemma_ in words and any(a.tag_ in _PRESENT for a in children(verb, "auxpass"))


def _governing(verb: Token, cls: str) -> list[Token]:
    """Return `verb` and the verbs above it that tell of the event, none of those whose background it is.

    A case is ended with means that are yet to come ("will pay to settle"): the end is none the less reached.
    """
    if verb.pos_ not in _VERBAL:
        return [verb]
    behind = data.words("frames/status", "behind")
    found: list[Token] = []
    for token in climb_verbs(verb):
        if token.dep_ == "prep" and token.lower_ in behind:
            break
        found.append(token)
        if token.dep_ == "ccomp" and token.i < token.head.i and is_negated(token.head):
            break
        if (cls == "LegalAction" and token.dep_ == "advcl") or (token.dep_ == "conj" and token.tag_ in _FINITE):
            break
    return found


def _between(token: Token, support: Token) -> list[Token]:
    """Return the nouns that stand between a noun and the verb that governs it ("announced plans for a strike")."""
    found: list[Token] = []
    for above in token.ancestors:
        if above == support:
            break
        if above.pos_ == "NOUN":
            found.append(above)
    return found


def _stands_apart(verb: Token, slot: str, cls: str) -> bool:
    """Return whether the verb tells of something else: what came after the event, or what the event brought about."""
    words = data.load("frames/status")
    lemma = verb.lemma_
    if slot in ("object", "subject", ""):
        if slot == "object" and cls == "LegalAction" and lemma in words["settling"]:
            return True
        return slot == "subject" and lemma not in words["happening"]
    if slot == "in":
        return lemma not in words["within"]
    return slot in words["apart"]


def _status_of(token: Token, verb: Token, chain: list[Token], cls: str) -> str:
    all_said = list(_said(token, chain, cls))
    final = next((s for s in all_said if s in ("cancelled", "prevented")), None)
    if final is None and verb != token and any(map(_is_dropped, children(verb, "conj"))):
        final = "cancelled"
    said = final or next(iter(all_said), None) or _tense_status(token, verb, chain, cls)
    if said == "planned" and cls in VERBS_OF and any(map(_is_conditional, chain)):
        return "threatened"
    return said


def _is_dropped(verb: Token) -> bool:
    """Return whether a verb takes back what the one before it tells: "was planned and called off"."""
    if verb.pos_ not in _VERBAL or not _verb_forms(verb) & _status_words("cancelled", "verbs"):
        return False
    objects = children(verb, "dobj", "nsubj", "nsubjpass")
    return all(o.lower_ == "it" for o in objects)


def _is_conditional(verb: Token) -> bool:
    """Return whether something must come before it: "will strike if talks fail"."""
    clauses = children(verb, "advcl") if verb.pos_ in _VERBAL else []
    return any(mark.lower_ in ("if", "unless") for clause in clauses for mark in children(clause, "mark"))


# ---- words ------------------------------------------------------------------------------


def _said(token: Token, chain: Sequence[Token], cls: str) -> Iterator[str]:
    """Yield the statuses that words say: modifiers ("a planned strike"), participles, verbs and nouns above it."""
    words = [c.lower_ for c in token.children if c.dep_ in ("amod", "compound", "det")]
    yield from _in_order(_shown(words, "modifiers"))
    arranged = {c.lemma_ for c in token.children if c.dep_ in ("acl", "relcl") and c.tag_ == "VBN"}
    if arranged & _status_words("planned", "verbs"):
        yield "planned"
    for governing in chain:
        if governing == token:
            continue
        if governing.pos_ in _VERBAL:
            yield from _verb_says(token, governing, chain, cls)
        elif governing.pos_ == "NOUN":
            yield from _in_order(_shown([governing.lemma_], "nouns"))


def _in_order(shown: set[str]) -> list[str]:
    return [status for status in STATUSES if status in shown] if shown else []


def _verb_says(token: Token, verb: Token, chain: Sequence[Token], cls: str) -> Iterator[str]:
    """Yield the statuses that a verb above the event shows ("plan", "call off", "are asking people to")."""
    forms = _verb_forms(verb)
    if cls == "LegalAction" and _is_let_go_on(verb):
        yield "ongoing"
    if cls == "Protest":
        if "call_for" in forms and token.lemma_ in _status_words("ongoing", "called_for") and _is_now(verb):
            yield "ongoing"
        if forms & _status_words("planned", "asking") and any(is_infinitive(c) for c in verb.children if c in chain):
            yield "planned"
    shown = _shown(forms, "verbs")
    if cls in VERBS_OF and not any(c.dep_ == "ccomp" and c in chain for c in verb.children):
        own = _shown(forms, VERBS_OF[cls])
        earlier = any(a.lower_ == "had" for a in children(verb, "aux")) if own else False
        shown |= own - {"planned"} if earlier else own
    if verb.lemma_ == "be":
        shown |= _shown(_complements(verb), "modifiers")
    yield from _in_order(shown)


def _is_let_go_on(verb: Token) -> bool:
    """Return whether a court lets a case go on: "allowed the lawsuit to proceed"; from either of the two verbs."""
    going = [verb, *children(verb, "ccomp", "xcomp")]
    goes_on, letting = _status_words("ongoing", "going_on"), _status_words("ongoing", "letting")
    return any(c.lemma_ in goes_on and is_infinitive(c) and c.head.lemma_ in letting for c in going)


def _verb_forms(verb: Token) -> set[str]:
    """Return a verb's lemma with its particles and prepositions ("call_off"), and alone if it has no particle."""
    lemma, joined = verb.lemma_, children(verb, "prt", "prep")
    forms = {f"{lemma}_{c.lower_}" for c in joined}
    return forms if any(c.dep_ == "prt" for c in joined) else forms | {lemma}


def _complements(verb: Token) -> set[str]:
    """Return what "be" says of its subject: "the strike is ongoing", "the strike is off"."""
    return {c.lower_ for c in children(verb, "acomp", "attr", "advmod", "prt")}


# ---- tense and mood ---------------------------------------------------------------------


def _tense_status(token: Token, verb: Token, chain: Sequence[Token], cls: str) -> str:
    verbs = [t for t in chain if t.pos_ in _VERBAL]
    if verb.pos_ in _VERBAL:
        if verb != token and token.dep_ == "pobj" and verb.lemma_ in _BEING and _is_present(verb):
            return "ongoing"
        if any(map(_is_ahead, verbs)) or any(t.pos_ == "ADJ" and t.lemma_ in _AHEAD for t in chain):
            return "planned"
        if cls in VERBS_OF and any(_may_come(t) for t in verbs[:2]):
            return "threatened"
        if (
            any(map(_goes_on, verbs[:3]))
            or (cls == "UnionAction" and any(map(_is_sought, verbs[:2])))
            or (cls == "Protest" and any(map(_lasts_since, verbs[:2])))
            or any(_drags_on(t) or _has_begun(t, token, cls) for t in verbs[:2])
        ):
            return "ongoing"
    return "occurred"


_BEING = ("be", "go", "stay")
"""Verbs whose present tells of what lasts: "are on strike", "as drivers go on strike"."""

_AHEAD = ("ready", "due", "set", "likely")
"""Adjectives of what is about to happen."""


def _is_ahead(verb: Token) -> bool:
    """Return whether a verb tells of the future: "will strike", "said it would strike", "are to follow"."""
    auxiliaries = {a.lower_ for a in children(verb, "aux", "auxpass")}
    if auxiliaries & _status_words("planned", "auxiliaries"):
        return True
    if verb.dep_ == "ccomp" and auxiliaries & _status_words("planned", "reported"):
        return verb.head.tag_ in ("VBD", "VBN") and "have" not in auxiliaries
    being = verb if verb.lemma_ == "be" else verb.head if verb.dep_ == "xcomp" and is_infinitive(verb) else None
    if being is None or being.lemma_ != "be" or children(being, "attr", "acomp"):
        return False  # "is the first to strike"
    return any(map(is_infinitive, children(being, "xcomp")))


def _may_come(verb: Token) -> bool:
    """Return whether a verb tells of what is only possible: "could strike", not "could have struck"."""
    auxiliaries = {a.lower_ for a in children(verb, "aux", "auxpass")}
    return bool(auxiliaries & _status_words("threatened", "auxiliaries")) and "have" not in auxiliaries


def _is_present(verb: Token) -> bool:
    """Return whether a form of "be" speaks of now: "are on strike", "have been on strike"; "have gone" does not."""
    return verb.tag_ in _PRESENT or (verb.lemma_ == "be" and any(c.tag_ in _PRESENT for c in children(verb, "aux")))


def _is_now(verb: Token) -> bool:
    """Return whether a verb tells of now: "urges", "are calling", "are being asked"."""
    auxiliaries = children(verb, "aux", "auxpass")
    present = any(a.tag_ in _PRESENT for a in auxiliaries)
    return verb.tag_ in _PRESENT or (present and (verb.tag_ == "VBG" or any(a.lower_ == "being" for a in auxiliaries)))


def _goes_on(verb: Token) -> bool:
    """Return whether a verb tells of what lasts: "are (have been) striking", "is being picketed"."""
    auxiliaries = children(verb, "aux", "auxpass")
    if not any(a.lemma_ in ("be", "have") and a.tag_ in _PRESENT for a in auxiliaries):
        return False
    if verb.tag_ == "VBG":
        return verb.dep_ != "advcl"
    return any(a.lower_ == "being" for a in auxiliaries)


def _lasts_since(verb: Token) -> bool:
    """Return whether the perfect tells since when: "have refused overtime since May"."""
    told = [verb, *children(verb, "xcomp")]
    if verb.tag_ != "VBN" or verb.lemma_ not in _status_words("ongoing", "enduring"):
        return False
    if not any(c.lower_ == "since" for t in told for c in children(t, "prep")):
        return False
    return any(a.lemma_ == "have" and a.tag_ in _PRESENT for a in children(verb, "aux"))


def _is_sought(verb: Token) -> bool:
    """Return whether a verb tells what people are after now: "want to unionize"."""
    return verb.tag_ in _PRESENT and verb.lemma_ in _status_words("ongoing", "seeking")


def _drags_on(verb: Token) -> bool:
    """Return whether a verb counts the days of an action: "entered its fifth week", "is in its fifth week"."""
    if verb.lemma_ not in _status_words("ongoing", "entering") and not (verb.lemma_ == "be" and _is_present(verb)):
        return False
    spans = _status_words("ongoing", "spans")
    return any(c.lemma_ in spans for c in children(verb, "dobj")) or any(
        c.lemma_ in spans for p in children(verb, "prep") if p.lower_ in ("into", "in") for c in children(p, "pobj")
    )


def _counts_on(verb: Token) -> bool:
    """Return whether a petition gathers names still: "has passed 900 names", "is open", "is gathering names"."""
    now = _is_present(verb) or any(a.lemma_ == "have" and a.tag_ in _PRESENT for a in children(verb, "aux"))
    if verb.lemma_ == "be":
        return now and "open" in _complements(verb)
    if verb.tag_ == "VBG":
        return _goes_on(verb) and verb.lemma_ in _status_words("ongoing", "gathering")
    return now and verb.lemma_ in _status_words("ongoing", "counting")


def _has_begun(verb: Token, token: Token, cls: str) -> bool:
    """Return whether it was begun and no end is told: "have launched a campaign", "began a two-day strike"."""
    if verb == token or cls not in ("Protest", "UnionAction") or verb.lemma_ not in _status_words("ongoing", "begun"):
        return False
    if verb.tag_ == "VBD":
        return _takes_time(token)
    return any(a.lemma_ == "have" and a.tag_ in _PRESENT for a in children(verb, "aux"))


def _takes_time(noun: Token) -> bool:
    """Return whether it is told how long an action is to last ("a three-day strike", "a week-long boycott")."""
    spans = _status_words("ongoing", "spans")
    before = children(noun, "compound", "amod", "nmod")
    return any(c.lemma_ in spans or any(inner.lemma_ in spans for inner in c.children) for c in before)


def _factuality(chain: Sequence[Token]) -> Factuality:
    path = ("frames/status", "factuality")
    possible = data.words(*path, "possible", "auxiliaries") | data.words(*path, "possible", "adverbs")
    probable = data.words(*path, "probable", "adverbs")
    for token in chain:
        near = [c.lower_ for c in token.children if c.dep_ in ("aux", "advmod")]
        if not possible.isdisjoint(near):
            return "possible"
        if not probable.isdisjoint(near):
            return "probable"
    return "certain"
