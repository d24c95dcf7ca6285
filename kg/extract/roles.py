"""Fills the roles of an event mention from the grammar around its trigger, as its frame says."""

from __future__ import annotations

from collections.abc import Iterator

from kg.extract import data
from kg.extract.candidates import Candidate, EventMention, Phrase, Span
from kg.extract.discourse import ORGANIZATIONS, Referent
from kg.extract.frames import Slot
from kg.extract.grammar import (
    PASSIVE_SUBJECTS,
    SUBJECTS,
    agents,
    children,
    climb_verbs,
    governor,
    is_passive,
    modifiers,
    own_subjects,
    possessors,
    prepositional,
    subjects,
)
from kg.extract.groups import actor_at, all_pointed_to, as_business, before_name, bodies, is_group_head, one_person
from kg.extract.introducing import introduce
from kg.extract.mentions import Scene
from kg.extract.nlp import Token
from kg.extract.phrases import noun_phrase
from kg.extract.places import PLACES, places
from kg.extract.triggers import KINDS

SCORES = {
    "subject": 0.9,
    "object": 0.85,
    "by": 0.9,
    "possessor": 0.8,
    "modifier": 0.75,
    "support": 0.9,
    "points-back": 0.6,
}
"""How far a path is trusted before anything else is known; the rest: 0.75."""

ACTOR_ROLES = frozenset({"signatory", "organizer", "participant", "addressee", "target", "supplier", "buyer"})
ORGANIZERS = frozenset({"Union", "CivilSocietyGroup"})
"""Named groups that act in a petition or protest lead it; those who take part are their members."""

PEOPLE_ROLES = frozenset({"participant", "signatory"})

INSTITUTIONS = "institutions"

_SUBJECT = Slot("subject")


def fill(scene: Scene, mention: EventMention) -> None:
    """Add the candidates that the trigger's own dependents and its support verb offer."""
    token = scene.doc[mention.token]
    introduce(scene, token.sent.end)
    is_verb = token.pos_ in ("VERB", "AUX")
    objects_named = (
        [scene.doc[i] for i in mention.tokens if i > token.i and scene.doc[i].pos_ == "NOUN"] if is_verb else []
    )
    standing = _Standing([token, *objects_named])
    suing = mention.frame.cls == "LegalAction"
    for role, slots in _roles(mention, token):
        for slot in slots:
            for head in standing.at(slot.place):
                if head.i in mention.tokens and slot.place != "self":
                    continue
                for filler, path in fillers(scene, head, role, slot, suing=suing):
                    _add(scene, mention, role, filler, path)
                if role == "concerns":
                    blame(scene, mention, head, mention.sentence)
    if mention.frame.cls != "Contract":
        doing = places(token, "subject")
        _beside_actors(scene, mention, doing)
        _helped(scene, mention, token)
        if mention.frame.cls in ("Petition", "Protest", "UnionAction"):
            _joined_by(scene, mention, token, doing)
    if not is_verb:
        _from_support(scene, mention, token)
        _from_clauses(scene, mention, token)
        _from_complaint(scene, mention, token)


class _Standing:
    """What stands in the places of some words; the roles of a frame ask for the same few again and again."""

    def __init__(self, words: list[Token]) -> None:
        governing = [found[0] for word in words if word.pos_ not in ("VERB", "AUX") and (found := governor(word))]
        self._words, self._found = words, dict[str, list[Token]]()
        self._beside = {child.lower_ for host in (*words, *governing) for child in host.children}

    def at(self, place: str) -> list[Token]:
        """Return the heads that stand in a place, as `places` names it."""
        if place not in PLACES and place not in self._beside:
            return []  # no such preposition
        if place not in self._found:
            self._found[place] = [head for word in self._words for head in places(word, place)]
        return self._found[place]


def _roles(mention: EventMention, token: Token) -> Iterator[tuple[str, tuple[Slot, ...]]]:
    """Yield the roles with their slots; the subject of a verb is who acts unless the frame says otherwise."""
    frame, is_verb = mention.frame, token.pos_ in ("VERB", "AUX")
    acting = is_verb and not any(s.place == "subject" for slots in frame.roles.values() for s in slots)
    barred = not is_verb and _leads_or_suffers(mention, token)
    for role, slots in frame.roles.items():
        if role in ("place", "subject"):
            continue
        if acting and role == frame.actor:
            yield role, (_SUBJECT, *slots)
        elif barred and role in PEOPLE_ROLES:
            yield role, tuple(s for s in slots if s.place != "subject")
        else:
            yield role, slots


def _leads_or_suffers(mention: EventMention, noun: Token) -> bool:
    """Return whether the subject of the verb that governs the noun leads the action or is its target."""
    governing = governor(noun)
    return governing is not None and mention.frame.support.get(governing[0].lemma_) in ("organizer", "target")


def fillers(
    scene: Scene, head: Token, role: str, slot: Slot, *, suing: bool = False
) -> Iterator[tuple[Referent | Phrase, str]]:
    """Yield what the phrase under `head` offers for `role`: actors of the wanted kind, or the words themselves.

    `suing` says that the action is a legal one, which "it" may bring.
    """
    kinds = KINDS.get(slot.filter) or (KINDS["company"] if role == "supplier" else None)
    if role == "supplier" and slot.place in ("subject", "recipient"):
        for referent in actor_at(scene, head):
            if referent.cls == "Technology":
                as_business(referent)
    elif role == "target" and (named := scene.named.get(head.i)) is not None and named.cls == "Technology":
        as_business(named)
    if role in ACTOR_ROLES:
        found = [r for r in actor_at(scene, head) + listed(scene, head) if kinds is None or r.cls in kinds]
        found = [r for r in found if r.cls not in ("Place", "Technology")]
        found = found or _government(scene, head, role, slot)
        if role in PEOPLE_ROLES:
            found = _people(scene, head, slot, found, suing=suing and role == "participant")
        nobody_before = role in PEOPLE_ROLES and head.lower_ == "it" and not suing
        nobody_before = nobody_before or (role == "addressee" and _is_of_them(head))
        if found:
            yield from ((r, slot.place) for r in found)
        elif back := [] if nobody_before else _pointed_to(scene, head, role, kinds):
            yield from ((r, "points-back") for r in back)
        elif _may_be_unnamed(role, slot, head) and (other := institution(scene, head, asked=role == "addressee")):
            yield other, slot.place
    elif not actor_at(scene, head) or slot.filter == "thing":
        if head.pos_ in ("NOUN", "PROPN", "VERB") and (phrase := noun_phrase(scene, head)):
            yield phrase, slot.place
    else:
        yield from ((r, slot.place) for r in actor_at(scene, head) if r.cls != "Collective")


def _government(scene: Scene, head: Token, role: str, slot: Slot) -> list[Referent]:
    """Return the government of a place that people act against: "sued New York City", "a rally against Morocco"."""
    named = scene.named.get(head.i)
    if role != "target" or slot.place not in ("object", "against") or named is None or named.cls != "Place":
        return []
    first, last = scene.spans[head.i]
    return [scene.discourse.government(scene.surface(first, last), scene.chars(first, last))]


def _people(scene: Scene, head: Token, slot: Slot, found: list[Referent], *, suing: bool) -> list[Referent]:
    """Return who of those found under `head` acts: the staff, not the firm; one person who sues; no companions."""
    if _goes_along(head):
        found = [r for r in found if r.cls != "Collective"]
    if slot.place == "subject" and any(r.cls in KINDS["employer"] for r in found):
        found = [staff] if (staff := before_name(scene, head)) else found
    if not found and slot.place == "subject" and head.pos_ == "NOUN":
        found = [r for inner in prepositional(head, "of") for r in actor_at(scene, inner) if r.cls == "Collective"]
    if not found and suing and slot.place in ("subject", "by", "of"):
        found = [one] if (one := one_person(scene, head)) else []
    return found


def _pointed_to(scene: Scene, head: Token, role: str, kinds: frozenset[str] | None) -> list[Referent]:
    back = all_pointed_to(scene, head, kinds)
    barred = "Company" if role in PEOPLE_ROLES else ""
    return [r for r in back if (kinds is None or r.cls in kinds) and r.cls != barred]


def _goes_along(head: Token) -> bool:
    """Return whether a group is only told as the company of the one before: "cooks and their allies"."""
    return head.dep_ == "conj" and head.lemma_ in data.words("collectives", "companions") and is_group_head(head.head)


def _may_be_unnamed(role: str, slot: Slot, head: Token) -> bool:
    """Return whether a role may be filled by a body without a name: "sued the agency"."""
    if role not in ("target", "addressee", "buyer"):
        return False
    if role == "addressee" and head.lemma_ == "court" and not any(head.children):
        return False  # "went to court"
    public = slot.filter == "government" and head.lemma_ in data.words("collectives", "public")
    return public or slot.filter in ("", "actor", "client")


def blame(scene: Scene, mention: EventMention, head: Token, evidence: Span) -> None:
    """Take whose doing an action is about for whom it is against: "protested the mayor's order", "over Acme's cuts"."""
    if mention.frame.cls not in ("Petition", "Protest") or head.pos_ not in ("NOUN", "PROPN"):
        return
    acting = mention.fillers(*PEOPLE_ROLES, "organizer")
    doing = head.lemma_ in data.words("collectives", "doings")
    owners = [*possessors(head), *prepositional(head, "by"), *(modifiers(head) if doing else ())]
    for owner in owners:
        found = actor_at(scene, owner) or all_pointed_to(scene, owner)
        if not found and owner.lemma_ in data.words("collectives", "public"):
            found = [body] if (body := institution(scene, owner)) else []
        for referent in found:
            public = referent.head in data.words("collectives", "public")
            person = doing and referent.cls == "Person"
            if (person or public or referent.cls in KINDS["employer"]) and referent not in acting:
                mention.add(Candidate("target", referent, evidence, "target.blamed", 0.65))


def listed(scene: Scene, head: Token) -> list[Referent]:
    """Return the organizations named after a general noun: "four companies (Acme, Foodly)", "firms including Acme"."""
    if head.lemma_ not in data.words("collectives", INSTITUTIONS) or head.i in scene.named:
        return []
    return names_after(scene, head, ("(", "including", "like", "such", ":"), ORGANIZATIONS)


def names_after(scene: Scene, head: Token, openings: tuple[str, ...], classes: frozenset[str]) -> list[Referent]:
    """Return the names of `classes` in the list that one of `openings` begins right after `head`."""
    doc, end = scene.doc, head.sent.end
    opening = next((i for i in range(head.i + 1, min(head.i + 4, end)) if doc[i].lower_ in openings), end)
    found = []
    for i in range(opening + 1, min(opening + 40, end)):
        if doc[i].text in (")", ";") or doc[i].pos_ in ("VERB", "AUX"):
            break
        if i in scene.named and scene.named[i].cls in classes:
            found.append(scene.named[i])
    return list(dict.fromkeys(found))


def _is_of_them(head: Token) -> bool:
    """Return whether those addressed are the superiors of those who write ("their management", "its board")."""
    return head.lemma_ in data.words("collectives", "managers") and any(c.tag_ == "PRP$" for c in head.lefts)


def institution(scene: Scene, head: Token, *, asked: bool = False) -> Referent | None:
    """Return an unnamed institution as a referent of its own ("the federal government", "universities").

    `asked` says that it is one that people address, such as "the site manager".
    """
    known_as = head.lemma_ in data.words("collectives", INSTITUTIONS) or (
        asked and head.lemma_ in data.words("addressing", "recipients")
    )
    if not known_as or head.i in scene.named:
        return None
    if (known := scene.groups.get(head.i)) is not None:
        return known
    first = min([head.i, *(c.i for c in head.children if c.dep_ in ("amod", "compound", "nmod"))])
    last = _end_of_title(head) if asked else head.i
    referent = scene.discourse.collective(
        scene.surface(first, last),
        scene.chars(first, last),
        head=head.lemma_,
        affiliations=[],
        plural=head.tag_ == "NNS",
    )
    scene.groups[head.i] = referent
    return referent


def _end_of_title(head: Token) -> int:
    """Return the last token of what somebody is the head of ("the head of human resources", "the mayor of Cork")."""
    after = head.beside(1)
    inner = next((c for c in head.rights if c.lower_ == "of"), None) if after == "of" else None
    last = max((t.i for t in inner.subtree), default=head.i) if inner else head.i
    return last if last - head.i <= 5 else head.i


def _from_support(scene: Scene, mention: EventMention, noun: Token) -> None:
    governing = governor(noun)
    if governing is None:
        return
    verb, slot = governing
    for _ in range(2):
        role = mention.frame.support.get(verb.lemma_)
        if role is None and verb.pos_ == "AUX" and verb.lemma_ == "be":
            return
        if role in ("none", None) and verb.lemma_ in (
            "help",
            "plan",
            "agree",
            "decide",
            "vote",
            "threaten",
            "continue",
            "try",
        ):
            role = mention.frame.actor
        if slot == "subject" and role != "none" and not is_passive(verb):
            return
        break
    if role in (None, "none"):
        if role is None and slot not in ("subject",):
            _weakly(scene, mention, verb)
        return
    for head in subjects(verb):
        if head.i == noun.i:
            continue
        for filler, path in fillers(scene, head, role, _SUBJECT, suing=mention.frame.cls == "LegalAction"):
            _add(scene, mention, role, filler, "support" if path == "subject" else path)


JOINING = frozenset({"join", "accompany"})
"""Verbs whose agent takes part in what others began."""

NAMING = frozenset({"call", "name", "know", "dub", "title"})
"""Verbs whose participle gives a group its name: "workers calling themselves Acme Rising"."""


def _beside_actors(scene: Scene, mention: EventMention, heads: list[Token]) -> None:
    """Take for leaders those who are told beside a group that acts: "couriers led by X", "nurses, called X"."""
    for head in heads:
        if head.i in scene.named:
            continue
        for helper in _helpers(head):
            _help(scene, mention, helper)
        for child in children(head, "acl", "relcl"):
            if child.lemma_ in NAMING:
                named = children(child, "oprd") + prepositional(child, "as")
            elif mention.frame.support.get(child.lemma_) == "organizer" or child.lemma_ in data.words(
                "collectives", "helping"
            ):
                named = agents(child)
            else:
                continue
            for other in named:
                _lead(scene, mention, other)


def _helped(scene: Scene, mention: EventMention, token: Token) -> None:
    """Take for leaders the groups with whose help it is done: "with support from X", "X helped them to"."""
    governing = governor(token) if token.dep_ in PASSIVE_SUBJECTS else None
    for verb in [token, *climb_verbs(governing[0])] if governing else climb_verbs(token):
        named = []
        if verb.lemma_ in data.words("collectives", "helping") and verb.i != token.i:
            named = agents(verb) if is_passive(verb) else own_subjects(verb, SUBJECTS)
        named += prepositional(verb, "through", "via", "alongside")
        named += _helpers(verb)
        for noun in (noun for noun in prepositional(verb, "on") if noun.lemma_ == "behalf"):
            named += subjects(verb)
            _for_whom(scene, mention, noun)
        for head in named:
            _help(scene, mention, head)


def _helpers(holder: Token) -> list[Token]:
    """Return those with whose help something is done: "with support from X", "with the backing of X"."""
    found = []
    for prep in holder.children:
        if prep.dep_ == "prep" and prep.lower_ == "with":
            nouns = (n for n in children(prep, "pobj") if n.lemma_ in data.words("collectives", "help"))
            found += [head for noun in nouns for head in prepositional(noun, "of", "from", "by")]
    return found


def _help(scene: Scene, mention: EventMention, head: Token) -> None:
    """Take for a leader who helps those who act; a name taken for a company's is a group's there if it is unlisted."""
    for leader in actor_at(scene, head):
        if leader.cls == "Company" and leader.known is None and mention.frame.cls in ("Protest", "UnionAction"):
            leader.cls = "CivilSocietyGroup"
        if leader.cls not in ORGANIZERS:
            continue
        mention.add(Candidate("organizer", leader, mention.sentence, "organizer.helping", 0.7))


def _for_whom(scene: Scene, mention: EventMention, behalf: Token) -> None:
    """Take those on whose behalf a case is brought for its party: "sued on behalf of the cooks"."""
    if mention.frame.cls != "LegalAction":
        return
    for head in [*prepositional(behalf, "of"), *possessors(behalf)]:
        for filler, path in fillers(scene, head, mention.frame.actor, Slot("of")):
            _add(scene, mention, mention.frame.actor, filler, path)


def _lead(scene: Scene, mention: EventMention, head: Token) -> None:
    referent = scene.named.get(head.i)
    if referent is not None and referent.cls in ORGANIZERS | {"Person"}:
        mention.add(Candidate("organizer", referent, mention.sentence, "organizer.beside", 0.7))


def _joined_by(scene: Scene, mention: EventMention, trigger: Token, doing: list[Token]) -> None:
    """Take who joined those `doing` it: "walked out, joined by nurses", "a rally joined by nurses"."""
    governing = governor(trigger) if trigger.pos_ not in ("VERB", "AUX") else None
    hosts = [trigger, *((governing[0],) if governing else ()), *doing]
    for verb in (c for host in hosts for c in children(host, "acl", "advcl", "conj") if c.lemma_ in JOINING):
        for head in agents(verb) or prepositional(verb, "by"):
            for filler, path in fillers(scene, head, mention.frame.actor, Slot("by")):
                _add(scene, mention, mention.frame.actor, filler, path)


def _from_clauses(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read who acts from the clauses on the noun: "a rally organized by cooks", "a strike that cooks began"."""
    for verb in children(noun, "acl", "relcl"):
        role = mention.frame.support.get(verb.lemma_)
        if role in (None, "none", "target"):
            continue
        heads = agents(verb) if is_passive(verb) else own_subjects(verb, SUBJECTS)
        for head in (h for h in heads if h.tag_ not in ("WDT", "WP") and h.lower_ != "that"):
            for filler, path in fillers(scene, head, role, _SUBJECT):
                _add(scene, mention, role, filler, "support" if path == "subject" else path)


def _weakly(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Take the subject of an unlisted verb for the actor where it is a group of people."""
    role = mention.frame.actor
    for head in subjects(verb):
        for referent in actor_at(scene, head):
            if referent.cls == "Collective" or referent.cls in ORGANIZERS:
                leads = referent.cls in ORGANIZERS and mention.frame.cls in ("Protest", "UnionAction")
                part = "organizer" if leads else role
                mention.add(Candidate(part, referent, mention.sentence, f"{part}.unlisted-support", 0.55))


def _add(scene: Scene, mention: EventMention, role: str, filler: Referent | Phrase, path: str) -> None:
    """Record a candidate; a named group that acts leads, and a company or an agency is not among those who act."""
    fault = ""
    if isinstance(filler, Referent) and role in PEOPLE_ROLES and mention.frame.cls != "LegalAction":
        if _is_campaign(mention, filler, path):
            filler.cls = "CivilSocietyGroup"
        if filler.cls in ORGANIZERS and not (role == "signatory" and _signs(scene, mention)):
            role = "organizer"
        elif filler.cls in KINDS["company"] or (mention.frame.cls != "UnionAction" and filler.cls in KINDS["employer"]):
            fault = f"a {filler.cls} is not among the people who act"
        elif filler.cls == "Collective" and (
            filler.head in bodies()
            or (role == "participant" and filler.head in data.words("collectives", "associations"))
        ):
            fault = "an institution is not among the people who act"
    candidate = Candidate(role, filler, mention.sentence, f"{role}.{path}", SCORES.get(path, 0.75))
    if fault:
        candidate.drop(fault)
    mention.add(candidate)


def _signs(scene: Scene, mention: EventMention) -> bool:
    """Return whether the verb says that its subject is among the signers, be it a named group."""
    governing = governor(scene.doc[mention.token])
    return governing is not None and governing[0].lemma_ in data.words("collectives", "signing")


def _is_campaign(mention: EventMention, filler: Referent, path: str) -> bool:
    """Return whether a name taken for a company's is that of people who act: it is unlisted and does so itself."""
    acting = mention.frame.cls in ("Petition", "Protest") and path in ("subject", "support")
    return acting and filler.known is None and filler.cls == "Company"


def _from_complaint(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read what an action is about from "a protest for lack of protective gear"."""
    if mention.frame.cls not in ("Protest", "Petition"):
        return
    for head in prepositional(noun, "for"):
        if head.lemma_ in data.words("frames/content", "faults") and (phrase := noun_phrase(scene, head)):
            _add(scene, mention, "concerns", phrase, "for")


def affiliated(referents: list[Referent]) -> list[Referent]:
    """Return the organizations that groups and people belong to, in order."""
    return list(dict.fromkeys(tie for r in referents for tie in r.affiliations if tie.cls in ORGANIZATIONS))
