"""Finds the words that evoke a frame, weighs their surroundings, and reads whether the event happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from kg.extract import status
from kg.extract.candidates import EventMention
from kg.extract.discourse import ACTORS
from kg.extract.frames import Frame, FrameSet, Slot, Trigger
from kg.extract.grammar import (
    PASSIVE_SUBJECTS,
    children,
    governor,
    is_infinitive,
    is_negated,
    is_passive,
    own_subjects,
    prepositional,
    surface_subjects,
)
from kg.extract.groups import actor_at, is_group_head
from kg.extract.mentions import Scene
from kg.extract.nlp import Span, Token
from kg.extract.places import places

GAP = 3
"""At most this many other words may stand between the words of one trigger."""

_BREAKS = frozenset({".", ";", "!", "?", ":", "although", "though", "whereas", "while"})


def find(scene: Scene, sentence: Span, frames: FrameSet) -> Iterator[EventMention]:
    """Yield the event mentions of a sentence, in text order; each trigger word evokes one frame at most."""
    used: set[int] = set()
    chosen: list[tuple[Token, Trigger, list[int]]] = []
    here: set[str] | None = None
    for token in sentence:
        for trigger in _triggers(token, frames):
            here = _forms(sentence) if here is None else here
            if not trigger.others <= here:
                continue
            companions = _companions(token, trigger, sentence)
            if companions is None or any(i in scene.named and is_group_head(scene.doc[i]) for i in companions):
                continue
            if _admitted(scene, token, trigger):
                chosen.append((token, trigger, companions))
                break
    for token, trigger, companions in sorted(chosen, key=lambda c: (-c[1].words, c[0].i)):
        if token.i in used:
            continue
        used.update(companions)
        used.add(token.i)
        yield _mention(scene, sentence, token, trigger, companions)


def _triggers(token: Token, frames: FrameSet) -> tuple[Trigger, ...]:
    """Return the triggers that a word may be the head of, the longest first."""
    if token.ent_type_ == "DATE" and token.text == "March":
        return ()
    pos = token.pos_
    if pos in ("NOUN", "PROPN"):
        return _of(frames.nouns, token)
    if pos in ("VERB", "AUX"):
        found = _of(frames.verbs, token)
        nominal = token.tag_ == "VBG" and token.dep_ in ("dobj", "pobj", "nsubj")
        return found or (frames.nouns.get(token.lemma_, ()) if nominal else ())
    if pos == "ADJ":
        modifying = token.dep_ == "amod" and token.lower_.endswith("ing")
        return _of(frames.verbs if modifying else frames.nouns, token)
    return ()


def _of(index: Mapping[str, tuple[Trigger, ...]], token: Token) -> tuple[Trigger, ...]:
    """Look a word up by its lemma, or, where the tagger erred and left the ending on, by its stem."""
    lower = token.lower_
    found = index.get(token.lemma_) or index.get(lower)
    if found or token.lemma_ != lower or not lower.endswith(_ENDINGS):
        return found or ()
    for ending in _ENDINGS:
        if lower.endswith(ending):
            stem = lower.removesuffix(ending)
            found = (
                index.get(stem) or index.get(stem + "e") or (index.get(stem[:-1]) if stem[-2:-1] == stem[-1:] else None)
            )
            if found:
                return found
    return ()


_ENDINGS = ("ed", "ing", "s")


def _forms(sentence: Span) -> set[str]:
    """Return the words for which the sentence may stand, in all forms that `_is_word` takes for them."""
    found: set[str] = set()
    for token in sentence:
        lower = token.lower_
        found.add(lower)
        found.add(token.lemma_)
        if token.pos_ == "PROPN":
            found.add(lower.removesuffix("s"))
        elif lower.endswith("ing"):
            found |= {lower[:-3], lower[:-3] + "e"}
    return found


def _companions(token: Token, trigger: Trigger, sentence: Span) -> list[int] | None:
    """Return the indexes of the trigger's other words, None where one is missing."""
    found: list[int] = []
    doc, at = token.doc, token.i
    if trigger.verb and len(trigger.after) == 1 and is_passive(token):
        undergoing = (s.i for s in own_subjects(token, PASSIVE_SUBJECTS) if _is_word(s, trigger.after[0]))
        if (subject := next(undergoing, -1)) >= 0:
            return [subject]
    for word in trigger.after:
        at = _next_word(sentence, at, word, GAP + 1 if found or trigger.verb else GAP)
        if at < 0:
            return None
        found.append(at)
    at = token.i
    for word in reversed(trigger.before):
        left = range(at - 1, max(sentence.start, at - 3) - 1, -1)
        at = next((i for i in left if _is_word(doc[i], word) and (i == at - 1 or token.is_ancestor(doc[i]))), -1)
        if at < 0 or at < sentence.start:
            return None
        found.append(at)
    return found


def _next_word(sentence: Span, at: int, word: str, reach: int) -> int:
    """Return the index of the next `word` within `reach` words after `at`, numbers not counted; -1 if there is none."""
    doc = sentence.doc
    for i in range(at + 1, sentence.end):
        token = doc[i]
        if _is_word(token, word):
            return i
        if token.lower_ in _BREAKS:
            return -1
        reach -= token.pos_ not in ("NUM", "SYM", "PUNCT")
        if reach <= 0:
            return -1
    return -1


def _is_word(token: Token, word: str) -> bool:
    lower = token.lower_
    if word in (lower, token.lemma_):
        return True
    return lower.removesuffix("s") == word if token.pos_ == "PROPN" else lower == word.removesuffix("e") + "ing"


# ---- conditions -------------------------------------------------------------------------


def _admitted(scene: Scene, token: Token, trigger: Trigger) -> bool:
    frame = trigger.frame
    if _is_a_right(token):
        return False
    for slot in frame.unless:
        if holds(scene, token, slot, trigger):
            return False
    if frame.only and not any(holds(scene, token, slot, trigger) for slot in frame.only):
        return False
    return frame.cls not in SUPPOSED or not _is_supposed(token)


_MODAL = frozenset({"will", "may", "might", "could", "can", "must", "should"})

SUPPOSED = frozenset({"UnionAction", "LegalAction"})
"""Classes of which an "if" tells nothing; whoever may strike if talks fail threatens to."""


def _is_a_right(token: Token) -> bool:
    """Return whether a verb only tells what people may do ("the right to strike")."""
    return token.dep_ == "acl" and token.head.lemma_ == "right"


def _is_supposed(token: Token) -> bool:
    """Return whether a word stands in a condition ("if the company recognizes the union", "unless it signs a deal")."""
    clauses = [t for t in (token, *token.ancestors) if t.dep_ == "advcl"]
    return any(m.lower_ in ("if", "unless") for clause in clauses for m in children(clause, "mark"))


FLAGS: dict[str, Callable[[Token], bool]] = {
    "passive": is_passive,
    "infinitive": lambda token: is_infinitive(token) or token.tag_ == "VBG",
    "finite": lambda token: token.tag_ in ("VBD", "VBN", "VBZ"),
    "negated": is_negated,
    "modifying": lambda token: token.dep_ == "amod",
    "ahead": lambda token: any(a.lower_ in _MODAL for a in children(token, "aux")),
}
"""Conditions that speak of the trigger itself."""


def holds(scene: Scene, token: Token, slot: Slot, trigger: Trigger) -> bool:
    """Return whether a condition of a frame (`passive`, `object`, `modifier:air|drone`, `subject:group`) holds."""
    if slot.place in FLAGS:
        return FLAGS[slot.place](token)
    if slot.place == "object" and not slot.filter:
        return trigger.verb and not is_passive(token) and bool(children(token, "dobj", "obj"))
    if slot.place == "subtree":
        found = list(token.sent)
    elif slot.place == "above":
        found = _nouns_above(token)
    elif slot.place == "governor":
        found = [governing[0]] if (governing := governor(token)) else []
    else:
        found = places(token, slot.place)
    if not slot.filter:
        return bool(found)
    if slot.filter in KINDS:
        return any(is_kind(scene, t, slot.filter) for t in found) and not (
            slot.place == "subject" and slot.filter == "employer" and _leads_to_people(found)
        )
    lemmas = slot.lemmas
    if slot.place == "subtree":
        return not lemmas.isdisjoint([t.lemma_ for t in found]) or not lemmas.isdisjoint([t.lower_ for t in found])
    return any(t.lemma_ in lemmas or t.lower_ in lemmas or _is_named(t, lemmas) for t in found)


def _nouns_above(noun: Token) -> list[Token]:
    """Return the nouns on which a noun hangs, up to the verb: of "talks on a contract", the talks."""
    found: list[Token] = []
    for token in noun.ancestors:
        if token.pos_ in ("VERB", "AUX"):
            break
        if token.pos_ == "NOUN":
            found.append(token)
    return found


def _leads_to_people(subjects: Sequence[Token]) -> bool:
    """Return whether employers are named only to say whose people act ("Acme, Foodly and Inkwell porters")."""
    beside = [*subjects, *(c for t in subjects for c in children(t, "appos"))]
    return any(map(is_group_head, beside))


def _is_named(token: Token, lemmas: frozenset[str]) -> bool:
    """Return whether a name contains one of the words ("the High Court of Justice", "the court Tribunal Supremo")."""
    return token.pos_ == "PROPN" and any(c.lower_ in lemmas for c in token.children if c.dep_ in ("compound", "nmod"))


KINDS: dict[str, frozenset[str]] = {
    "actor": ACTORS,
    "group": frozenset({"Collective", "Union", "CivilSocietyGroup", "Person"}),
    "union": frozenset({"Union", "CivilSocietyGroup"}),
    "employer": frozenset({"Company", "GovernmentBody", "University", "NewsOutlet", "Organization"}),
    "company": frozenset({"Company", "Organization", "NewsOutlet"}),
    "government": frozenset({"GovernmentBody"}),
    "client": frozenset({"GovernmentBody", "Company", "University", "Organization"}),
    "person": frozenset({"Person"}),
    "thing": frozenset({"Technology", "Place"}),
}
"""Kinds of referents that a slot may ask for, as classes of the vocabulary."""


def is_kind(scene: Scene, token: Token, kind: str) -> bool:
    """Return whether the noun phrase under `token` names a referent of `kind`."""
    if kind == "group" and is_group_head(token):
        return True
    if kind in ("group", "actor") and _counts_people(token):
        return True
    if token.pos_ == "PRON" and kind in ("group", "actor"):
        return token.lower_ in ("they", "we", "who", "them", "many", "some", "others", "he", "she")
    return any(r.cls in KINDS[kind] for r in actor_at(scene, token))


def _counts_people(token: Token) -> bool:
    """Return whether a number or quantity stands for people: "about 80 of them", "80 of 178", "many of those"."""
    if token.pos_ not in ("NUM", "ADJ", "DET", "PRON"):
        return False
    return any(t.pos_ == "NUM" or t.lower_ in ("them", "us", "those", "whom") for t in prepositional(token, "of"))


# ---- the mention ------------------------------------------------------------------------


def _mention(scene: Scene, sentence: Span, token: Token, trigger: Trigger, companions: list[int]) -> EventMention:
    first, last = min([token.i, *companions]), max([token.i, *companions])
    support = None if trigger.verb else governor(token)
    verb, slot = support or (None, "")
    happened, factuality = status.read(token, verb, slot=slot, cls=trigger.frame.cls)
    if happened == "occurred" and trigger.frame.cls == "Protest" and _invites(sentence.root):
        happened = "planned"
    if trigger.frame.form in DECIDED:
        happened = "occurred"
    if any(token.doc[i].lower_ in ("not", "never") for i in companions):
        factuality = "certain"  # the refusal itself is what happened ("pledged never to build it")
    mention = EventMention(
        frame=trigger.frame,
        trigger=scene.chars(first, last),
        words=scene.surface(first, last),
        sentence=scene.chars(*sentence_bounds(sentence)),
        token=token.i,
        definite=_is_theirs(token, trigger) if trigger.verb else _is_definite(token),
        another=_is_another(token, verb or token),
        status=_usual(trigger.frame, happened, over=_is_over(token, verb)),
        factuality=factuality,
    )
    mention.tokens.update({token.i, *companions})
    if support:
        mention.tokens.add(support[0].i)
    return mention


DECIDED = frozenset({"ruling", "settlement"})
"""Forms that are only told once they are there: whoever "will appeal the ruling" has it."""

ANOTHER = frozenset(
    {"another", "second", "separate", "third", "fourth", "previous", "earlier", "similar", "other", "further"}
)
"""Words before a noun that tell its action from those spoken of."""

ONCE = frozenset({"previously", "formerly", "separately", "elsewhere"})
"""Adverbs of a verb that do so."""


def _is_another(token: Token, verb: Token) -> bool:
    """Return whether the words tell an action from those spoken of before ("a second walkout")."""
    if verb.lemma_ == "be" and token.dep_ == "attr":
        return False  # "it was the second walkout" speaks of the same one
    if _goes_on_besides(token):
        return True
    return any(c.lower_ in ANOTHER for c in token.children) or any(c.lower_ in ONCE for c in verb.children)


def _goes_on_besides(noun: Token) -> bool:
    """Return whether a bare plural names what goes on besides ("amid protests in Rome", "after weeks of protests")."""
    if noun.tag_ != "NNS" or noun.dep_ != "pobj" or noun.lemma_ not in UNREST:
        return False
    if any(c.dep_ in ("det", "poss") for c in noun.children):
        return False
    preposition = noun.head
    if preposition.lower_ == "of" and preposition.head.dep_ == "pobj":
        preposition = preposition.head.head
    return preposition.lower_ in ("amid", "after", "following", "during", "since", "before")


UNREST = frozenset({"protest", "demonstration", "uprising"})
"""Nouns whose bare plural names what many people do in many places."""


INVITING = frozenset({"join", "come", "see", "meet", "save", "attend", "rsvp", "march", "rally", "bring"})
"""Verbs whose imperative asks the reader to come: "join us for a rally", "see you at the picket"."""


def _invites(root: Token) -> bool:
    """Return whether a sentence bids its readers come to what is then still ahead."""
    return root.tag_ in ("VB", "VBP") and root.lower_ in INVITING and not surface_subjects(root)


def _is_over(token: Token, support: Token | None) -> bool:
    """Return whether the verb that governs the trigger tells of the past ("held a drive", "had tried to unionize")."""
    verb = support
    if verb is None and token.dep_ == "xcomp" and token.head.lemma_ in ("try", "attempt", "seek"):
        verb = token.head
    return verb is not None and (verb.tag_ == "VBD" or any(a.lower_ == "had" for a in children(verb, "aux")))


def _usual(frame: Frame, happened: str, *, over: bool) -> str:
    """Return the status that the frame names where the words show none; drives and elections are what they are.

    `over` says that the verb that governs the noun tells of the past: a drive that was held goes on no more.
    """
    if over and happened == "occurred" and frame.status == "ongoing":
        return happened
    open_ended = frame.cls == "UnionAction" and happened in ("planned", "ongoing")
    return frame.status if frame.status and (happened == "occurred" or open_ended) else happened


def sentence_bounds(sentence: Span) -> tuple[int, int]:
    """Return the first and last token of a sentence, less white space at either end."""
    first, last = sentence.start, sentence.end - 1
    while first < last and sentence.doc[first].is_space:
        first += 1
    while last > first and sentence.doc[last].is_space:
        last -= 1
    return first, last


def _is_theirs(verb: Token, trigger: Trigger) -> bool:
    """Return whether a verb tells what those did of whom the text spoke before ("They blocked the gate")."""
    if trigger.frame.cls != "Protest" or trigger.frame.generic:
        return False
    doers = surface_subjects(verb)
    return len(doers) == 1 and doers[0].lower_ == "they"


def _is_definite(noun: Token) -> bool:
    if any(c.ent_type_ == "DATE" and c.dep_ in ("compound", "nmod", "nummod") for c in noun.children):
        return False  # "the November 2018 walkout" names one by its date
    if any(c.lower_ == "such" for c in noun.children):
        return True  # "the first such walkout" speaks of the one just told
    if any(c.lower_ == "first" or c.tag_ == "JJS" for c in noun.children) and noun.dep_ != "attr":
        return False  # "the first strike in its history" is told for the first time
    return any(c.dep_ == "det" and c.lower_ in ("the", "this", "that", "these", "those") for c in noun.children) or any(
        c.dep_ == "poss" and c.lower_ in ("their", "its") for c in noun.children
    )
