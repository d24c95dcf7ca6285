"""Within one document, one event: joins the mentions that tell the same thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.extract.candidates import Candidate, EventMention, Phrase
from kg.extract.discourse import ORGANIZATIONS, Referent
from kg.model import TimeSpan

ACTING = ("signatory", "participant", "organizer")
REACH = 20
"""A mention may tell one of so many events of its class told last."""

FAR = 1500
"""A mention without a word that points back joins an event told at most this many code points before."""


@dataclass(slots=True, eq=False)
class Event:
    """One event or contract of a document, told by one or more mentions."""

    mentions: list[EventMention]
    inferred: list[Candidate] = field(default_factory=list)
    cls: str = field(init=False)
    """The class of the vocabulary."""

    def __post_init__(self) -> None:
        self.cls = self.mentions[0].frame.cls

    @property
    def form(self) -> str | None:
        """Return the form that the first specific mention shows."""
        specific = next((m for m in self.mentions if not m.generic), self.mentions[0])
        located = next((m.frame.located for m in self.mentions if m.frame.located), None)
        if specific.frame.form in LEFT and any(m.frame.form == "strike" and _is_called(m) for m in self.mentions):
            return "strike"
        if specific.generic and located and self._has_scene():
            return located
        return specific.frame.form

    def _has_scene(self) -> bool:
        """Return whether a place is told where people came together, not only one by which those who act are called."""
        called = [who.label for who in self.fillers(*ACTING)]
        places = (c.filler for c in self.candidates() if _is_scene(c))
        return any(not (isinstance(p, Referent) and any(p.label in label for label in called)) for p in places)

    @property
    def status(self) -> str:
        """Return the status: a cancellation anywhere counts, then that it goes on or was held, else the first said."""
        said = [m.status for m in self.mentions if m.status]
        final = next((s for s in said if s in ("cancelled", "prevented")), None)
        first = next(iter(said), "occurred")
        later = (m.status or first for m in self.mentions if _is_later(first, m) and m.frame.form == self.form)
        return final or next(later, first)

    def candidates(self) -> list[Candidate]:
        """Return the kept candidates of all mentions, the inferred ones last."""
        told = [candidate for mention in self.mentions for candidate in mention.candidates if candidate.kept]
        return told + [candidate for candidate in self.inferred if candidate.kept] if self.inferred else told

    def fillers(self, *roles: str) -> list[Referent]:
        """Return the referents in one of `roles`, in the order told."""
        found = [c.filler for c in self.candidates() if c.role in roles and isinstance(c.filler, Referent)]
        return list(dict.fromkeys(found))

    def phrases(self, role: str) -> list[Phrase]:
        """Return the phrases in `role`."""
        return [c.filler for c in self.candidates() if c.role == role and isinstance(c.filler, Phrase)]

    def spans(self) -> list[TimeSpan]:
        """Return when it happened, as told."""
        return [c.filler for c in self.candidates() if isinstance(c.filler, TimeSpan)]


ABOUT = frozenset({"place.group", "place.sentence"})
"""Rules that find where people are from, or a place told in passing: not where they stood."""


def _is_scene(candidate: Candidate) -> bool:
    """Return whether a candidate is a place where people came together."""
    return candidate.role == "place" and candidate.path not in ABOUT


def _is_later(first: str, mention: EventMention) -> bool:
    """Return whether a mention tells how far it has come since: a strike that goes on, a vote that was taken."""
    if mention.frame.cls == "Protest":
        return (first, mention.status) == ("occurred", "ongoing")
    if mention.frame.id in LASTING:
        return (first, mention.status) == ("occurred", "ongoing")
    voted = mention.frame.form == "union-election" and mention.words.startswith("voted")
    return voted and (first, mention.status) == ("planned", "occurred")


def join(mentions: Iterable[EventMention]) -> list[Event]:
    """Cluster the mentions of a document into events, in text order."""
    events: list[Event] = []
    told: dict[str, list[Event]] = {}
    for mention in mentions:
        earlier = told.setdefault(mention.frame.cls, [])
        if event := _told_before(earlier, mention):
            event.mentions.append(mention)
        elif mention.frame.needs == "told":
            mention.kept, mention.reason = False, f"no {mention.frame.form} was told before"
        elif not earlier and events and _only_points_back(mention):
            _add_circumstances(events[-1], mention)
        elif earlier and mention.definite and mention.frame.needs == "verb" and mention.frame.cls == "Protest":
            mention.kept, mention.reason = False, "points back, but to none of those told"
        elif not earlier and events and _same_paragraph(events[-1], mention) and _is_background(mention):
            mention.kept, mention.reason = False, "only named in the telling of another action"
        else:
            event = Event([mention])
            events.append(event)
            earlier.append(event)
    return events


def _told_before(events: list[Event], mention: EventMention) -> Event | None:
    """Return the event that a mention tells again: the last one of its form, else the last that may be the same."""
    recent = events[: -REACH - 1 : -1]
    same = None
    for event in recent:
        if (same is None or event.form == mention.frame.form) and _same(event, mention):
            if event.form == mention.frame.form:
                return event
            same = event
    if same is None and _is_reference(mention) and all(e.form != mention.frame.form for e in recent):
        return _named(recent, mention)
    return same


def _named(recent: list[Event], mention: EventMention) -> Event | None:
    """Return the event that words name which point back but call it by another form ("the action", "the strike").

    What has a place or a time of its own in another paragraph is not what that one tells of.
    """
    called = [e for e in recent if _may_be_called(e, mention) and not _conflict(e, mention)]
    if mention.status in AHEAD:
        called = [e for e in called if e.status in AHEAD]
    if any(c.kept and c.role in ("place", "when") for c in mention.candidates):
        called = [e for e in called if _same_paragraph(e, mention)]
    left = (e for e in called if e.form == "walkout" and mention.frame.form == "strike")
    return next(left, called[0] if called else None)


AHEAD = frozenset({"planned", "threatened"})
"""Statuses of what is yet to come: such words do not name what was told to have happened."""


def _is_reference(mention: EventMention) -> bool:
    """Return whether the words only name an action spoken of before ("the demonstration" after a walkout)."""
    return mention.frame.cls in ("Protest", "Petition", "LegalAction") and mention.definite and not mention.another


CLAIMS = frozenset({"lawsuit", "complaint", "charge"})
"""Forms of legal action that one and the same action may go by; what a court makes of it is another."""


SHOWN_BESIDE = frozenset({"picket", "demonstration", "sit-in", "disruption", "boycott", "vigil"})
"""Forms of what strikers do besides: "the strike" is none of them."""


def _may_be_called(event: Event, mention: EventMention) -> bool:
    if mention.frame.form == "strike":
        return event.form not in SHOWN_BESIDE
    return event.cls != "LegalAction" or {event.form, mention.frame.form} <= CLAIMS


def _only_points_back(mention: EventMention) -> bool:
    """Return whether the words name no kind of action at all ("the action took place in Rome")."""
    return mention.generic and mention.definite and mention.frame.cls == "Protest" and mention.frame.form == "other"


def _is_background(mention: EventMention) -> bool:
    """Return whether a union's action is only named: as what is asked for, or what went on besides."""
    if mention.frame.cls != "UnionAction":
        return False
    if mention.trigger[0] - mention.sentence[0] <= TOPIC:
        return False
    return not any(_tells(mention, c) for c in mention.candidates if c.kept)


TELLING = frozenset({"support", "subject", "by", "object", "with"})
"""Places where those stand of whom an action is told, not only named."""

WISHED = frozenset({"union-contract", "union-recognition"})
"""Forms of what those on strike may only want ("they ask for a collective agreement")."""


def _tells(mention: EventMention, candidate: Candidate) -> bool:
    """Return whether a candidate shows that an action is told: who acts, or whom it strikes, or when it was."""
    if candidate.role not in (*ACTING, "target"):
        return candidate.role == "when"
    slot = candidate.path.rpartition(".")[2]
    points_back = slot == "points-back" and candidate.role != "target" and mention.frame.form not in WISHED
    return slot in TELLING or points_back


def _add_circumstances(event: Event, mention: EventMention) -> None:
    """Give an event of another class what a reference to it tells of place, time and size."""
    event.inferred += [c for c in mention.candidates if c.kept and c.role in ("place", "when", "size")]
    mention.kept, mention.reason = False, "points back to what was told before"


def _same(event: Event, mention: EventMention) -> bool:
    """Return whether a mention tells the event again; a bare "the protest" tells any protest."""
    if mention.another or not _may_be_same(event, mention) or _conflict(event, mention):
        return False
    return event.cls != "Contract" or _same_contract(event, mention)


def _may_be_same(event: Event, mention: EventMention) -> bool:
    """Return whether form and nearness allow a mention to tell the event."""
    if event.cls == "Contract":
        return True
    vague = mention.generic or mention.definite
    if event.cls == "Protest" and vague and not any(c.kept for c in mention.candidates):
        return True
    last = event.mentions[-1]
    forms = {event.form, mention.frame.form}
    same_form = len(forms) == 1
    if forms == VOTED or (forms == LEFT and (_is_begun(last, mention) or _is_stayed_out(event, mention))):
        return True
    if not (same_form or mention.generic or forms == GENERAL or _is_open(event, mention)):
        return False
    if last.sentence == mention.sentence:
        return same_form or mention.generic or event.mentions[-1].generic
    return mention.definite or mention.trigger[0] - last.trigger[0] <= FAR


def _is_open(event: Event, mention: EventMention) -> bool:
    """Return whether no kind of action was named yet, so that the mention may tell which it is.

    A drive is of its own kind, and those who resign do so by themselves.
    """
    if mention.frame.form == "resignation" and event.mentions[-1].sentence != mention.sentence:
        return False
    return all(m.generic and m.frame.id not in LASTING for m in event.mentions)


TOPIC = 12
"""A sentence speaks of an action that is named within so many code points of its beginning."""

LASTING = frozenset({"union.drive"})
"""Frames of an effort that goes on: what comes of it, told later, is another event."""


def _is_begun(last: EventMention, mention: EventMention) -> bool:
    """Return whether a walkout begins the strike of its sentence ("walked off the job in a wildcat strike")."""
    strikes = last.frame.form == "walkout" and mention.frame.form == "strike" and last.status == mention.status
    return strikes and last.sentence == mention.sentence and last.trigger < mention.trigger and not mention.definite


LEFT = frozenset({"walkout", "strike"})
"""Forms by which one and the same stoppage goes: those who are on strike walked out."""

GENERAL = frozenset({"demonstration", "other"})
"""Forms of what is called a demonstration here and just a protest there."""

VOTED = frozenset({"union-election", "union-formed"})
"""Forms by which the same vote goes: those who voted for a union formed it."""


def _is_called(mention: EventMention) -> bool:
    """Return whether a mention calls an action a strike, rather than tell what those on strike do."""
    return "stri" in mention.words.lower() or "struck" in mention.words.lower()


def _is_stayed_out(event: Event, mention: EventMention) -> bool:
    """Return whether a walkout and a strike told in one paragraph may be the same stoppage."""
    if not _same_paragraph(event, mention):
        return False
    return event.status in (mention.status, "ongoing") and event.mentions[-1].sentence != mention.sentence


def _conflict(event: Event, mention: EventMention) -> bool:
    """Return whether what the mention says cannot hold of the event: another time, other people of another company."""
    spans, others = event.spans(), [c.filler for c in mention.candidates if isinstance(c.filler, TimeSpan)]
    if spans and others and not any(a.earliest <= b.latest and b.earliest <= a.latest for a in spans for b in others):
        return True
    if event.cls == "Protest" and any(_beside(m, mention) for m in event.mentions):
        return True
    where, there = set(event.fillers("place")), set(mention.fillers("place"))
    if event.cls == "UnionAction" and _share_none(where, there) and not mention.definite:
        return True
    if mention.definite:
        return False
    told, now = _employers(event.fillers(*ACTING)), _employers(mention.fillers(*ACTING))
    if _share_none(told, now) or _have_other_signers(event, mention):
        return True
    return not _same_paragraph(event, mention) and _are_others(event, mention)


def _have_other_signers(event: Event, mention: EventMention) -> bool:
    """Return whether words that do not point back name others who put their names to it."""
    if mention.generic or mention.frame.form != "open-letter":
        return False
    return _share_none(set(event.fillers("signatory")), set(mention.fillers("signatory")))


def _share_none(some: set[Referent], others: set[Referent]) -> bool:
    """Return whether both tell somebody, and nobody is told by both."""
    return bool(some and others) and some.isdisjoint(others)


def _same_paragraph(event: Event, mention: EventMention) -> bool:
    return event.mentions[-1].paragraph == mention.paragraph


def _beside(told: EventMention, mention: EventMention) -> bool:
    """Return whether a sentence tells of both what different people do ("bakers struck, and cooks struck too")."""
    if told.sentence != mention.sentence or mention.definite or mention.generic or told.generic:
        return False
    return _share_none(set(told.fillers("participant")), set(mention.fillers("participant")))


def _employers(referents: list[Referent]) -> set[Referent]:
    """Return the organizations behind the people who act; nothing where they are not named."""
    return {tie for r in referents if r.cls == "Collective" for tie in r.affiliations if tie.cls in ORGANIZATIONS}


def _are_others(event: Event, mention: EventMention) -> bool:
    """Return whether both name organizations, acting, behind those who act, or challenged, and none is shared."""
    told, now = (
        _employers(parties) | {party for party in parties if party.cls in ORGANIZATIONS}
        for parties in (event.fillers(*ACTING, "target"), mention.fillers(*ACTING, "target"))
    )
    return _share_none(told, now)


def _same_contract(event: Event, mention: EventMention) -> bool:
    for role in ("supplier", "buyer"):
        if _share_none(set(event.fillers(role)), set(mention.fillers(role))):
            return False
    if _identifiers(event.candidates()) & _identifiers(mention.candidates):
        return True
    shared = set(event.fillers("supplier", "buyer")) & set(mention.fillers("supplier", "buyer"))
    if set(event.fillers("supplier", "buyer")) and set(mention.fillers("supplier", "buyer")):
        return bool(shared)
    return mention.definite


def _identifiers(candidates: Iterable[Candidate]) -> set[str]:
    """Return the numbers and programme names by which a contract goes."""
    return {c.filler.text for c in candidates if c.kept and c.role == "identifier" and isinstance(c.filler, Phrase)}
