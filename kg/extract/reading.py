"""Reads one document: chunk by chunk into mentions with candidates, then as a whole into events and affiliations."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, pairwise

from kg.extract import (
    affiliations,
    announcements,
    attach,
    attribution,
    contracts,
    dating,
    employing,
    events,
    grammar,
    inference,
    mending,
    placing,
    proposals,
    quantities,
    roles,
    sizes,
    triggers,
)
from kg.extract.affiliations import Affiliation
from kg.extract.candidates import EventMention
from kg.extract.discourse import Discourse
from kg.extract.events import Event
from kg.extract.frames import FrameSet
from kg.extract.groups import is_group_head
from kg.extract.mentions import Scene, read_names
from kg.extract.names import NameList
from kg.extract.nlp import Chunk, Span, Token
from kg.extract.outline import Outline
from kg.extract.scorer import Scorer


@dataclass(slots=True)
class Reading:
    """All that was found in a document: its referents, every mention (dropped ones with reasons), events, ties.

    `scenes` are its parsed pieces, each with the mentions found there.
    """

    discourse: Discourse = field(default_factory=Discourse)
    mentions: list[EventMention] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    affiliations: list[Affiliation] = field(default_factory=list)
    sentences: list[tuple[int, int]] = field(default_factory=list)
    scenes: list[tuple[Scene, list[EventMention]]] = field(default_factory=list)

    def sentence_of(self, offset: int) -> tuple[int, int]:
        """Return the sentence that holds the code point at `offset`."""
        at = bisect_right(self.sentences, (offset, float("inf"))) - 1
        start, end = self.sentences[max(at, 0)]
        return (start, end) if start <= offset < end else (offset, offset + 1)

    def outline(self) -> Outline:
        """Return the document laid out for those who weigh its phrases and names."""
        outline = Outline()
        for scene, mentions in self.scenes:
            outline.enter(scene, mentions)
        return outline


def read(
    text: str,
    chunks: Iterable[Chunk],
    anchor: date | None,
    names: NameList,
    frames: FrameSet,
    scorer: Scorer | None = None,
) -> Reading:
    """Read a document's parsed chunks; `anchor` is its day of publication (None: relative dates stay open).

    With a `scorer`, what it finds probable is added to what the rules find.
    """
    reading = Reading()
    for chunk in chunks:
        mending.mend(chunk.doc)
        scene = Scene(chunk, text, reading.discourse)
        words = chunk.doc.text
        announced, told = announcements.paragraphs(words), len(reading.mentions)
        for block in announced:
            reading.mentions += announcements.read(scene, block, frames, anchor)
        read_names(scene, names, listed_only=announced)
        found = quantities.read(words, anchor)
        for sentence in chunk.doc.sents:
            reading.sentences.append(scene.chars(*triggers.sentence_bounds(sentence)))
            if not any(start <= sentence.start_char < end for start, end in announced):
                _read_sentence(scene, sentence, reading, found, frames, anchor)
        attach.lists(scene, text[chunk.offset : chunk.offset + len(words)], reading.mentions[-attach.RECENT :])
        reading.scenes.append((scene, reading.mentions[told:]))
    _tie_people(reading)
    _number_paragraphs(reading, text)
    reading.events = events.join(m for m in reading.mentions if m.kept)
    inference.infer(reading.events, reading.discourse)
    if scorer is not None and any(event.cls != "Contract" for event in reading.events):
        proposals.propose(reading.events, reading.outline(), scorer)
    return reading


def _read_sentence(
    scene: Scene, sentence: Span, reading: Reading, found: quantities.Quantities, frames: FrameSet, anchor: date | None
) -> None:
    employing.tie(scene, sentence)
    mentions = sorted(triggers.find(scene, sentence, frames), key=lambda m: m.token)
    for mention in mentions:
        roles.fill(scene, mention)
    _absorb(scene, mentions)
    _fold(scene, mentions)
    _drop_asked(scene, mentions)
    actions = [m for m in mentions if m.frame.cls != "Contract" and m.kept]
    attach.contents(scene, sentence, actions, reading.mentions)
    here = quantities.within(found.counts, sentence.start_char, sentence.end_char)
    sizes.attach(scene, sentence, actions, reading.mentions, here)
    dating.whens(scene, sentence, mentions, found, anchor)
    placing.places(scene, sentence, actions)
    for mention in mentions:
        if mention.frame.cls == "Contract":
            _same_again(scene, mention, reading.mentions, mentions)
            contracts.complete(scene, sentence, mention, found)
        else:
            _judge(scene, mention, reading)
    attribution.attribute(scene, sentence, mentions, reading.mentions)
    reading.mentions += mentions
    reading.affiliations += affiliations.read(scene, sentence, scene.chars(*triggers.sentence_bounds(sentence)))


def _absorb(scene: Scene, mentions: list[EventMention]) -> None:
    """Let a bare "protest" that explains another action ("signed a letter to protest") add to that one."""
    actions = [m for m in mentions if m.frame.cls != "Contract"]
    for mention in actions:
        token = scene.doc[mention.token]
        purpose = _is_purpose(token)
        if not mention.generic or not (token.pos_ == "VERB" or purpose) or mention.frame.cls != "Protest":
            continue
        others = [m for m in actions if m is not mention and not m.generic and m.kept]
        tied = [
            m
            for m in others
            if purpose or any(scene.doc[i].is_ancestor(token) or token.is_ancestor(scene.doc[i]) for i in m.tokens)
        ]
        if not tied:
            continue
        host = min(tied, key=lambda m: abs(m.token - mention.token))
        for candidate in mention.candidates:
            if candidate.role == mention.frame.actor:
                if host.fillers(host.frame.actor, "organizer"):
                    continue
                candidate.role = host.frame.actor
            host.add(candidate)
        host.tokens |= mention.tokens
        mention.kept, mention.reason = False, f"explains the {host.words!r} of its sentence"


def _is_purpose(token: Token) -> bool:
    """Return whether the words tell why something was done: "in protest of the cuts"."""
    return token.dep_ == "pobj" and token.head.lower_ == "in" and token.i == token.head.i + 1


def _drop_asked(scene: Scene, mentions: list[EventMention]) -> None:
    """Drop what a petition only asks for, or a pledge binds its signers to ("a petition to boycott the journal")."""
    signed = {i for m in mentions if m.kept and m.frame.cls == "Petition" for i in m.tokens}
    for mention in mentions if signed else ():
        token = scene.doc[mention.token]
        asked = token.dep_ == "acl" and token.head.i in signed and grammar.is_infinitive(token)
        if asked and mention.kept and mention.frame.cls == "Protest":
            mention.kept, mention.reason = False, f"only what the {token.head.text!r} is for"


SHOWN = frozenset({"demonstration", "disruption"})
"""Forms of what people do in the course of another protest: they leave their desks and gather outside."""


def _fold(scene: Scene, mentions: list[EventMention]) -> None:
    """Let what the same people do next in a sentence add to their protest ("walked out and gathered outside")."""
    protests = [m for m in mentions if m.frame.cls == "Protest" and m.kept]
    for host, mention in pairwise(protests):
        token = scene.doc[mention.token]
        if token.pos_ != "VERB" or mention.frame.form not in SHOWN or host.generic:
            continue
        if token.dep_ not in ("conj", "advcl", "xcomp") or grammar.own_subjects(token, grammar.SUBJECTS):
            continue
        if token.head.i not in host.tokens:
            continue
        for candidate in mention.candidates:
            host.add(candidate)
        host.tokens |= mention.tokens
        mention.kept, mention.reason = False, f"done in the course of the {host.words!r} of its sentence"


def _same_again(
    scene: Scene, mention: EventMention, told: Sequence[EventMention], beside: Sequence[EventMention]
) -> None:
    """Let "the same contract" have the buyer and the amount of the one spoken of before."""
    if not any(c.lower_ == "same" for c in scene.doc[mention.token].children):
        return
    earlier = (m for m in chain(reversed(beside), reversed(told)) if m.trigger < mention.trigger)
    same = next((m for m in earlier if m.frame.cls == "Contract" and m.kept), None)
    for candidate in same.candidates if same else ():
        if candidate.kept and candidate.role in ("buyer", "value", "subject"):
            mention.add(replace(candidate, path=f"{candidate.role}.same", score=0.6))


def _judge(scene: Scene, mention: EventMention, reading: Reading) -> None:
    """Drop a weak trigger that nothing around it bears out."""
    needs = mention.frame.needs
    if mention.kept and mention.frame.cls == "Petition" and _is_one_persons(mention):
        mention.kept, mention.reason = False, sizes.ONE_PERSONS
    if not needs or not mention.kept:
        return
    earlier = any(m.kept and m.frame.cls == mention.frame.cls for m in reading.mentions)
    if mention.definite and earlier:
        return
    if needs == "verb":
        governing = grammar.governor(scene.doc[mention.token])
        if governing is None or mention.frame.support.get(governing[0].lemma_, "none") == "none":
            mention.kept, mention.reason = False, "no verb that goes with it"
        return
    acting = mention.fillers("signatory", "participant", "organizer", "target", "addressee")
    told = [c for c in mention.candidates if c.kept and c.role in ("demands", "concerns", "size")]
    led = any(is_group_head(t) for t in grammar.modifiers(scene.doc[mention.token]))
    if (needs == "support" and not acting and not told) or (
        needs == "roles" and not acting and not (mention.frame.cls == "Protest" and (led or told))
    ):
        mention.kept, mention.reason = False, f"nothing around it bears it out (needs {needs})"


def _is_one_persons(mention: EventMention) -> bool:
    """Return whether a single person, or a union that merely wrote, stands behind it, and nobody joined."""
    signed = mention.fillers("signatory", "organizer")
    alone = ("Person", "Union") if mention.frame.id == "petition.address" else ("Person",)
    return len(signed) == 1 and signed[0].cls in alone and not any(c.role == "size" for c in mention.candidates)


def _number_paragraphs(reading: Reading, text: str) -> None:
    """Tell each mention in which paragraph it stands: one begins with a sentence that begins a line."""
    ends = [0, *(end for _, end in reading.sentences)]
    starts = [start for end, (start, _) in zip(ends, reading.sentences, strict=False) if "\n" in text[end:start]]
    for mention in reading.mentions:
        mention.paragraph = bisect_right(starts, mention.trigger[0])


def _tie_people(reading: Reading) -> None:
    """Enter the affiliations into the people themselves, so that a letter to a chief executive finds its target."""
    for tie in reading.affiliations:
        if tie.organization not in tie.person.affiliations:
            tie.person.affiliations.append(tie.organization)
