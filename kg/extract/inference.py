"""Fills in what goes without saying, and tidies what was said twice: the last step of reading a document."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter

from kg.extract import data
from kg.extract.candidates import Candidate, Phrase
from kg.extract.discourse import ORGANIZATIONS, Discourse, Referent
from kg.extract.events import Event
from kg.extract.groups import as_business, bodies

NEAR = 400
"""A group named farther than this from an action, in code points, is not taken for who led it."""


FAR = 600
"""A group told of farther than this before an action, in code points, is not taken for who acted."""

EMPLOYED = frozenset({"worker", "employee", "staff", "staffer"})
"""Heads of groups whose organization is their employer, be it a charity."""

COURTS = frozenset({"Collective", "GovernmentBody"})
"""Classes of those who are asked for a ruling; an action in court is against somebody else."""


ASKED = "target.asked"
"""The rule that takes who is asked for something."""

BLAMED = "target.blamed"
"""The rule that takes whose doing an action is about; where that is a person, an employer may be meant besides."""


def _is_person(filler: object) -> bool:
    return isinstance(filler, Referent) and filler.cls == "Person"


def infer(events: Sequence[Event], discourse: Discourse) -> None:
    """Fill in what goes without saying: a protest of a company's workers is aimed at that company."""
    told = [e for e in events if e.cls != "Contract"]
    leading = {r for e in told if e.cls == "Protest" for r in e.fillers("organizer")}
    staffing = {
        b: s
        for e in events
        if e.mentions[0].frame.id == "contract.staffing"
        for b in e.fillers("buyer")
        for s in e.fillers("supplier")
    }
    for event in told:
        if not event.fillers("participant", "signatory"):
            _infer_actor(event, discourse)
        if event.cls in ("Petition", "Protest", "UnionAction") and not event.fillers("organizer"):
            _infer_organizer(event, discourse, leading if event is not told[0] else set())
            if event.cls == "Protest":
                leading.update(event.fillers("organizer"))
    employers, locatives = _Employers(discourse), sorted(discourse.locatives, key=itemgetter(0))
    for event in told:
        _tell_authors(event)
        _tidy_people(event)
        _settle_targets(event)
        _address_bodies(event)
        _settle_sites(event)
        if all(c.path == BLAMED and _is_person(c.filler) for c in event.candidates() if c.role == "target"):
            _infer_target(event, employers, staffing)
        _infer_place(event, locatives)
        _tidy_concerns(event)
        _tidy_places(event)


SITE = "target.site"
"""The rule that takes on whose premises an action takes place."""


def _settle_sites(event: Event) -> None:
    """Tell whose premises an action took place on from where it was, and add the employer of those who acted there."""
    sites = [c for c in event.candidates() if c.path == SITE and isinstance(c.filler, Referent)]
    if not sites:
        return
    ties = _employers(event.fillers("participant", "signatory"))
    for candidate in sites:
        filler = candidate.filler
        told_once = isinstance(filler, Referent) and filler.known is None and sum(map(len, filler.names.values())) == 1
        if told_once and filler not in ties:
            candidate.drop("nothing shows that it is more than where they were")
    if not any(c.role == "target" and (c.path != SITE or c.filler in ties) for c in event.candidates()):
        event.inferred += [Candidate("target", t, event.mentions[0].sentence, "target.employer", 0.7) for t in ties]


def _tidy_people(event: Event) -> None:
    """Drop bare "people" from those who act where another group of the same role is told."""
    bare = [c for c in event.candidates() if c.role in ("participant", "signatory") and _is_anybody(c.filler)]
    for candidate in bare:
        if not all(_is_anybody(filler) for filler in event.fillers(candidate.role)):
            candidate.drop("others say who acts")


def _tell_authors(event: Event) -> None:
    """Take a named group that wrote what other people signed for who organized it."""
    signers = [c for c in event.candidates() if c.role == "signatory"]
    if event.cls != "Petition" or not any(_is_people(c.filler) for c in signers):
        return
    for candidate in signers:
        filler = candidate.filler
        if isinstance(filler, Referent) and filler.cls in ("Union", "CivilSocietyGroup"):
            candidate.drop("wrote what others signed")
            event.inferred.append(Candidate("organizer", filler, candidate.evidence, "organizer.author", 0.7))


def _is_people(filler: object) -> bool:
    if not isinstance(filler, Referent) or filler.cls != "Collective":
        return False
    named = data.words("collectives", "bodies") | data.words("collectives", "associations")
    return filler.head not in bodies() | named


def _is_anybody(filler: object) -> bool:
    """Return whether a group is one of mere people, which adds nothing where it is told who they were."""
    return (
        isinstance(filler, Referent) and filler.head in data.words("collectives", "anybody") and not filler.affiliations
    )


def _settle_targets(event: Event) -> None:
    """Tell whom an action only speaks to from whom it is against: the chief executive is asked, the company meant."""
    for candidate in list(event.candidates()):
        filler = candidate.filler
        if candidate.role != "target" or not isinstance(filler, Referent):
            continue
        if event.cls == "UnionAction" and candidate.path == "target.with" and filler.cls == "GovernmentBody":
            candidate.drop("asked to hold the vote")
            continue
        spoken_to = filler.head in data.words("collectives", "managers")
        if event.cls == "Petition" and (spoken_to or _is_asked(filler, candidate.path)):
            candidate.role = "addressee"
        elif event.cls == "LegalAction" and candidate.path == ASKED and filler.cls in COURTS:
            candidate.role = "addressee"
            if filler.cls == "Collective" and filler.head not in bodies():
                candidate.drop("asked to rule")
        elif filler.cls == "Collective" and filler.head not in data.words("collectives", "challenged"):
            candidate.drop("spoken to, not challenged")


def _address_bodies(event: Event) -> None:
    """Take the bodies that people ask for something for those addressed, where it is not told whom they address."""
    if event.cls not in ("Petition", "Protest") or event.fillers("addressee"):
        return
    for candidate in [c for c in event.candidates() if c.role == "target" and c.path in (ASKED, "target.for-to")]:
        filler = candidate.filler
        if isinstance(filler, Referent) and (
            filler.cls == "Collective" or (event.cls == "Petition" and filler.cls in ("GovernmentBody", "University"))
        ):
            event.inferred.append(Candidate("addressee", filler, candidate.evidence, "addressee.asked", 0.6))


def _is_asked(filler: Referent, path: str) -> bool:
    """Return whether a person is asked for something: one who holds an office, or of whom nothing worse is told."""
    return filler.cls == "Person" and path != BLAMED and (path == ASKED or bool(filler.affiliations))


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
    _tidy_matters(event)
    kept = [c for c in event.candidates() if c.role == "concerns"]
    legal = event.cls == "LegalAction"  # what a plaintiff wants is money, or that something be done about it
    if legal or any(c.path != "concerns.demanded" for c in kept):
        for candidate in kept:
            if candidate.path == "concerns.demanded":
                candidate.drop("asked of the court" if legal else "other words say what it is about")


def _tidy_matters(event: Event) -> None:
    """Drop a matter that is told within a longer phrase of what the action is about ("lack of overtime pay")."""
    kept = [c for c in event.candidates() if c.role == "concerns" and c.path != "concerns.demanded"]
    spans = {c.filler.span for c in kept if isinstance(c.filler, Phrase)}
    for candidate in kept:
        if candidate.path == "concerns.matter" and isinstance(candidate.filler, Phrase):
            start, end = candidate.filler.span
            if any(first <= start and end <= last and (first, last) != (start, end) for first, last in spans):
                candidate.drop("a part of what it is about")


def _tidy_places(event: Event) -> None:
    """Keep a nameless site ("company headquarters") only where no named place is told."""
    kept = [c for c in event.candidates() if c.role == "place"]
    if any(c.path != "place.site" for c in kept):
        for candidate in kept:
            if candidate.path == "place.site":
                candidate.drop("a named place is told")


def _infer_place(event: Event, locatives: Sequence[tuple[int, int, Referent]]) -> None:
    """Take the only place, or list of places, told in an action's sentence; petitions are signed anywhere.

    `locatives` are those of the document, in text order.
    """
    if event.cls == "Petition" or event.fillers("place"):
        return
    for mention in event.mentions:
        first, last = (bisect_left(locatives, at, key=itemgetter(0)) for at in mention.sentence)
        here = [(key, place) for _, key, place in locatives[first:last]]
        if here and len({key for key, _ in here}) == 1:
            for _, place in here:
                event.inferred.append(Candidate("place", place, mention.sentence, "place.sentence", 0.5))
            return


ANYBODYS = frozenset({"petition", "boycott", "disruption", "ruling"})
"""Forms of what others do as often as the people who were spoken of before."""


def _infer_actor(event: Event, discourse: Discourse) -> None:
    """Take the group of people that was spoken of last, where it is known whom they work for.

    A petition is signed by anybody, a boycott kept by anybody: nobody is guessed for them.
    """
    if event.form in ANYBODYS:
        return
    first = event.mentions[0]
    start, end = first.sentence
    near = (r for _, r in discourse.between(start - FAR, end) if r.cls == "Collective" and r.affiliations)
    if groups := [r for r in near if r.first_span()[0] < end]:
        latest = max(groups, key=lambda r: (r.first_span()[0], -r.order))
        event.inferred.append(Candidate(first.frame.actor, latest, first.sentence, f"{first.frame.actor}.topic", 0.5))


def _infer_organizer(event: Event, discourse: Discourse, leading: set[Referent]) -> None:
    """Take the unions or groups named beside the action for who led it, else the only one nearby.

    A union's action has its union: of several nearby the first is taken. Who led one protest of a document (`leading`)
    is not guessed to have led the next as well.
    """
    members = [r for r in event.fillers("participant") if r.head == "member"]
    unions = [t for r in members for t in r.affiliations if t.cls in ("Union", "CivilSocietyGroup")]
    for union in dict.fromkeys(unions):
        event.inferred.append(Candidate("organizer", union, event.mentions[0].sentence, "organizer.members", 0.6))
    if unions:
        return
    busy = set(event.fillers("target", "addressee", "participant", "signatory", "concerns"))
    staff = [r for r in event.fillers("participant", "signatory") if r.head in EMPLOYED]
    busy |= {tie for r in staff for tie in r.affiliations if tie.cls == "CivilSocietyGroup"}
    if event.cls == "Protest":
        busy |= leading
    near = event.mentions[0].sentence[0] - NEAR, event.mentions[-1].sentence[1] + NEAR
    told = [
        (at, r)
        for at, r in discourse.between(*near)
        if r.cls in ("Union", "CivilSocietyGroup") and r not in busy and at not in discourse.asides
    ]
    led = sorted({r for _, r in told}, key=lambda r: r.order)
    within = {r for at, r in told if any(m.sentence[0] <= at < m.sentence[1] for m in event.mentions)}
    beside = [r for r in led if r in within]
    if event.cls == "Petition":
        led = [r for r in led if r.cls != "Union"]  # of a petition told near a union, other people are the authors
    if not beside and event.cls == "Protest" and all(at < event.mentions[0].sentence[0] for at, _ in told):
        return  # who leads a protest is told with it or later
    for referent in beside[:2] or _nearby(event, led):
        event.inferred.append(Candidate("organizer", referent, event.mentions[0].sentence, "organizer.topic", 0.5))


SPONTANEOUS = frozenset(
    {"walkout", "sit-in", "resignation", "picket", "online-protest", "other", "demonstration", "disruption"}
)
"""Forms of protest that people often begin by themselves, whichever union is told of nearby."""


def _nearby(event: Event, led: list[Referent]) -> list[Referent]:
    """Return who of the unions and groups told around an action may be guessed to have led it."""
    if event.cls == "Petition" or event.form in SPONTANEOUS:
        return []
    return led[:1] if len(led) == 1 or event.cls == "UnionAction" else led if _told_together(led) else []


def _told_together(referents: list[Referent]) -> bool:
    """Return whether they are two that a text names in one breath ("the unions CWA and IBEW")."""
    spans = sorted(span for r in referents for spans in r.names.values() for span in spans)
    gaps = [after[0] - before[1] for before, after in pairwise(spans)]
    return len(spans) == len(referents) > 1 and max(gaps) <= len(", and ")


def _infer_target(event: Event, employers: _Employers, staffing: dict[Referent, Referent]) -> None:
    """Take whom the action is against from who acts: their employer, and where they act, also whose work they do.

    `staffing` leads from those on whose premises people work to those who employ them; threats are made to the latter.
    """
    sentence = event.mentions[0].sentence
    ties = [r for r in event.fillers("addressee") if event.cls == "Petition" and _is_public(r)]
    path = "target.addressee"
    schools = _schools(event) if event.cls == "Protest" else set()
    if not ties and _is_about_law(event):
        return
    if not ties:
        ties = [t for t in _employers(event.fillers("signatory", "participant", "organizer")) if t not in schools]
        if event.cls == "Petition":
            ties = [t for t in ties if t.cls != "GovernmentBody"]  # lawmakers write to others
        path = "target.employer"
    if not ties:
        ties = [t for p in event.fillers("addressee") for t in p.affiliations if t.cls in ORGANIZATIONS]
        path = "target.addressee-employer"
    if not ties and event.cls == "Petition":
        ties = [r for r in event.fillers("addressee") if r.cls in ORGANIZATIONS]
        path = "target.addressee"
    if not ties:
        ties, path = _main_employer(event, employers, schools)
    on_site = event.cls == "Protest" and event.status != "threatened"
    against = [r for t in ties for r in ((t, staffing.get(t, t)) if on_site else (staffing.get(t, t),))]
    for tie in dict.fromkeys(against):
        event.inferred.append(Candidate("target", tie, sentence, path, 0.7))


def _is_public(referent: Referent) -> bool:
    """Return whether it is a public body, which a petition handed to it asks to act."""
    return referent.cls == "GovernmentBody" or referent.head in data.words("collectives", "public") - {"board"}


def _is_about_law(event: Event) -> bool:
    """Return whether it is a protest about what lawmakers do, not employers ("against the bill")."""
    if event.cls != "Protest":
        return False
    words = (
        word for role in ("concerns", "demands") for p in event.phrases(role) for word in p.text.casefold().split()
    )
    return not data.words("collectives", "laws").isdisjoint(words)


def _schools(event: Event) -> set[Referent]:
    """Return where those who act study: students protest there rather than against it."""
    students = [r for r in event.fillers("participant") if r.head in data.words("collectives", "studying")]
    return {t for r in students for t in r.affiliations if t.cls == "University"}


def _main_employer(event: Event, employers: _Employers, schools: set[Referent]) -> tuple[list[Referent], str]:
    """Return the organization that the document speaks of most, of those named before or in the event's sentences.

    Where none is, a service that people work for is meant; the second value names the rule.
    """
    end = max(m.sentence[1] for m in event.mentions)
    busy = set(event.fillers("organizer", "participant", "signatory", "addressee")) | schools
    if main := employers.main(end, busy):
        return [main], "target.topic"
    service = employers.service(end, busy)
    return ([service] if service else []), "target.service"


class _Employers:
    """The companies and universities of a document, by how much it speaks of them, and outlets that employ a group."""

    FIRST = 4
    """So many of the foremost are kept for each stretch of the document; others are looked for when these are busy."""

    def __init__(self, discourse: Discourse) -> None:
        tied = {t for r in discourse if r.cls == "Collective" for t in r.affiliations}
        outlets = {t for t in tied if t.cls == "NewsOutlet"}
        named = [r for r in discourse if r.names and (r.cls in ("Company", "University") or r in outlets)]
        self._services = [r for r in discourse if r.cls == "Technology" and _may_employ(r)]
        self._told = sorted(((r.first_span()[0], r) for r in named), key=itemgetter(0))
        self._weights = {r: (sum(map(len, r.names.values())), -r.order) for r in named}
        self._foremost: list[list[Referent]] = [[]]
        for _, referent in self._told:
            self._foremost.append(self._by_weight([*self._foremost[-1], referent])[: self.FIRST])

    def _by_weight(self, referents: list[Referent]) -> list[Referent]:
        return sorted(referents, key=self._weights.__getitem__, reverse=True)

    def main(self, end: int, busy: set[Referent]) -> Referent | None:
        """Return the foremost that is named before the offset `end` and not `busy`."""
        before = bisect_left(self._told, end, key=itemgetter(0))
        foremost = self._foremost[before]
        if before > self.FIRST and busy.issuperset(foremost):
            foremost = self._by_weight([r for _, r in self._told[:before]])
        return next((r for r in foremost if r not in busy), None)

    def service(self, end: int, busy: set[Referent]) -> Referent | None:
        """Return an app or service named before the offset `end` that may be a business, as one."""
        found = next((r for r in self._services if r not in busy and r.first_span()[0] < end), None)
        return as_business(found) if found else None


def _may_employ(service: Referent) -> bool:
    """Return whether an app or service may be a business that people work for: unlisted, with one proper name."""
    return service.known is None and all(" " not in name and any(map(str.islower, name)) for name in service.names)


def _employers(referents: list[Referent]) -> list[Referent]:
    kinds = ("Company", "University", "NewsOutlet", "GovernmentBody", "Organization")
    ties = [(r, t) for r in referents for t in r.affiliations]
    employing = [t for r, t in ties if t.cls in kinds or (t.cls == "CivilSocietyGroup" and r.head in EMPLOYED)]
    return list(dict.fromkeys(employing))
