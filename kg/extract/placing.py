"""Attaches the places of a sentence to its event mentions."""

from __future__ import annotations

from kg.extract import data
from kg.extract.candidates import Candidate, EventMention
from kg.extract.discourse import ORGANIZATIONS, Referent
from kg.extract.events import ACTING
from kg.extract.grammar import prepositional
from kg.extract.groups import actor_at, as_business
from kg.extract.mentions import Scene
from kg.extract.nlp import Span, Token

WITHIN = frozenset({"compound", "nmod", "amod", "pobj", "prep", "poss", "conj", "appos", "agent"})
"""Labels by which a place hangs on the phrase of those who belong there."""


def places(scene: Scene, sentence: Span, mentions: list[EventMention]) -> None:
    """Give each mention the places named in a locative phrase of its clause."""
    if not mentions:
        return
    sites = data.words("collectives", "sites")
    told = [token for token in sentence if token.i in scene.named or token.lemma_ in sites]
    for token in told:
        referent = _place(scene, token)
        if referent is None:
            if token.dep_ == "pobj" and token.lemma_ in sites:
                _site_of(scene, token, mentions)
            continue
        carrier = _locative(_listed_with(scene, token))
        if carrier is None or _is_region(scene, token):
            continue
        for mention in _held_by(scene, carrier, mentions):
            if mention.frame.cls == "Petition" and carrier.lower_ in ("at", "on"):
                continue  # what is signed is signed anywhere: it is at whose site the people work, or on a website
            if token.i in scene.named:
                mention.add(Candidate("place", referent, mention.sentence, f"place.{carrier.lower_}", 0.75))
            elif mention.frame.cls == "Protest":  # else it only tells whose site those who sign or sue are at
                _site_owner(scene, token, mention)
                mention.add(Candidate("place", referent, mention.sentence, "place.site", 0.75))
    _places_of_others(scene, told, mentions)


def _places_of_others(scene: Scene, told: list[Token], mentions: list[EventMention]) -> None:
    """Give each mention the places of those who act, and those that say which action or which site it is."""
    for token in told:
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
    joint = scene.spans[place.i][0] - 1
    before = joint - (2 if joint > 1 and scene.lower[joint - 1] == "," else 1)  # "Cork, Sligo, and Galway"
    joined = before >= 0 and scene.lower[joint] in ("and", "or", "&") and _is_place(scene, before)
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


def _site_of(scene: Scene, token: Token, mentions: list[EventMention]) -> None:
    """Aim a protest at whose site it is held at, where the owner is told after it: "at the headquarters of Acme"."""
    for mention in (m for m in mentions if m.frame.cls == "Protest" and token.head.head.i in m.tokens):
        for head in prepositional(token, "of"):
            for owner in map(as_business, actor_at(scene, head)):
                if owner.cls in ORGANIZATIONS:
                    mention.add(Candidate("target", owner, mention.sentence, "target.site-of", 0.65))


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
        return noun.dep_ == "dobj"
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
