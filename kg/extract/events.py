"""Within one document, one event: joins the mentions that tell the same thing and infers what they leave unsaid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from kg.extract.candidates import Candidate, EventMention, Phrase
from kg.extract.discourse import ORGANIZATIONS, Discourse, Referent
from kg.model import TimeSpan

ACTING = ("signatory", "participant", "organizer")
FAR = 1500
"""A mention without a word that points back joins an event told at most this many code points before."""


@dataclass(slots=True, eq=False)
class Event:
    """One event or contract of a document, told by one or more mentions."""

    mentions: list[EventMention] = field(default_factory=list)
    inferred: list[Candidate] = field(default_factory=list)

    @property
    def cls(self) -> str:
        """Return the class of the vocabulary."""
        return self.mentions[0].frame.cls

    @property
    def form(self) -> str | None:
        """Return the form that the first specific mention shows."""
        specific = next((m for m in self.mentions if not m.generic), self.mentions[0])
        located = next((m.frame.located for m in self.mentions if m.frame.located), None)
        if specific.generic and located and any(c.role == "place" for c in self.candidates()):
            return located
        return specific.frame.form

    @property
    def status(self) -> str:
        """Return the status: a cancellation anywhere counts, else what the first mention says."""
        said = [m.status for m in self.mentions if m.status]
        final = next((s for s in said if s in ("cancelled", "prevented")), None)
        return final or next(iter(said), "occurred")

    def candidates(self) -> Iterator[Candidate]:
        """Yield the kept candidates of all mentions, the inferred ones last."""
        for mention in self.mentions:
            yield from (c for c in mention.candidates if c.kept)
        yield from self.inferred

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


def join(mentions: Iterable[EventMention]) -> list[Event]:
    """Cluster the mentions of a document into events, in text order."""
    events: list[Event] = []
    for mention in mentions:
        event = next((e for e in reversed(events) if _same(e, mention)), None)
        if event is None:
            events.append(Event([mention]))
        else:
            event.mentions.append(mention)
    return events


def _same(event: Event, mention: EventMention) -> bool:
    if event.cls != mention.frame.cls or mention.another:
        return False
    last = event.mentions[-1]
    if _conflict(event, mention):
        return False
    if event.cls == "Contract":
        return _same_contract(event, mention)
    if not any(c.kept for c in mention.candidates) and event.cls == "Protest":
        return True
    same_form = event.form == mention.frame.form
    compatible = same_form or mention.generic or all(m.generic for m in event.mentions) or _kin(event.form, mention.frame.form)
    if not compatible:
        return False
    if last.sentence == mention.sentence:
        return same_form or mention.generic or event.mentions[-1].generic
    return mention.definite or mention.trigger[0] - last.trigger[0] <= FAR


KIN = (
    frozenset({"strike", "walkout"}),
    frozenset({"open-letter", "petition"}),
    frozenset({"union-drive", "union-formed"}),
    frozenset({"demonstration", "other"}),
    frozenset({"demonstration", "picket"}),
)
"""Forms by which the same event may be called."""


def _kin(a: str | None, b: str | None) -> bool:
    return False if a is None or b is None else frozenset({a, b}) == KIN[3]


def _conflict(event: Event, mention: EventMention) -> bool:
    """Return whether what the mention says cannot hold of the event: another time, other people of another company."""
    spans, others = event.spans(), [c.filler for c in mention.candidates if isinstance(c.filler, TimeSpan)]
    if spans and others and not any(a.earliest <= b.latest and b.earliest <= a.latest for a in spans for b in others):
        return True
    told, now = _parties(event.fillers(*ACTING)), _parties(mention.fillers(*ACTING))
    return bool(told and now and not told & now) and not mention.definite


def _parties(referents: list[Referent]) -> set[Referent]:
    """Return the organizations behind the people who act; nothing where they are not named."""
    return {tie for r in referents if r.cls == "Collective" for tie in r.affiliations if tie.cls in ORGANIZATIONS}


def _same_contract(event: Event, mention: EventMention) -> bool:
    for role in ("supplier", "buyer"):
        told, now = set(event.fillers(role)), set(mention.fillers(role))
        if told and now and not told & now:
            return False
    shared = set(event.fillers("supplier", "buyer")) & set(mention.fillers("supplier", "buyer"))
    if set(event.fillers("supplier", "buyer")) and set(mention.fillers("supplier", "buyer")):
        return bool(shared)
    return mention.definite


# ---- inference --------------------------------------------------------------------------


def infer(events: Sequence[Event], discourse: Discourse) -> None:
    """Fill in what goes without saying: a protest of a company's workers is aimed at that company."""
    told = [e for e in events if e.cls != "Contract"]
    staffing = {b: s for e in events if e.mentions[0].frame.id == "contract.staffing" for b in e.fillers("buyer") for s in e.fillers("supplier")}
    for event in told:
        if not event.fillers("participant", "signatory"):
            _infer_actor(event, discourse)
        if event.cls in ("Petition", "Protest", "UnionAction") and not event.fillers("organizer"):
            _infer_organizer(event, discourse)
    for event in told:
        if not event.fillers("target"):
            _infer_target(event, discourse, staffing)
        _tidy_concerns(event)
        _tidy_places(event)
    for earlier, event in pairwise(told):
        if not event.fillers("concerns") and not event.phrases("concerns") and not event.phrases("demands"):
            _inherit_concerns(earlier, event)


def _inherit_concerns(earlier: Event, event: Event) -> None:
    """Let an action about which nothing is said share the concerns of the one told before it by the same people."""
    mine, theirs = set(event.fillers(*ACTING)), set(earlier.fillers(*ACTING))
    if not mine & theirs:
        return
    for candidate in [c for c in earlier.candidates() if c.role == "concerns"]:
        event.inferred.append(replace(candidate, path="concerns.shared", score=0.4))


def _tidy_concerns(event: Event) -> None:
    """Drop from what the action is about whoever acts or is targeted, and repetitions."""
    busy = set(event.fillers("signatory", "participant", "organizer", "target", "addressee"))
    seen: list[str] = []
    for candidate in event.candidates():
        if candidate.role not in ("concerns", "demands"):
            continue
        if isinstance(candidate.filler, Referent):
            if candidate.role == "concerns" and candidate.filler in busy:
                candidate.drop("acts or is targeted")
        elif isinstance(candidate.filler, Phrase):
            words = candidate.role + candidate.filler.text.casefold()
            if words in seen:
                candidate.drop("said before")
            seen.append(words)
    kept = [c for c in event.candidates() if c.role == "concerns"]
    if any(c.path != "concerns.demanded" for c in kept):
        for candidate in kept:
            if candidate.path == "concerns.demanded":
                candidate.drop("other words say what it is about")


def _tidy_places(event: Event) -> None:
    """Keep a nameless site ("company headquarters") only where no named place is told."""
    kept = [c for c in event.candidates() if c.role == "place"]
    if any(c.path != "place.site" for c in kept):
        for candidate in kept:
            if candidate.path == "place.site":
                candidate.drop("a named place is told")


def _infer_actor(event: Event, discourse: Discourse) -> None:
    """Take the group of people that was spoken of last, where it is known whom they work for."""
    first = event.mentions[0]
    groups = [r for r in discourse if r.cls == "Collective" and r.affiliations and r.first_span()[0] < first.sentence[1]]
    if groups:
        latest = max(groups, key=lambda r: (r.first_span()[0], -r.order))
        event.inferred.append(Candidate(first.frame.actor, latest, first.sentence, f"{first.frame.actor}.topic", 0.5))


def _infer_organizer(event: Event, discourse: Discourse) -> None:
    """Take the one union or group of the document for who led what happened, where it names a single one."""
    led = [r for r in discourse if r.cls in ("Union", "CivilSocietyGroup")]
    busy = event.fillers("target", "addressee", "participant", "signatory", "concerns")
    if len(led) == 1 and led[0] not in busy:
        event.inferred.append(Candidate("organizer", led[0], event.mentions[0].sentence, "organizer.topic", 0.5))


def _infer_target(event: Event, discourse: Discourse, staffing: dict[Referent, Referent]) -> None:
    sentence = event.mentions[0].sentence
    ties = _employers(event.fillers("signatory", "participant", "organizer"))
    path = "target.employer"
    if not ties:
        ties = [t for p in event.fillers("addressee") for t in p.affiliations if t.cls in ORGANIZATIONS]
        path = "target.addressee-employer"
    if not ties and event.cls == "Petition":
        ties = [r for r in event.fillers("addressee") if r.cls != "Person"]
        path = "target.addressee"
    if not ties and (main := _main_employer(event, discourse)):
        ties, path = [main], "target.topic"
    for tie in dict.fromkeys(staffing.get(t, t) for t in ties):
        event.inferred.append(Candidate("target", tie, sentence, path, 0.7))


def _main_employer(event: Event, discourse: Discourse) -> Referent | None:
    """Return the organization that the document speaks of most, of those named before or in the event's sentences."""
    end = max(m.sentence[1] for m in event.mentions)
    busy = set(event.fillers("organizer", "participant", "signatory", "addressee"))
    fitting = [
        r
        for r in discourse
        if r.cls in ("Company", "University") and r not in busy and r.names and r.first_span()[0] < end
    ]
    return max(fitting, key=lambda r: (sum(map(len, r.names.values())), -r.order), default=None)


def _employers(referents: list[Referent]) -> list[Referent]:
    kinds = ("Company", "University", "NewsOutlet", "GovernmentBody", "Organization")
    return list(dict.fromkeys(t for r in referents for t in r.affiliations if t.cls in kinds))
