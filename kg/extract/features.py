"""Describes how a filler stands to an event, in terms that a linear model can weigh: grammar, distance, kinds, topics.

A feature is a string, present or absent. They come in parts that have none in common: what depends on the passage,
what depends on the event and the kind of filler, and what is peculiar to both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain
from operator import itemgetter

from kg.extract import data
from kg.extract.candidates import Phrase
from kg.extract.discourse import Referent
from kg.extract.events import ACTING
from kg.extract.grammar import SUBJECTS, conjuncts, first_conjunct, governor, own_subjects
from kg.extract.groups import is_group_head
from kg.extract.nlp import Token
from kg.extract.outline import Anchor, Outline, Passage, Word
from kg.extract.parts import Part
from kg.extract.situations import ROLES, WORDED, Rivals, Situation, step

KEPT = 4096
"""So many parts that texts have in common are kept."""

MAX_CLIMB = 9
"""At most this many words above a passage are looked at."""

NEAREST = 4
"""So many words that name somebody, or tell an event, are looked at in one sentence."""

_PEOPLE_WORDS = frozenset({"they", "we", "workers", "employees"})


# ---- the grammar of a word --------------------------------------------------------------

_THROUGH = frozenset({"conj", "prep", "agent"})


def path(start: Word, end: Word) -> tuple[str, int]:
    """Return the way from one word to another of its sentence (`up^up|down.down`), and how many steps it takes."""
    left, right = start.above(), end.above()
    shared = 1
    while shared < len(left) and shared < len(right) and left[-shared - 1] is right[-shared - 1]:
        shared += 1
    ups = [word.relation for word in left[:-shared] if word.dep not in _THROUGH]
    downs = [word.relation for word in right[-shared - 1 :: -1] if word.dep not in _THROUGH]
    return f"{'^'.join(ups[:3])}|{'.'.join(downs[:3])}", len(ups) + len(downs)


def ways(anchors: Sequence[Anchor], word: Word) -> Iterator[str]:
    """Yield the ways from the words that tell an event to a word of the same sentence, and how far it is."""
    here = [anchor for anchor in anchors if anchor.word.sentence == word.sentence]
    if len(here) > NEAREST:
        here = sorted(here, key=lambda anchor: abs(anchor.word.index - word.index))[:NEAREST]
    best: tuple[int, int] | None = None
    for anchor in here:
        way, length = path(anchor.word, word)
        yield f"{'path' if anchor.trigger else 'support path'}={way}"
        if best is None or length < best[0]:
            best = length, word.index - anchor.word.index
    if best is not None:
        yield f"steps={step(best[0], 0, 1, 2, 3, 4, 6)}"
        yield f"words between={step(abs(best[1]), 1, 3, 6, 12, 20)}"
        yield "before" if best[1] < 0 else "after"


# ---- passages ---------------------------------------------------------------------------


@cache
def _vocabulary(key: str) -> frozenset[str]:
    """Return a list of words that speak for a demand or a concern."""
    if key == "demanding":
        return frozenset(verb for entry in data.load("frames/content")["demands"] for verb in entry["verbs"])
    if key == "asking":
        return data.words("frames/content", "demand_nouns") | {"petition", "letter"}
    if key == "complaining":
        return data.words("frames/content", "alleging") | data.words("frames/content", "concerns")
    return data.words("frames/content", key)


@cache
def _themes() -> dict[str, list[str]]:
    """Return the themes of every word that has any: what it is about."""
    table: dict[str, list[str]] = {}
    for theme, words in data.load("themes").items():
        for word in words:
            table.setdefault(word, []).append(theme)
    return table


@cache
def _cue_words() -> dict[str, list[str]]:
    """Return what each word that is a cue is one of: of demanding, asking or complaining."""
    table: dict[str, list[str]] = {}
    for cue in ("demanding", "asking", "complaining"):
        for word in _vocabulary(cue):
            table.setdefault(word, []).append(cue)
    return table


def _cues_among(lemmas: Iterable[str]) -> set[str]:
    table = _cue_words()
    return {cue for lemma in lemmas if lemma in table for cue in table[lemma]}


def of_passage(passage: Passage, outline: Outline) -> Part:
    """Return what a passage shows by itself."""
    word = passage.word
    return Part(
        chain(
            _head(passage, outline),
            _modifiers(word.token),
            _governors(word.token),
            _cues(word, outline),
            _clause(word, outline),
        )
    )


def _head(passage: Passage, outline: Outline) -> Iterator[str]:
    word = passage.word
    yield f"lemma={word.lemma}"
    yield f"relation={word.relation}"
    yield f"tag={word.token.tag_}"
    yield f"times={step(outline.counts[word.lemma], 1, 2, 4)}"
    if word.sentence == 0:
        yield "first sentence"
    if word.pos != "VERB":
        yield f"ending={word.lemma[-4:]}"
    if word.lemma in _vocabulary("topics"):
        yield "topic"
    themes = _themes()
    for theme in themes.get(word.lemma, ()):
        yield f"theme={theme}"


def _modifiers(token: Token) -> Iterator[str]:
    topics, themes = _vocabulary("topics"), _themes()
    for child in token.children:
        dep = child.dep_
        if dep in ("amod", "compound"):
            lemma = child.lemma_
            yield f"modifier={lemma}"
            if lemma in topics:
                yield "modified by topic"
            for theme in themes.get(lemma, ()):
                yield f"modified by {theme}"
        if dep in ("poss", "neg", "det", "conj"):
            yield f"has {dep}"
        if dep == "prep":
            preposition = child.lower_
            yield f"followed by={preposition}"
            if preposition == "of":
                for inner in child.children:
                    for theme in themes[inner.lemma_] if inner.dep_ == "pobj" and inner.lemma_ in themes else ():
                        yield f"of {theme}"


def _governors(token: Token) -> Iterator[str]:
    governing = governor(token)
    if governing is not None:
        verb, slot = governing
        lemma = verb.lemma_
        yield f"slot={slot}"
        yield f"verb={lemma}"
        yield f"verb={lemma}:{slot}"


def _cues(word: Word, outline: Outline) -> Iterator[str]:
    """Yield the words of demanding and complaining above a word, or else beside it in the sentence."""
    if word.sentence not in outline.cues:
        outline.cues[word.sentence] = _cues_among(outline.lemmas[word.sentence])
    over = word.above()[1:MAX_CLIMB]
    under = _cues_among([other.lemma for other in over])
    for cue in outline.cues[word.sentence] | under:
        yield f"{'under' if cue in under else 'beside'} {cue}"
    for other in over[:6]:
        if other.pos == "ADP":
            yield f"inside {other.lemma}"
    for verb in [other for other in over[:5] if other.pos == "VERB"][:2]:
        yield f"verb above={verb.lemma}"


def _clause(word: Word, outline: Outline) -> Sequence[str]:
    """Return who is said to do it, whether it ought to be done, and what ties the clause to others."""
    verb = next((other for other in word.above()[:MAX_CLIMB] if other.pos in ("VERB", "AUX")), None)
    if verb is None:
        return ()
    if verb not in outline.clauses:
        outline.clauses[verb] = tuple(_said_of(verb))
    return outline.clauses[verb]


def _said_of(verb: Word) -> Iterator[str]:
    for child in verb.token.children:
        if child.dep_ == "mark" or child.tag_ == "WRB":
            yield f"mark={child.lower_}"
        elif child.lower_ in ("should", "must", "need"):
            yield "ought"
    for subject in own_subjects(verb.token, SUBJECTS):
        if subject.lemma_ in _vocabulary("speaking"):
            yield "the action says"
        if subject.lower_ in _PEOPLE_WORDS or is_group_head(subject):
            yield "a group does"
        if subject.i in verb.scene.named:
            yield f"subject={verb.scene.named[subject.i].cls}"


def beside_event(passage: Passage, phrase: Phrase, own: Part, situation: Situation, rivals: Rivals) -> Part:
    """Return how a passage, whose words are `phrase`, stands to an event; `own` is what it shows by itself.

    What others of its sentence show as well is left to `of_sentence`, what others of its kind show to `of_kind`.
    """
    unsigned, distance = _distance(situation, passage.word.sentence)
    cls = situation.event.cls
    found = [
        f"distance={distance} {passage.word.relation}",
        f"length={step(phrase.text.count(' ') + 1, 1, 2, 3, 5, 8, 15)} {passage.kind}",
        *ways(situation.anchors, passage.word),
        *_contained(passage, phrase, situation),
        *_told_elsewhere(phrase, rivals),
    ]
    if unsigned <= rivals.distance(passage.word.sentence):
        found.append("nearest")
    themes = _themes()
    if passage.word.lemma in themes:
        found += [f"told {theme} {cls}" for theme in themes[passage.word.lemma]]
    if "topic" in own.features:
        found.append(f"topic {cls}")
    return Part(found)


def _distance(situation: Situation, sentence: int) -> tuple[int, str]:
    """Return how many sentences lie between one and the nearest that tells the event; its class, and on which side."""
    unsigned, signed, _ = situation.place(sentence)
    return unsigned, f"{step(unsigned, 0, 1, 2, 4, 8)}{'+' if signed > 0 else '-'}"


_TOLD = (*WORDED, "target", "participant", "signatory")


def of_sentence(sentence: int, situation: Situation) -> Part:
    """Return what a sentence shows beside an event; made once for each of them."""
    if sentence not in situation.parts:
        _, distance = _distance(situation, sentence)
        situation.parts[sentence] = Part((
            *situation.features,
            situation.place(sentence)[2],
            f"distance={distance}",
            f"distance={distance} {situation.event.cls}",
            *(f"has {role}" for role in _TOLD if situation.filled(role)),
        ))  # fmt: skip
    return situation.parts[sentence]


@cache
def of_kind(kind: str, event: str) -> Part:
    """Return what a kind of passage shows beside an event of a class."""
    return Part([f"{event} {kind}"])


def _contained(passage: Passage, phrase: Phrase, situation: Situation) -> Iterator[str]:
    """Yield how a passage lies to the demands and concerns already found: one of them, inside, around, beside one."""
    phrases = [(role, found) for role in WORDED for found in situation.phrases[role]]
    if not phrases:
        return
    start, end = phrase.span
    word = passage.word
    offset = word.scene.chunk.offset
    family = [offset + t.idx for t in conjuncts(first_conjunct(word.token)) if t.i != word.index]
    for role, found in phrases:
        first, last = found.span
        if (first, last) == (start, end):
            yield f"is {role}"
        elif first <= start and end <= last:
            yield f"in {role}"
            yield f"in {role} {passage.kind}"
        elif start <= first and last <= end:
            yield f"around {role}"
        if any(first <= other < last for other in family):
            yield f"beside {role}"


def _told_elsewhere(phrase: Phrase, rivals: Rivals) -> Iterator[str]:
    """Yield whether the words are a demand or a concern of another event, or within one."""
    start, end = phrase.span
    for role, spans in rivals.spans.items():
        if (start, end) in spans:
            yield f"elsewhere {role}"
        elif any(first <= start and end <= last for first, last in spans):
            yield f"elsewhere in {role}"


# ---- referents --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """How much a document speaks of somebody: how often, how many of the kind it names more, how many it names.

    `first` is the number of the sentence that names them first, `grammar` what has been found out of words that do.
    """

    times: int
    rank: int
    alike: int
    first: int
    grammar: dict[Word, tuple[str, ...]] = field(default_factory=dict)


def of_class(referent: Referent, situation: Situation) -> tuple[Part, Part]:
    """Return which roles are filled by others than the referent: for anybody, and for those of the same class."""
    holder, cls = referent if referent in situation.held else None, referent.cls
    parts = situation.parts
    if (holder, cls) not in parts:
        held = tuple([bool(situation.fillers[role] - {holder}) for role in ROLES])
        parts[holder, cls] = _of_class(cls, situation.event.cls, held)
        if holder not in parts:
            parts[holder] = Part((*situation.features, *_filled(held, situation.event.cls)))
    return parts[holder], parts[holder, cls]


def _filled(held: Sequence[bool], event: str) -> Iterator[str]:
    for role, filled in zip(ROLES, held, strict=True):
        yield f"has {role}" if filled else f"no {role} {event}"


@lru_cache(KEPT)
def _of_class(cls: str, event: str, held: Sequence[bool]) -> Part:
    told = [f"{'has' if filled else 'no'} {role} {cls}" for role, filled in zip(ROLES, held, strict=True)]
    return Part([f"class={cls}", f"class={cls} {event}", *told])


def of_standing(referent: Referent, words: Sequence[Word], standing: Standing, situation: Situation) -> Part:
    """Return how much is told of somebody whom `words` name, and how near an event."""
    unsigned, _, apart = min((situation.place(word.sentence) for word in words), key=itemgetter(0, 1))
    near = step(unsigned, 0, 1, 2, 4, 8), "targeted" if situation.fillers["target"] else "untargeted"
    counts = (
        step(standing.times, 0, 1, 2, 4),
        step(standing.rank, 0, 1, 3),
        step(standing.alike, 1, 2, 4),
        step(standing.first, 0, 1, 3),
    )
    return _standing(referent.cls, situation.event.cls, apart, near, counts)


@lru_cache(KEPT)
def _standing(cls: str, event: str, apart: str, near: tuple[str, str], counts: tuple[str, str, str, str]) -> Part:
    (distance, targeted), (times, rank, alike, first) = near, counts
    return Part([
        apart,
        f"distance={distance}",
        f"distance={distance} {cls}",
        f"distance={distance} {cls} {event}",
        f"distance={distance} {cls} {targeted}",
        f"times={times}",
        f"rank={rank} {cls}",
        f"alike={alike} {cls}",
        f"first named={first}",
    ])  # fmt: skip


def of_referent(
    referent: Referent, words: Sequence[Word], standing: Standing, situation: Situation, rivals: Rivals
) -> Part:
    """Return how somebody whom `words` name stands to an event.

    What others of the class show as well is left to `of_class`, what asks for no look at the grammar to `of_standing`.
    """
    found = chain(
        _offered(referent, situation),
        _employing(referent, situation),
        _elsewhere(referent, situation, rivals),
        _named_at(referent, words, standing, situation),
        _of_group(referent) if referent.cls == "Collective" else (),
    )
    return Part(found)


def _of_group(referent: Referent) -> Iterator[str]:
    yield f"head={referent.head}"
    yield "affiliated" if referent.affiliations else "unaffiliated"


def _offered(referent: Referent, situation: Situation) -> Iterator[str]:
    """Yield the rules that offered the referent, kept or not."""
    for candidate in situation.offers.get(referent, ()):
        fate = "kept" if candidate.kept else "dropped"
        yield f"{fate} by {candidate.path}"
        yield f"{fate} as {candidate.role}"
        yield f"{fate} as {candidate.role} {situation.event.cls}"
        yield f"{fate} as {candidate.role} {referent.cls}"


def _employing(referent: Referent, situation: Situation) -> Iterator[str]:
    fillers = situation.fillers
    if any(referent in actor.affiliations for role in ACTING for actor in fillers[role]):
        yield "employs who acts"
    if any(referent in party.affiliations for party in fillers["addressee"]):
        yield "employs who is addressed"
    if any(target in referent.affiliations for target in fillers["target"]):
        yield "belongs to the target"


def _elsewhere(referent: Referent, situation: Situation, rivals: Rivals) -> Iterator[str]:
    """Yield which roles the referent has in other events."""
    for role in rivals.roles.get(referent, ()):
        yield f"elsewhere {role}"
        yield f"elsewhere {role} {situation.event.cls}"


def _named_at(referent: Referent, words: Sequence[Word], standing: Standing, situation: Situation) -> Iterator[str]:
    cls, event = referent.cls, situation.event.cls
    near = [word for word in words if word.sentence in situation.sentences]
    for word in near[:NEAREST]:
        for way in ways(situation.anchors, word):
            yield way
            if way.startswith("path="):
                yield f"{way} {event}"
    for word in (near or words)[:NEAREST]:
        if word not in standing.grammar:
            standing.grammar[word] = tuple(_grammar_of_name(word, cls))
        yield from standing.grammar[word]
    for role in WORDED:
        if any(_within(word, phrase) for phrase in situation.phrases[role] for word in words):
            yield f"within {role}"
            yield f"within {role} {cls}"


def _within(word: Word, phrase: Phrase) -> bool:
    return phrase.span[0] <= word.offset < phrase.span[1]


def _grammar_of_name(word: Word, cls: str) -> Iterator[str]:
    yield f"relation={word.relation}"
    yield f"relation={word.relation} {cls}"
    yield f"under={word.head.pos}"
    governing = governor(word.token)
    if governing is not None:
        yield f"slot={governing[1]}"
        yield f"verb={governing[0].lemma_}:{governing[1]}"
    for over in word.above()[1:8]:
        if over.pos == "ADP":
            yield f"inside {over.lemma}"
