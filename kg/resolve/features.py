"""What speaks for and against two reports being of one event; the first line of each docstring is what users read.

A feature returns its weight in log odds, 0 where it says nothing. A contradiction keeps two reports apart however
much else agrees.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache

from rapidfuzz import fuzz

from kg.model import Count, TimeSpan
from kg.resolve.profiles import Event

Feature = Callable[[Event, Event], float]
Contradiction = Callable[[Event, Event], bool]

LETTERS = frozenset({"form:open-letter", "form:petition", "form:pledge", "form:email-campaign"})
STOPPAGES = frozenset({"form:strike", "form:walkout"})
GATHERINGS = frozenset({"form:demonstration", "form:picket", "form:vigil", "form:disruption", "form:sit-in"})
_FAMILIES = (LETTERS, STOPPAGES, GATHERINGS, frozenset({"form:lawsuit", "form:complaint"}))
_OVER = frozenset({"status:cancelled", "status:prevented"})

RARE = frozenset({"form:hunger-strike", "form:sit-in", "form:vigil", "form:boycott", "form:resignation"})
"""Forms that are rare enough to tell more than the others when they agree."""

_WEIGHTS = {1: 2.5, 7: 1.8, 31: 1.3, 92: 0.6, 0: 0.3}
"""Days that the longer of two overlapping times lasts at most (0: longer than all) -> what the agreement is worth."""


def same_form(a: Event, b: Event) -> float:
    """both are the same form of action"""
    shared = a.forms & b.forms
    return 1.6 if shared & RARE else 1.0 if shared else 0.0


def like_form(a: Event, b: Event) -> float:
    """their forms of action are told for one another"""
    return 0.6 if not a.forms & b.forms and any(_kin(x, y) for x in a.forms for y in b.forms) else 0.0


def same_actors(a: Event, b: Event) -> float:
    """the same people or the staff of the same organization act"""
    return 2.0 if a.actors & b.actors else 0.0


def same_addressee(a: Event, b: Event) -> float:
    """they address the same person or body"""
    return 1.5 if a.addressees & b.addressees else 0.0


def same_target(a: Event, b: Event) -> float:
    """they are directed against the same party"""
    return 1.0 if (a.targets | a.addressees) & (b.targets | b.addressees) else 0.0


def other_target_too(a: Event, b: Event) -> float:
    """they are directed against different parties"""
    left, right = a.targets | a.addressees, b.targets | b.addressees
    return -0.7 if left and right and not left & right else 0.0


def same_place(a: Event, b: Event) -> float:
    """they take place at the same place"""
    return 1.2 if _scene(a) & _scene(b) else 0.0


def one_scene(a: Event, b: Event) -> float:
    """the same place in the same days leaves little room for two"""
    if not _scene(a) & _scene(b) or not any(_kin(x, y) for x in a.forms for y in b.forms):
        return 0.0
    brief = same_time(a, b) >= _WEIGHTS[7] if a.spans and b.spans else near_publication(a, b) >= 1.2
    return 1.0 if brief else 0.0


def same_names(a: Event, b: Event) -> float:
    """their passages name the same people, bodies or products"""
    told = a.actors | a.targets | a.addressees | a.concerns
    shared = (a.names & b.names) - (told & (b.actors | b.targets | b.addressees | b.concerns))
    return min(1.2, 0.6 * sum(not name.startswith("place/") for name in shared))


def other_origin(a: Event, b: Event) -> float:
    """the groups that act are named after different places or bodies"""
    if a.origins & b.origins or not (a.origins or b.origins):
        return 0.0
    if a.origins and b.origins:
        return -1.5
    named, other = (a, b) if a.origins else (b, a)
    places = {word for place in other.places for word in place.partition("/")[2].split("-")}
    return -0.8 if places and not places & named.origins and not named.places & other.places else 0.0


def same_subject(a: Event, b: Event) -> float:
    """they are about the same matter"""
    return 1.0 if a.concerns & b.concerns else 0.0


def same_demand(a: Event, b: Event) -> float:
    """they demand the same, in similar words"""
    if not a.demands or not b.demands:
        return 0.0
    best = max(_alike(x, y) for x in a.demands for y in b.demands)
    if best >= 75:
        return 1.5
    return 0.7 if best >= 60 else -0.5


def same_time(a: Event, b: Event) -> float:
    """their dates agree"""
    return max((_WEIGHTS[_step(x, y)] for x in a.spans for y in b.spans if _overlap(x, y)), default=0.0)


def near_publication(a: Event, b: Event) -> float:
    """they were published about the same time"""
    if a.spans and b.spans:
        return 0.0
    gap = _gap(a, b)
    if gap is None:
        return 0.0
    return next((weight for days, weight in ((4, 1.2), (10, 0.7), (21, 0.0), (60, -1.0)) if gap <= days), -2.0)


def only_series(a: Event, b: Event) -> float:
    """what agrees in time is only since when such things have happened, and they were told weeks apart"""
    pairs = [(x, y) for x in a.spans for y in b.spans if _overlap(x, y)]
    if not pairs or a.published is None or b.published is None:
        return 0.0
    if not all(_since(x, a.published) or _since(y, b.published) for x, y in pairs):
        return 0.0
    gap = abs((a.published - b.published).days)
    return -2.5 if gap > 60 else -1.2 if gap > 21 else 0.0


def same_count(a: Event, b: Event) -> float:
    """the numbers of people agree"""
    if not a.counts or not b.counts:
        return 0.0
    pairs = [(x, y) for x in a.counts for y in b.counts]
    if any(x.value is not None and x.value == y.value for x, y in pairs):
        return 1.5
    if any(_ranges_meet(x, y) for x, y in pairs):
        return 0.4
    if "cag:Petition" in (a.cls, b.cls):
        return 0.0
    ratio, vague = min((_ratio(x, y), not x.qualifier == y.qualifier == "exact") for x, y in pairs)
    return -2.0 if ratio >= 4 else (-1.2 if vague else -1.6) if ratio >= 2 else 0.0


def same_words(a: Event, b: Event) -> float:
    """they are told in similar words"""
    if len(a.words) < 4 or len(b.words) < 4:
        return 0.0
    share = len(a.words & b.words) / min(len(a.words), len(b.words))
    return 1.0 if share >= 0.5 else 0.5 if share >= 0.3 else 0.0


def status_differs(a: Event, b: Event) -> float:
    """one is reported as called off, the other as held"""
    held = frozenset({"status:occurred", "status:ongoing"})
    off = (a.statuses & _OVER and b.statuses & held) or (b.statuses & _OVER and a.statuses & held)
    return -1.5 if off else 0.0


def undated(a: Event, b: Event) -> float:
    """nothing tells when one of them was"""
    return 0.0 if (a.spans or a.published) and (b.spans or b.published) else -2.0


def same_supplier(a: Event, b: Event) -> float:
    """they have the same supplier"""
    return 1.5 if a.suppliers & b.suppliers else 0.0


def same_buyer(a: Event, b: Event) -> float:
    """they have the same buyer"""
    return 1.5 if a.buyers & b.buyers else 0.0


def same_identifier(a: Event, b: Event) -> float:
    """they have the same number or programme name"""
    return 3.0 if a.identifiers & b.identifiers else 0.0


def same_value(a: Event, b: Event) -> float:
    """they are worth the same"""
    return 2.0 if _values(a) & _values(b) else 0.0


def same_goods(a: Event, b: Event) -> float:
    """they are about the same goods or services"""
    if not a.subjects or not b.subjects:
        return 0.0
    best = max(_alike(x, y) for x in a.subjects for y in b.subjects)
    sure = a.identifiers & b.identifiers or (_values(a) & _values(b) and a.suppliers & b.suppliers)
    return 1.2 if best >= 75 else 0.4 if best >= 50 else 0.0 if sure else -0.7


ACTION_FEATURES: tuple[Feature, ...] = (
    same_form, like_form, same_actors, same_addressee, same_target, same_place, one_scene, same_names, same_subject,
    same_demand, same_time, near_publication, same_count, same_words, only_series, other_target_too, other_origin,
    status_differs, undated,
)  # fmt: skip
CONTRACT_FEATURES: tuple[Feature, ...] = (
    same_supplier, same_buyer, same_identifier, same_value, same_goods, same_subject, same_time, near_publication,
    same_words,
)  # fmt: skip


AGAINST = frozenset({status_differs, undated, only_series, other_target_too, other_origin})
"""Features that only ever speak against a pair."""


# ---- contradictions ----


def other_class(a: Event, b: Event) -> bool:
    """they are different kinds of action"""
    return a.cls != b.cls


def other_form(a: Event, b: Event) -> bool:
    """they are different forms of action"""
    return bool(a.forms and b.forms) and not any(_forms_fit(x, y) for x in a.forms for y in b.forms)


def other_time(a: Event, b: Event) -> bool:
    """they have different dates"""
    return bool(a.spans and b.spans) and not any(_overlap(x, y) for x in a.spans for y in b.spans)


def other_addressee(a: Event, b: Event) -> bool:
    """they address different people or bodies"""
    left, right = a.addressees | a.targets, b.addressees | b.targets
    return bool(a.addressees and b.addressees) and not a.addressees & right and not b.addressees & left


def other_actors(a: Event, b: Event) -> bool:
    """different people, or the staff of different organizations, act"""
    return bool(a.actors and b.actors) and not a.actors & b.actors


def other_place(a: Event, b: Event) -> bool:
    """they take place at different places"""
    return bool(a.places and b.places) and not a.places & b.places


def other_supplier(a: Event, b: Event) -> bool:
    """they have different suppliers"""
    return bool(a.suppliers and b.suppliers) and not a.suppliers & b.suppliers


def other_buyer(a: Event, b: Event) -> bool:
    """they have different buyers"""
    return bool(a.buyers and b.buyers) and not a.buyers & b.buyers


def other_identifier(a: Event, b: Event) -> bool:
    """they have different numbers or programme names"""
    return bool(a.identifiers and b.identifiers) and not a.identifiers & b.identifiers


def other_value(a: Event, b: Event) -> bool:
    """they are worth different sums"""
    left, right = _values(a), _values(b)
    return bool(left and right) and not any(_close(x, y) for x in left for y in right)


def same_document(a: Event, b: Event) -> bool:
    """one text tells of both as two"""
    return a.document == b.document


ACTION_CONTRADICTIONS: tuple[Contradiction, ...] = (
    same_document, other_class, other_form, other_time, other_addressee, other_actors, other_place,
)  # fmt: skip
CONTRACT_CONTRADICTIONS: tuple[Contradiction, ...] = (
    same_document, other_class, other_supplier, other_buyer, other_identifier, other_value,
)  # fmt: skip


def reason(function: Callable[..., object]) -> str:
    """Return the sentence that explains a feature to users."""
    return (function.__doc__ or function.__name__).partition("\n")[0].strip()


def _forms_fit(x: str, y: str) -> bool:
    return "form:other" in (x, y) or _kin(x, y)


def _kin(x: str, y: str) -> bool:
    """Tell whether one form is often told for the other."""
    return x == y or any(x in forms and y in forms for forms in _FAMILIES)


def _scene(event: Event) -> set[str]:
    return event.places or event.settings


def _step(x: TimeSpan, y: TimeSpan) -> int:
    days = max((span.latest - span.earliest).days + 1 for span in (x, y))
    return next((limit for limit in _WEIGHTS if limit >= days), 0)


def _since(span: TimeSpan, published: date) -> bool:
    """Tell whether a time only says since when: it goes on until the text, for more than a month."""
    return (span.latest - span.earliest).days > 31 and abs((published - span.latest).days) <= 1


def _overlap(x: TimeSpan, y: TimeSpan) -> bool:
    return x.earliest <= y.latest and y.earliest <= x.latest


def _gap(a: Event, b: Event) -> int | None:
    """Return the days between what is known of the times of two reports: their dates, else their publication."""
    left, right = _window(a), _window(b)
    if left is None or right is None:
        return None
    return max(0, left[0] - right[1], right[0] - left[1])


def _window(event: Event) -> tuple[int, int] | None:
    if event.spans:
        return min(s.earliest for s in event.spans).toordinal(), max(s.latest for s in event.spans).toordinal()
    if event.published is None:
        return None
    return event.published.toordinal(), event.published.toordinal()


def _ranges_meet(x: Count, y: Count) -> bool:
    low, high = max(x.minimum or 0, y.minimum or 0), min(_top(x), _top(y))
    return low <= high


def _top(count: Count) -> float:
    return float("inf") if count.maximum is None else count.maximum


def _ratio(x: Count, y: Count) -> float:
    left, right = (c.value or c.minimum or c.maximum or 1 for c in (x, y))
    return max(left, right) / max(1, min(left, right))


def _values(event: Event) -> set[tuple[str, Decimal]]:
    if not event.values:
        return set()
    found = ((m.currency, m.value if m.value is not None else m.maximum or m.minimum) for m in event.values)
    return {(currency, value) for currency, value in found if value is not None}


def _close(x: tuple[str, Decimal], y: tuple[str, Decimal]) -> bool:
    return x[0] != y[0] or max(x[1], y[1]) <= min(x[1], y[1]) * Decimal("1.1")


@lru_cache(maxsize=200_000)
def _alike(x: str, y: str) -> float:
    """Return 0..100: how alike two wordings are, word order aside."""
    return fuzz.token_set_ratio(x.casefold(), y.casefold()) if x != y else 100.0
