"""What reading a text yields before anything is decided: mentions of events with candidates for their roles.

Losers are kept with the reason why they were dropped: `kg explain` shows them, and a learned scorer can rank them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.extract.discourse import Referent
from kg.extract.frames import Frame
from kg.model import Count, Factuality, Money, TimeSpan

Span = tuple[int, int]
"""Half-open code points of the document."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of the document that fill a role as they stand: a demand, a concern, a contract's subject."""

    text: str
    span: Span


Filler = Referent | Phrase | Count | Money | TimeSpan


@dataclass(slots=True)
class Candidate:
    """One possible filler of a role: where it was said, by which path it was found, how sure we are, and its fate.

    `evidence` is the span of the sentence that says it; `path` names the rule (`target.employer`); `score` is a
    probability in 0..1; `reason` says why it was dropped (`kept` False). `attributed_to` is who claims it where that is
    told of it alone ("police put the number at 200").
    """

    role: str
    filler: Filler
    evidence: Span
    path: str
    score: float
    kept: bool = True
    reason: str = ""
    attributed_to: Referent | None = None

    def drop(self, reason: str) -> None:
        """Take the candidate out of the result and remember why."""
        self.kept, self.reason = False, reason


@dataclass(slots=True, eq=False)
class EventMention:
    """One place where the text speaks of an event or a contract: the frame it evokes and what it says there.

    `token` is the trigger's index in its scene, `definite` whether the words point back ("the letter"), `generic`
    whether they name no particular kind of action. `tokens` are those that link clauses to it (trigger, support verb);
    `paragraph` counts the document's paragraphs.
    """

    frame: Frame
    trigger: Span
    words: str
    sentence: Span
    token: int
    definite: bool = False
    another: bool = False
    status: str | None = None
    factuality: Factuality = "certain"
    attributed_to: Referent | None = None
    candidates: list[Candidate] = field(default_factory=list)
    tokens: set[int] = field(default_factory=set)
    paragraph: int = 0
    kept: bool = True
    reason: str = ""

    @property
    def generic(self) -> bool:
        """Return whether the frame is a catch-all that yields to a specific one."""
        return self.frame.generic

    def fillers(self, *roles: str) -> list[Referent]:
        """Return the referents that are kept in one of `roles`."""
        return [c.filler for c in self.candidates if c.kept and c.role in roles and isinstance(c.filler, Referent)]

    def add(self, candidate: Candidate) -> None:
        """Record a candidate; of two for the same role and filler the surer one stays."""
        for other in self.candidates:
            if other.role == candidate.role and other.filler == candidate.filler:
                other.score = max(other.score, candidate.score)
                return
        self.candidates.append(candidate)
