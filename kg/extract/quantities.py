"""Attaches how many, when and where to the event mentions of a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from kg.extract import counts, data, money, times
from kg.extract.candidates import Candidate, EventMention
from kg.extract.counts import CountMatch
from kg.extract.discourse import ORGANIZATIONS, Referent
from kg.extract.intervals import Bound, Calendar, Expression, Interval, Relative, Stretch, Weekday
from kg.extract.mentions import Scene
from kg.extract.money import MoneyMatch
from kg.extract.nlp import Span, Token
from kg.extract.sizes import ACTING
from kg.extract.times import TimeMatch
from kg.model import TimeSpan

WITHIN = frozenset({"compound", "nmod", "amod", "pobj", "prep", "poss", "conj", "appos", "agent"})
"""Labels by which a place hangs on the phrase of those who belong there."""

_VAGUER = 12.0
"""So many words farther a day may stand than how long it took, and still be when it was."""


@dataclass(slots=True)
class Quantities:
    """The counts, amounts and time expressions of a chunk, by offset in the chunk.

    `told` is the time that the sentences read so far speak of last.
    """

    counts: list[CountMatch] = field(default_factory=list)
    money: list[MoneyMatch] = field(default_factory=list)
    times: list[TimeMatch] = field(default_factory=list)
    told: Interval | None = None


def read(text: str, anchor: date | None) -> Quantities:
    """Find all quantities of a chunk once."""
    amounts = money.find(text)
    return Quantities(counts.find(text, amounts), amounts, times.find(text, anchor))


def within(matches: list, start: int, end: int) -> list:  # type: ignore[type-arg]
    """Return the matches inside the half-open offsets start..end."""
    return [m for m in matches if m.start >= start and m.end <= end]


# ---- time -------------------------------------------------------------------------------


def whens(scene: Scene, sentence: Span, mentions: list[EventMention], found: Quantities, anchor: date | None) -> None:
    """Date each mention by the nearest time expression of its clause that can be resolved."""
    here = within(found.times, sentence.start_char, sentence.end_char)
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
    lasting = clause.tag_ == "VBG" or any(c.dep_ == "aux" and c.lemma_ == "have" for c in clause.children)
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
    if _is_of_what_led_to_it(time, mention) or _led_to(clause, trigger) or time.dep_ == "dobj":
        return True
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
        if noun and current.lower_ in data.words("times", "led_by"):
            return True
        if current.pos_ in ("VERB", "AUX") or current.i in mention.tokens or current.head == current:
            return False
        noun = noun or current.pos_ == "NOUN"
    return False


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


# ---- place ------------------------------------------------------------------------------


def places(scene: Scene, sentence: Span, mentions: list[EventMention]) -> None:
    """Give each mention the places named in a locative phrase of its clause."""
    if not mentions:
        return
    for token in sentence:
        referent = _place(scene, token)
        if referent is None:
            continue
        carrier = _locative(_listed_with(scene, token))
        if carrier is None or _is_region(scene, token):
            continue
        for mention in _held_by(scene, carrier, mentions):
            if token.i in scene.named:
                mention.add(Candidate("place", referent, mention.sentence, f"place.{carrier.lower_}", 0.75))
            elif mention.frame.cls == "Protest":  # else it only tells whose site those who sign or sue are at
                _site_owner(scene, token, mention)
                mention.add(Candidate("place", referent, mention.sentence, "place.site", 0.75))
    _places_of_others(scene, sentence, mentions)


def _places_of_others(scene: Scene, sentence: Span, mentions: list[EventMention]) -> None:
    """Give each mention the places of those who act, and those that say which action or which site it is."""
    for token in sentence:
        if token.i not in scene.named:
            continue
        first = _listed_with(scene, token)
        if groups := _whose(scene, first):
            _place_of_group(scene, token, scene.named[first.i], groups, mentions)
        _place_of_students(scene, token, mentions)
        if token.dep_ in ("compound", "nmod", "poss") and (named := _place(scene, token)) is not None:
            for mention in mentions:
                if token.head.i == mention.token or _is_taken(token.head, mention):
                    mention.add(Candidate("place", named, mention.sentence, "place.modifier", 0.7))


def _place_of_students(scene: Scene, school: Token, mentions: list[EventMention]) -> None:
    """Place a protest at the university where those who take part are told to be ("students at Brown rallied")."""
    named = scene.named[school.i]
    if named.cls != "University" or school.dep_ != "pobj" or school.head.lower_ != "at":
        return
    first, last = scene.spans[school.i]
    for mention in mentions:
        if mention.frame.cls == "Protest" and any(named in group.affiliations for group in mention.fillers(*ACTING)):
            place = scene.discourse.grounds(scene.surface(first, last), scene.chars(first, last))
            mention.add(Candidate("place", place, mention.sentence, "place.school", 0.6))


def _is_taken(site: Token, mention: EventMention) -> bool:
    """Return whether a protest is done to a site ("occupied the Brussels office")."""
    taken = site.dep_ in ("dobj", "nsubjpass") and site.head.i in mention.tokens and mention.frame.cls == "Protest"
    return taken and site.lemma_ in data.words("collectives", "sites")


def _listed_with(scene: Scene, place: Token) -> Token:
    """Return the place before the "and" that a place stands behind, whatever it is tied to; else the place itself."""
    if place.dep_ != "conj" or place.i not in scene.named:
        return place
    before = scene.spans[place.i][0] - 2
    joined = before >= 0 and scene.lower[before + 1] in ("and", "or", "&") and _is_place(scene, before)
    return scene.doc[before] if joined else place


def _is_region(scene: Scene, place: Token) -> bool:
    """Return whether a place only says where the one before lies ("Austin, Texas"); that one may go by both names."""
    if place.i not in scene.named:
        return False
    first, last = scene.spans[place.i]
    if not _follows_place(scene, first) or _follows_place(scene, scene.spans[first - 2][0]) or _goes_on(scene, last):
        return False
    start = scene.spans[first - 2][0]
    scene.discourse.alias(scene.named[first - 2], scene.surface(start, last), scene.chars(start, last))
    return True


def _follows_place(scene: Scene, first: int) -> bool:
    """Return whether a place and a comma stand before the token `first`."""
    return first > 1 and scene.lower[first - 1] == "," and _is_place(scene, first - 2)


def _is_place(scene: Scene, i: int) -> bool:
    return i in scene.named and scene.named[i].cls == "Place"


def _goes_on(scene: Scene, last: int) -> bool:
    """Return whether after the token `last` a list of places goes on ("Cork, Galway and Sligo")."""
    words = [*scene.lower[last + 1 : last + 4], "", "", ""]
    if words[0] in ("and", "or", "&"):
        after = scene.doc[last + 2] if words[1] else None
        return after is not None and (words[1] in ("the", "other") or after.like_num or after.text[0].isupper())
    if words[0] != ",":
        return False
    if words[1] not in ("and", "or", "&"):
        return _is_place(scene, last + 2)
    end = scene.spans[last + 3][1] if _is_place(scene, last + 3) else last
    return end > last and not (scene.lower[end + 1 : end + 2] == [","] and _is_place(scene, end + 2))


def _whose(scene: Scene, place: Token) -> list[Referent]:
    """Return the groups in whose phrase a place stands ("Chicago couriers", "drivers hired in Cork")."""
    if scene.named[place.i].cls != "Place" or scene.spans[place.i][1] != place.i:
        return []
    found: list[Referent] = []
    current = place
    first = scene.spans[place.i][0]
    if first - 1 in scene.named and scene.named[first - 1] is not scene.named[place.i]:
        return []  # "Acme France" is a company
    for _ in range(9):
        employed = current.dep_ in ("acl", "relcl") and current.lemma_ in data.words("collectives", "affiliating_verbs")
        if not employed and current.dep_ not in WITHIN:
            break
        current = current.head
        if (group := scene.groups.get(current.i)) is not None and group.cls == "Collective":
            found.append(group)
    return found


def _place_of_group(
    scene: Scene, place: Token, before: Referent, groups: list[Referent], mentions: list[EventMention]
) -> None:
    """Place an action where those who act belong, unless it is placed already; `before` stands first in a list."""
    for mention in mentions:
        placed = any(c.role == "place" and c.filler is not before for c in mention.candidates)
        if not placed and any(group in mention.fillers(*ACTING) for group in groups):
            if _is_region(scene, place):
                return
            mention.add(Candidate("place", scene.named[place.i], mention.sentence, "place.group", 0.5))


def _place(scene: Scene, token: Token) -> Referent | None:
    """Return the place that `token` ends or heads: a named one, or a site such as "company headquarters"."""
    named = scene.named.get(token.i)
    if named is not None:
        return named if named.cls == "Place" and scene.spans[token.i][1] == token.i else None
    if token.lemma_ not in data.words("collectives", "sites") or token.dep_ not in ("pobj", "conj"):
        return None
    first = min([token.i, *(t.i for t in token.subtree if t.i < token.i and t.dep_ not in ("det", "prep"))])
    while first < token.i and (
        scene.doc[first].pos_ in ("DET", "PUNCT", "NUM", "ADP") or scene.doc[first].tag_ in ("POS", "PRP$")
    ):
        first += 1
    if not any(i in scene.named for i in range(first, token.i)) and token.lemma_ not in data.words(
        "collectives", "seats"
    ):
        return None
    span = scene.chars(first, token.i)
    return scene.discourse.name(scene.surface(first, token.i), "Place", span)


def _site_owner(scene: Scene, site: Token, mention: EventMention) -> None:
    """Aim an action at whose door it stands: "outside Acme's headquarters"."""
    for token in site.subtree:
        owner = scene.named.get(token.i)
        if token.i < site.i and owner is not None and owner.cls in (*ORGANIZATIONS, "Person"):
            mention.add(Candidate("target", owner, mention.sentence, "target.site", 0.65))


def _locative(token: Token) -> Token | None:
    """Return the preposition that places something in `token`, through "in X, Y" and "cities including X"."""
    current = token
    for _ in range(14):
        if current.dep_ == "pobj" and _places(current.head):
            return current.head
        if current.dep_ == "pobj" and current.head.lower_ not in ("of", "including", "like", "from"):
            return None
        if current.lower_ in data.words("places", "adverbs") and current != token:
            return current
        if current.dep_ not in ("conj", "appos", "compound", "pobj", "prep", "nmod", "poss", "npadvmod"):
            return None
        current = current.head
    return None


def _places(preposition: Token) -> bool:
    """Return whether what follows the preposition is where it happens ("spread to Cork", "streets of Cork")."""
    if preposition.lower_ == "to":
        return preposition.head.lemma_ in data.words("places", "reaching")
    if preposition.lower_ == "of":
        return preposition.head.lemma_ in data.words("places", "parts")
    return preposition.lower_ in data.words("places", "locative")


def _held_by(scene: Scene, carrier: Token, mentions: list[EventMention]) -> list[EventMention]:
    """Return the mention in whose clause the locative phrase stands; the nearest where several share it."""
    holding = [m for m in mentions if _in_clause(scene, carrier, m)]
    return sorted(holding, key=lambda m: min(abs(carrier.i - i) for i in m.tokens))[:1]


def _in_clause(scene: Scene, carrier: Token, mention: EventMention) -> bool:
    """Return whether the way up from the phrase reaches the action without entering another clause or another thing."""
    current = carrier
    for _ in range(10):
        if current.i in mention.tokens and not _is_record(current):
            return True
        if current.pos_ in ("VERB", "AUX"):
            if any(current.is_ancestor(scene.doc[i]) for i in mention.tokens):
                return True
            if current.dep_ not in ("conj", "xcomp"):
                return False
        elif _is_record(current) or _holds_back(scene, current, mention):
            return False
        if current.head == current:
            return False
        current = current.head
    return False


def _is_record(noun: Token) -> bool:
    """Return whether what is under a noun only tells among how many it stands out ("was the first strike in Chile")."""
    if noun.dep_ not in ("attr", "oprd", "appos"):
        return False
    return any(word.tag_ in ("JJS", "RBS") or word.lower_ == "first" for word in (noun, *noun.lefts))


def _holds_back(scene: Scene, noun: Token, mention: EventMention) -> bool:
    """Return whether a place under a noun is that noun's own ("close an office in Cork")."""
    if noun.pos_ == "PROPN":
        return noun.dep_ == "dobj" and noun.i in scene.named
    if noun.dep_ == "pobj" and any(c.dep_ == "appos" and c.i in scene.named for c in noun.children):
        return False  # "at the grocer Foodly in Cork"
    if noun.pos_ == "NOUN" and (group := scene.groups.get(noun.i)) is not None:
        other = noun.dep_ == "dobj" or (noun.dep_ == "pobj" and noun.head.lower_ not in ("of", "by"))
        return other and group not in mention.fillers(*ACTING)
    if noun.pos_ != "NOUN" or noun.i in scene.groups or _is_loose(noun):
        return False
    return noun.dep_ != "pobj" or noun.head.lower_ not in data.words("places", "locative")


def _is_loose(noun: Token) -> bool:
    """Return whether a noun only carries a place on: sites, numbers of cities, a series of events."""
    lemma = noun.lemma_
    if lemma in data.words("frames/content", "references"):
        return not any(c.lower_ == "of" for c in noun.children)
    return lemma in data.words("collectives", "sites") or lemma in data.words("collectives", "bundles")
