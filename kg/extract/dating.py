"""Attaches the time expressions of a sentence to its event mentions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kg.extract import data, times
from kg.extract.candidates import Candidate, EventMention
from kg.extract.intervals import Bound, Calendar, Expression, Interval, Relative, Stretch, Weekday
from kg.extract.mentions import Scene
from kg.extract.nlp import Span, Token
from kg.extract.quantities import Quantities, within
from kg.extract.times import TimeMatch
from kg.model import TimeSpan

_VAGUER = 12.0
"""So many words farther a day may stand than how long it took, and still be when it was."""


def whens(scene: Scene, sentence: Span, mentions: list[EventMention], found: Quantities, anchor: date | None) -> None:
    """Date each mention by the nearest time expression of its clause that can be resolved."""
    here = within(found.times, sentence.start_char, sentence.end_char)
    if not here:
        return
    ranked: dict[int, list[tuple[float, int, TimeMatch, Token]]] = {m.token: [] for m in mentions}
    for match in here:
        span = scene.doc.char_span(match.start, match.end, alignment_mode="expand")
        if span is None:
            continue
        for mention in mentions:
            counting = _is_one_of_many(scene.doc[mention.token], span.root, mention, match.expression)
            counting = counting or _is_mere_length(span.root, mention, match.expression)
            if not counting and not _blocked(scene, span.root, mention, mentions):
                away = _distance(scene, span.root, mention) + (_VAGUER if isinstance(match.expression, Stretch) else 0)
                ranked[mention.token].append((away, match.start, match, span.root))
    told = _spoken_of(here, found, anchor)
    for mention in mentions:
        for distance, _, match, time in sorted(ranked[mention.token], key=lambda r: r[:2]):
            ahead = _lies_ahead(scene.doc[mention.token], time, mention, match)
            meant = match if ahead else _as_gone(time, match)
            resolved = times.resolve(meant, anchor, future=ahead, told=told[match.start])
            if resolved is not None:
                _date(scene, mention, resolved, anchor, 0.8 if distance < 20 + _VAGUER else 0.6)
                break


def _is_one_of_many(trigger: Token, time: Token, mention: EventMention, expression: Expression) -> bool:
    """Return whether the time only tells of how many an action is one ("the third strike this year").

    So do the words "for the third time this year".
    """
    current = isinstance(expression, Relative) and expression.offset == 0 and expression.unit != "day"
    if not isinstance(expression, Bound) and not (current and not expression.part):  # type: ignore[union-attr]
        return False
    if mention.status == "ongoing":
        return False
    counted = [trigger, *(word for word in (time, time.head) if word.lemma_ == "time")]
    return any(child.lower_ in data.words("times", "ordinals") for word in counted for child in word.children)


def _is_mere_length(time: Token, mention: EventMention, expression: Expression) -> bool:
    """Return whether "for two days" tells how long, not that it goes on to this day ("have struck for two days")."""
    if not isinstance(expression, Stretch) or not expression.length or not expression.number:
        return False
    clause = _clause_of(time)
    lasting = (clause.tag_ == "VBG" and clause.dep_ != "pcomp") or any(
        c.dep_ == "aux" and c.lemma_ == "have" for c in clause.children
    )
    return not lasting and (mention.status != "ongoing" or clause.tag_ == "VBD")


def _spoken_of(here: list[TimeMatch], found: Quantities, anchor: date | None) -> dict[int, Interval | None]:
    """Return the time told before each match of a sentence, by its start; remember the last one."""
    before: dict[int, Interval | None] = {}
    for match in here:
        before[match.start] = found.told
        span = times.resolve(match, anchor, future=False, told=found.told)
        if span is not None and not isinstance(match.expression, Stretch):
            found.told = span.earliest, span.latest, span.precision
    return before


def _date(scene: Scene, mention: EventMention, span: TimeSpan, anchor: date | None, score: float) -> None:
    """Record when it happens; what lies after the day of writing is planned, unless it is told as done."""
    ahead = anchor is not None and span.earliest > anchor
    if ahead and mention.status in ("occurred", "ongoing") and not _is_told_as_done(scene.doc[mention.token]):
        mention.status = "planned"
    mention.add(Candidate("when", span, mention.sentence, "when.nearest", score))


def _is_told_as_done(trigger: Token) -> bool:
    """Return whether the action is itself a verb in the past tense ("drivers struck on May 3")."""
    return trigger.tag_ == "VBD"


def _as_gone(time: Token, match: TimeMatch) -> TimeMatch:
    """Return a month or season as one that has begun where what went before is told ("had struck in January").

    The plain past does not show it: reports that are carried on later tell so of what came after they were written.
    """
    unit = match.expression
    if not isinstance(unit, Calendar) or unit.day or unit.which or unit.year or unit.shift is not None:
        return match
    if _is_set_for(time) or not any(c.lower_ == "had" and c.dep_ == "aux" for c in _clause_of(time).children):
        return match
    return replace(match, expression=replace(unit, which="gone"))


def _is_set_for(time: Token) -> bool:
    """Return whether something is set for a day ("had announced a strike for Black Friday")."""
    marked = time if time.lower_ == "for" else time.head
    return marked.lower_ == "for" and _clause_of(time).lemma_ in data.words("times", "setting")


def _lies_ahead(trigger: Token, time: Token, mention: EventMention, match: TimeMatch) -> bool:
    """Return whether a date without a year is to come: of a plan, of "are walking out" or "will apply from Friday"."""
    clause = _clause_of(time)
    if clause.dep_ == "relcl" and clause.tag_ == "VBD" and trigger.is_ancestor(clause):
        return False  # "called for a march, which took place on Sunday"
    if mention.status == "ongoing" and mention.frame.cls == "Protest":
        return isinstance(match.expression, Weekday) and trigger.tag_ == "VBG"
    if isinstance(match.expression, Weekday) and any(c.lower_ == "will" for c in _clause_of(time).children):
        return True
    if trigger.dep_ == "xcomp" and trigger.head.lemma_ in data.words("times", "intending"):
        return isinstance(match.expression, Weekday)
    if mention.status == "cancelled" and isinstance(match.expression, Weekday):
        return any(c.dep_ in ("acl", "relcl") and c.lemma_ in data.words("times", "setting") for c in trigger.children)
    return mention.status in ("planned", "threatened")


def _blocked(scene: Scene, time: Token, mention: EventMention, mentions: list[EventMention]) -> bool:
    """Return whether the time belongs to another clause or another mention."""
    clause = _clause_of(time)
    doc = scene.doc
    if _is_inside(time, clause, doc[mention.token], mention):
        return True
    if clause.i in _clauses(scene, mention):
        return False
    above = any(clause.is_ancestor(doc[i]) for i in mention.tokens)
    if above and _is_set_apart(doc[mention.token], clause):
        return True
    if above and time.left_edge.i <= time.sent.start + 1:
        return False  # "On Monday, they signed a letter and walked out": it frames the whole sentence
    rivals = [
        m for m in mentions if m is not mention and (m.frame.cls != "Contract" or mention.frame.cls == "Contract")
    ]
    if any(clause.i in _clauses(scene, m) for m in rivals):
        return True
    return not above and _tells_of_others(scene, clause, mention)


def _is_inside(time: Token, clause: Token, trigger: Token, mention: EventMention) -> bool:
    """Return whether a time belongs to another noun ("next year's meeting") or to what is pledged or asked for."""
    if mention.frame.cls == "Petition" and clause.tag_ == "VB" and trigger.is_ancestor(clause):
        return True
    if _is_of_what_led_to_it(time, mention) or time.dep_ == "dobj":
        return True
    if _led_to(clause, trigger) and not trigger.is_ancestor(time):
        return True  # but "after the strike of March 2021"
    if time.lower_ == "for" and time.head.pos_ == "NOUN" and time.head.i not in mention.tokens:
        return True  # "have not been paid their wages for two months"
    if time.dep_ not in ("poss", "compound", "nmod") or time.head.pos_ != "NOUN" or time.head.i in mention.tokens:
        return False
    return time.dep_ == "poss" or time.left_edge.i > time.sent.start


def _is_of_what_led_to_it(time: Token, mention: EventMention) -> bool:
    """Return whether a time stands in the phrase of an earlier happening ("after the layoff of 40 cooks in May")."""
    current, noun = time, False
    for _ in range(8):
        current = current.head
        if noun and (current.lower_ in data.words("times", "led_by") or _ends_cause(current)):
            return True
        if current.pos_ in ("VERB", "AUX") or current.i in mention.tokens or current.head == current:
            return False
        noun = noun or current.pos_ == "NOUN"
    return False


def _ends_cause(preposition: Token) -> bool:
    """Return whether a preposition ends "because of", "due to", "as a result of" or "in response to"."""
    return preposition.lower_ in ("of", "to") and preposition.head.lower_ in data.words("times", "causes")


def _led_to(clause: Token, trigger: Token) -> bool:
    """Return whether an action went before what its clause tells ("on Monday a court ruled after a complaint")."""
    current = trigger
    for _ in range(8):
        if current.dep_ == "pobj" and current.head.lower_ in data.words("times", "going_before"):
            return current.head.head.pos_ in ("VERB", "AUX") and clause.is_ancestor(current)
        if current.pos_ in ("VERB", "AUX") or current.head == current:
            return False
        current = current.head
    return False


def _is_set_apart(trigger: Token, clause: Token) -> bool:
    """Return whether an action is told below a clause as something else that happened at another time.

    So are "the women who sued", what was said, and what went before ("fired ten in May after they had struck"), but
    not what a "where" or a "while" adds.
    """
    for token in (trigger, *trigger.ancestors):
        if token == clause:
            return False
        words = {c.lower_ for c in token.children if c.dep_ in ("mark", "advmod")}
        if token.dep_ == "relcl" and not words & {"where", "when"}:
            return True
        if token.dep_ == "pcomp" and token.head.lower_ in data.words("times", "going_before"):
            return True
        if token.dep_ == "ccomp" and token.head.lemma_ in data.words("times", "telling"):
            return True
        if token.dep_ == "advcl" and words & data.words("times", "apart"):
            return True
    return False


def _clauses(scene: Scene, mention: EventMention) -> set[int]:
    return {_clause_of(scene.doc[i]).i for i in mention.tokens}


def _tells_of_others(scene: Scene, clause: Token, mention: EventMention) -> bool:
    """Return whether a clause beside or below an action speaks of what others did ("who were fired in March")."""
    own, below = _clauses(scene, mention), any(scene.doc[i].is_ancestor(clause) for i in mention.tokens)
    for _ in range(6):
        if clause.dep_ in ("relcl", "acl"):
            lemma = clause.lemma_
            happening = lemma in data.load("frames/status")["happening"] or lemma in mention.frame.support
            content = mention.frame.cls == "Petition" and clause.tag_ == "VB"
            telling = not content and (happening or lemma in data.words("counts", "hosting"))
            return clause.head.i not in mention.tokens or not telling
        if clause.dep_ == "ccomp" or any(c.dep_ in ("nsubj", "nsubjpass") for c in clause.children):
            return True
        above = _clause_of(clause.head)
        if not below or above.i in own or above == clause:
            break
        clause = above
    return False


def _clause_of(token: Token) -> Token:
    while token.pos_ not in ("VERB", "AUX") and token.head != token:
        token = token.head
    return token


def _distance(scene: Scene, time: Token, mention: EventMention) -> float:
    doc = scene.doc
    nearest = min(abs(time.i - i) for i in mention.tokens)
    if any(doc[i].is_ancestor(time) for i in mention.tokens):
        return nearest / 10
    return float(nearest)
