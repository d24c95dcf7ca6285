"""Shows how one text was read: which frame fired on which words, who could fill which role, and why not.

This is the tool for writing frames; `docs/frames.md` uses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kg.extract import frames as frame_files
from kg.extract import nlp, reading, scorer
from kg.extract.candidates import Candidate, EventMention, Filler, Phrase
from kg.extract.discourse import Discourse, Referent
from kg.extract.events import Event
from kg.extract.frames import Frame, FrameSet, Slot, Trigger
from kg.extract.mentions import Scene, read_names
from kg.extract.names import load_names
from kg.extract.reading import Reading
from kg.extract.triggers import holds
from kg.model import Count, Document, Money, TimeSpan


@dataclass(frozen=True, slots=True)
class Offer:
    """A filler offered for a role: its words, the rule that offered it, how sure that is (0..1), and its fate."""

    role: str
    words: str
    rule: str
    score: float
    kept: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Firing:
    """A frame that the words `trigger` evoked; `event` counts from 1 (None: dropped, for the `reason` given).

    `attributed_to` is who says so, where the text names somebody.
    """

    frame: str
    trigger: str
    start: int
    end: int
    form: str | None
    status: str
    factuality: str
    event: int | None
    reason: str
    offers: tuple[Offer, ...]
    attributed_to: str | None = None


@dataclass(frozen=True, slots=True)
class Blocked:
    """A frame whose words are there, and the condition that kept it from firing."""

    frame: str
    trigger: str
    reason: str


@dataclass(frozen=True, slots=True)
class SentenceRead:
    """A sentence with the names found in it (and their classes) and the frames that fired or were blocked."""

    start: int
    end: int
    text: str
    names: tuple[tuple[str, str], ...]
    firings: tuple[Firing, ...]
    blocked: tuple[Blocked, ...]


@dataclass(frozen=True, slots=True)
class EventRead:
    """An event or contract made of the firings with its number, and the fillers inferred for it."""

    number: int
    cls: str
    form: str | None
    status: str
    triggers: tuple[str, ...]
    inferred: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a document was read, sentence by sentence."""

    document: str
    date: str | None
    sentences: tuple[SentenceRead, ...]
    events: tuple[EventRead, ...]
    affiliations: tuple[Offer, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain data; offsets are half-open code points of the document's text."""
        return asdict(self)


def explain(document: Document, *, model: str | None = None, frames: Path | None = None) -> Explanation:
    """Read a document and tell how. `frames` is a folder of frame files that are used besides the program's own.

    Raises ModelError where `model` is not installed, SchemaError for a malformed frame file.
    """
    known = frame_files.known(frames)
    (parsed,) = (list(chunks) for chunks in nlp.analyse([document.text], model=model or nlp.DEFAULT_MODEL))
    found = reading.read(document.text, parsed, document.date, load_names(), known, scorer.load())
    numbers = {id(mention): n for n, event in enumerate(found.events, 1) for mention in event.mentions}
    return Explanation(
        document=document.id,
        date=document.date.isoformat() if document.date else None,
        sentences=tuple(_sentences(document, parsed, found, known, numbers)),
        events=tuple(_event(n, event) for n, event in enumerate(found.events, 1)),
        affiliations=tuple(
            Offer(t.role, f"{t.person.label} – {t.organization.label}", f"affiliation.{t.path}", t.score, True, "")
            for t in found.affiliations
        ),
    )


# ---- sentences --------------------------------------------------------------------------


def _sentences(
    document: Document, parsed: list[nlp.Chunk], found: Reading, frames: FrameSet, numbers: dict[int, int]
) -> Iterator[SentenceRead]:
    scenes = [Scene(chunk, document.text, Discourse()) for chunk in parsed]
    for scene in scenes:
        read_names(scene, load_names())
    for start, end in found.sentences:
        here = [m for m in found.mentions if start <= m.trigger[0] < end]
        names = {
            (surface, referent.cls): spans
            for referent in found.discourse
            for surface, spans in referent.names.items()
            if any(start <= a < end for a, _ in spans)
        }
        scene = max((s for s in scenes if s.chunk.offset <= start), key=lambda s: s.chunk.offset)
        yield SentenceRead(
            start,
            end,
            document.text[start:end],
            tuple(sorted(names, key=lambda name: (names[name][0], name))),
            tuple(_firing(mention, numbers.get(id(mention))) for mention in here),
            tuple(_blocked(scene, (start, end), frames, here)),
        )


def _firing(mention: EventMention, event: int | None) -> Firing:
    return Firing(
        frame=mention.frame.id,
        trigger=" ".join(mention.words.split()),
        start=mention.trigger[0],
        end=mention.trigger[1],
        form=mention.frame.form,
        status=mention.status or "occurred",
        factuality=mention.factuality,
        event=event,
        reason=mention.reason,
        offers=tuple(_offer(candidate) for candidate in mention.candidates),
        attributed_to=mention.attributed_to.label if mention.attributed_to else None,
    )


def _offer(candidate: Candidate) -> Offer:
    words = _words(candidate.filler)
    return Offer(candidate.role, words, candidate.path, round(candidate.score, 3), candidate.kept, candidate.reason)


def _words(filler: Filler) -> str:
    if isinstance(filler, Referent):
        return f"{filler.label} ({filler.cls})"
    if isinstance(filler, Phrase):
        return " ".join(filler.text.split())
    if isinstance(filler, TimeSpan):
        return f"{filler.raw} = {filler.earliest} to {filler.latest}"
    assert isinstance(filler, Count | Money)
    ends = "–".join("" if end is None else f"{end:,}" for end in (filler.minimum, filler.maximum))
    return f"{filler.raw} = {ends}" + (f" {filler.currency}" if isinstance(filler, Money) else "")


def _blocked(scene: Scene, bounds: tuple[int, int], frames: FrameSet, fired: list[EventMention]) -> Iterator[Blocked]:
    """Yield the frames whose words stand in the sentence but whose conditions do not hold."""
    start, end = (edge - scene.chunk.offset for edge in bounds)
    tokens = [token for token in scene.doc if start <= token.idx < end]
    words = {form for token in tokens for form in (token.lower_, token.lemma_)}
    taken = {token for mention in fired for token in mention.tokens}
    seen: set[tuple[str, int]] = set()
    for token in tokens:
        index = frames.verbs if token.pos_ in ("VERB", "AUX") else frames.nouns
        for trigger in index.get(token.lemma_, ()):
            there = words.issuperset((*trigger.before, *trigger.after))
            key = (trigger.frame.id, token.i)
            if token.i in taken or not there or key in seen:
                continue
            if (reason := _condition(scene, token, trigger)) is not None:
                seen.add(key)
                yield Blocked(trigger.frame.id, " ".join((*trigger.before, token.text, *trigger.after)), reason)


def _condition(scene: Scene, token: nlp.Token, trigger: Trigger) -> str | None:
    frame: Frame = trigger.frame
    for slot in frame.unless:
        if holds(scene, token, slot, trigger):
            return f"unless {_written(slot)}"
    if frame.only and not any(holds(scene, token, slot, trigger) for slot in frame.only):
        return f"only {' or '.join(map(_written, frame.only))}"
    return None


def _written(slot: Slot) -> str:
    return f"{slot.place}:{slot.filter}" if slot.filter else slot.place


def _event(number: int, event: Event) -> EventRead:
    triggers = tuple(" ".join(mention.words.split()) for mention in event.mentions)
    inferred = tuple(_offer(candidate) for candidate in event.inferred)
    return EventRead(number, event.cls, event.form, event.status, triggers, inferred)


# ---- as text ----------------------------------------------------------------------------


def text(explanation: Explanation) -> str:
    """Return the explanation for reading: `+` stands before what was kept, `-` before what was dropped."""
    lines = [f"{explanation.document}, {explanation.date or 'no date: relative dates stay open'}"]
    for sentence in explanation.sentences:
        lines += ["", f"[{sentence.start}:{sentence.end}] {' '.join(sentence.text.split())}"]
        if sentence.names:
            lines.append("  names: " + "; ".join(f"{name} ({cls})" for name, cls in sentence.names))
        for firing in sentence.firings:
            lines += _firing_lines(firing)
        lines += [f"  - {b.trigger!r}: {b.frame} is blocked ({b.reason})" for b in sentence.blocked]
    for event in explanation.events:
        kind = f"{event.cls}, {event.form}" if event.form else event.cls
        told = ", ".join(repr(trigger) for trigger in event.triggers)
        lines += ["", f"event {event.number}: {kind}, {event.status}; told by {told}"]
        lines += [_offer_line(offer, "inferred ") for offer in event.inferred]
    if explanation.affiliations:
        lines += ["", "affiliations"]
        lines += [f"  + {a.words}: {a.role or 'member'}  ({a.rule}, {a.score:.2f})" for a in explanation.affiliations]
    return "\n".join(lines) + "\n"


def _firing_lines(firing: Firing) -> list[str]:
    sure = "" if firing.factuality == "certain" else f", {firing.factuality}"
    sure += f", according to {firing.attributed_to}" if firing.attributed_to else ""
    if firing.event is None:
        head = f"  - {firing.trigger!r}: {firing.frame}, dropped: {firing.reason or 'no event'}"
    else:
        head = f"  + {firing.trigger!r}: {firing.frame}, {firing.status}{sure}, event {firing.event}"
    return [head, *(_offer_line(offer) for offer in firing.offers)]


def _offer_line(offer: Offer, prefix: str = "") -> str:
    fate = "" if offer.kept else f"; dropped: {offer.reason}"
    mark = "+" if offer.kept else "-"
    return f"      {mark} {prefix}{offer.role}: {offer.words}  ({offer.rule}, {offer.score:.2f}{fate})"
