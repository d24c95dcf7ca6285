"""Hangs demands, concerns and later counts on the action they belong to, in the same sentence or an earlier one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.extract import content, data, grammar, including, membership, roles, triggers
from kg.extract import lists as listed
from kg.extract.candidates import Candidate, EventMention, Phrase
from kg.extract.content import Content
from kg.extract.discourse import ACTORS, ORGANIZATIONS, Referent
from kg.extract.events import ACTING
from kg.extract.groups import actor_at
from kg.extract.heads import as_business, bodies
from kg.extract.mentions import Scene
from kg.extract.nlp import Span, Token
from kg.extract.phrases import noun_phrase
from kg.extract.pointing import all_pointed_to, points_back


def contents(scene: Scene, sentence: Span, mentions: list[EventMention], told: Sequence[EventMention]) -> None:
    """Add what the sentence demands and is about to the actions it speaks of, or to the last of those `told` before."""
    if not mentions:
        _joining(scene, sentence, told)
        _signing(scene, sentence, told)
        including.among_them(scene, sentence, told)
    if told and not any(sentence.root.i in acted.tokens for acted in mentions):
        _leading(scene, sentence, told)
    including.attach(scene, sentence, mentions, told)
    membership.attach(scene, sentence, mentions, told)
    for acted in mentions:
        _accompanying(scene, acted)
    for item in content.read(scene, sentence):
        if item.role == "demands" and _is_no_demand(item, mentions):
            continue
        if item.role in ("demands", "asked") and _by_the_other_side(scene, item):
            continue
        mention = _holder(scene, item, mentions) or _earlier(scene, item, told)
        if mention is None:
            continue
        evidence = scene.chars(*triggers.sentence_bounds(sentence))
        if item.role in ("asked", "accused"):
            _asked(scene, item, mention, evidence)
        elif item.phrase is not None and not _is_empty(scene, item, mention):
            candidate = Candidate(item.role, item.phrase, evidence, f"{item.role}.{item.path}", item.score)
            mention.add(candidate)
            named = _named_within(scene, item, mention, evidence)
            if (
                item.role == "concerns"
                and named
                and item.head
                and item.head.lemma_ in data.words("frames/content", "relations")
            ):
                candidate.drop("the name in it says what it is about")
            if item.role == "demands":
                _voices(scene, item, mention, evidence)
                _topics(scene, item, mention, evidence)
                _wished_of(scene, item, mention, evidence)
            elif item.head is not None:
                roles.blame(scene, mention, item.head, evidence)


def _joining(scene: Scene, sentence: Span, told: Sequence[EventMention]) -> None:
    """Let those who "took part" or "joined them" have taken part in the action told last."""
    verb = sentence.root
    took = verb.lemma_ == "take" and any(c.lower_ == "part" for c in grammar.children(verb, "dobj"))
    joined = verb.lemma_ == "join" and (
        grammar.is_passive(verb) or any(c.pos_ == "PRON" or c.tag_ == "NN" for c in grammar.objects(verb))
    )
    if not (took or joined or verb.lemma_ in ("participate", "attend")):
        return
    last = _last_action(told)
    if last is None or grammar.is_negated(verb):
        return
    role = last.frame.actor
    for head in grammar.subjects(verb):
        for referent in actor_at(scene, head):
            vague = referent.head in data.words("coreference", "vague") and not referent.affiliations
            if referent.cls == "Collective" and not vague:
                evidence = scene.chars(*triggers.sentence_bounds(sentence))
                last.add(Candidate(role, referent, evidence, f"{role}.joining", 0.6))


ALONG = frozenset({"along", "together", "alongside"})
"""Words before those with whom others act: "along with", "together with"."""


def _accompanying(scene: Scene, mention: EventMention) -> None:
    """Let the people act with whom others do: "cooks, along with guards at Acme, walked out"."""
    role = mention.frame.actor
    if not mention.fillers(role):
        return
    for i in mention.tokens:
        token = scene.doc[i]
        hosts = [token, *grammar.subjects(token)] if token.pos_ == "VERB" else []
        for host in hosts:
            for word in (c for c in host.children if c.lower_ in ALONG and c.dep_ in ("prep", "advmod")):
                for head in grammar.prepositional(word, "with") or grammar.prepositional(host, "alongside"):
                    for referent in actor_at(scene, head):
                        if referent.cls == "Collective" and referent.head not in bodies():
                            mention.add(Candidate(role, referent, mention.sentence, f"{role}.along", 0.7))


SIGNING = frozenset({"sign", "cosign", "endorse"})
"""Verbs of those who put their names to what was told before."""


def _signing(scene: Scene, sentence: Span, told: Sequence[EventMention]) -> None:
    """Let those who sign have signed the petition told last: "So far 1,300 students have signed"."""
    verb = sentence.root
    last = _last_action(told) if verb.lemma_ in SIGNING else None
    if last is None or last.frame.cls != "Petition" or grammar.is_negated(verb):
        return
    evidence = scene.chars(*triggers.sentence_bounds(sentence))
    for head in grammar.agents(verb) if grammar.is_passive(verb) else grammar.subjects(verb):
        for referent in actor_at(scene, head):
            if referent.cls == "Collective" and head.pos_ != "PRON" and referent.head not in bodies():
                last.add(Candidate("signatory", referent, evidence, "signatory.joining", 0.6))


POINTING = frozenset({"it", "they", "them", "this", "these", "both"})
"""Words that stand for the action told last, or for those who act in it."""


def _leading(scene: Scene, sentence: Span, told: Sequence[EventMention]) -> None:
    """Take for who leads the action told last who is told to have done so: "It was drafted by X", "X helped them".

    So are those by whom the people who act are led ("The cooks, represented by X, ask for more").
    """
    verb, last = sentence.root, _last_action(told)
    if last is None:
        return
    heads: list[Token] = []
    passive = grammar.is_passive(verb)
    about = [c for c in verb.children if c.dep_ in (grammar.PASSIVE_SUBJECTS if passive else grammar.OBJECTS)]
    if _leads(verb, last) and any(map(_points_back, about)) and not grammar.is_negated(verb):
        heads = grammar.agents(verb) if passive else grammar.own_subjects(verb, grammar.SUBJECTS)
    whole = verb.pos_ == "NOUN"  # the parse may miss the verb that follows a clause on the subject
    labels = grammar.PASSIVE_SUBJECTS if passive else grammar.SUBJECTS
    helping = data.words("collectives", "helping")
    for subject in [verb] if whole else [c for c in verb.children if c.dep_ in labels]:
        for clause in (c for c in subject.rights if c.dep_ in ("acl", "relcl") and c.lemma_ in helping):
            if not set(actor_at(scene, subject)).isdisjoint(last.fillers(*ACTING)):
                heads += grammar.agents(clause) + grammar.prepositional(clause, "through")
    for head in heads:
        evidence = scene.chars(*triggers.sentence_bounds(sentence))
        referent = scene.named.get(head.i)
        if referent is not None and referent.cls in (roles.ORGANIZERS | {"Person"} if passive else roles.ORGANIZERS):
            last.add(Candidate("organizer", referent, evidence, "organizer.told", 0.65))


def _points_back(token: Token) -> bool:
    return token.lower_ in POINTING or token.lemma_ in data.words("frames/content", "references")


AUTHORING = frozenset({"draft", "write", "prepare", "compile", "put", "publish", "author", "assemble"})
"""What those do with a petition who are its authors, besides the verbs of its frame."""


def _leads(verb: Token, action: EventMention) -> bool:
    """Return whether a verb tells that its subject leads an action, or helps those who act."""
    if action.frame.support.get(verb.lemma_) == "organizer" or verb.lemma_ in data.words("collectives", "helping"):
        return True
    return action.frame.cls == "Petition" and verb.lemma_ in AUTHORING and grammar.is_passive(verb)


def lists(scene: Scene, text: str, told: Sequence[EventMention]) -> None:
    """Add the items of lists that demands or grievances introduce to the last action told before the list.

    `text` is the scene's own stretch of the document.
    """
    offset = scene.chunk.offset
    for listing in listed.read(text):
        lead = scene.doc.char_span(*listing.lead, alignment_mode="contract")
        role = _introduced(lead) if lead is not None else None
        before = [m for m in told if m.trigger[0] < offset + listing.items[0][0]]
        action = _last_action(before)
        if role is None or action is None:
            continue
        for start, end in listing.items:
            phrase = Phrase(scene.text[offset + start : offset + end], (offset + start, offset + end))
            _yield_to(phrase, action)
            proof = (offset + listing.lead[0], offset + end)
            action.add(Candidate(role, phrase, proof, f"{role}.list", 0.8))


def _yield_to(item: Phrase, action: EventMention) -> None:
    """Drop what the grammar made of the words of a list's item."""
    for candidate in action.candidates:
        filler = candidate.filler
        if isinstance(filler, Phrase) and filler.span[0] < item.span[1] and item.span[0] < filler.span[1]:
            candidate.drop("an item of a list says it in full")


def _introduced(lead: Span) -> str | None:
    """Return what a lead-in announces: demands, what an action is about, or nothing of either."""
    lemmas = {token.lemma_ for token in lead}
    asking = data.words("frames/content", "demand_nouns") | {"demand", "call", "ask", "want", "urge", "seek"}
    if not lemmas.isdisjoint(asking):
        return "demands"
    return None if lemmas.isdisjoint(data.words("frames/content", "grievances")) else "concerns"


def _last_action(told: Sequence[EventMention]) -> EventMention | None:
    return next((m for m in reversed(told) if m.kept and m.frame.cls != "Contract"), None)


def _is_no_demand(item: Content, mentions: list[EventMention]) -> bool:
    """Return whether the words are a time, a bare quantity, or the action itself ("called for a strike")."""
    head = item.head
    if head is None or head.pos_ in ("VERB", "AUX"):
        return False
    if head.ent_type_ in ("DATE", "TIME") or head.lower_ in ("more", "it", "them", "this", "that"):
        return True
    return any(head.i == m.token for m in mentions if m.frame.cls == "Protest") or head.lemma_ in data.words(
        "frames/content", "no_demands"
    )


def _by_the_other_side(scene: Scene, item: Content) -> bool:
    """Return whether a company or an agency is the one that asks ("the company urged workers to vote no")."""
    heads = content.carriers_subjects(item)
    said = [r for head in heads for r in actor_at(scene, head)]
    asked_back = any(t.lower_ == "them" for t in grammar.objects(item.carrier))
    if asked_back and heads and not any(r.cls in ("Collective", "Union", "CivilSocietyGroup") for r in said):
        return True
    if said:
        return all(r.cls in ("Company", "GovernmentBody") for r in said)
    return bool(heads) and all(head.lemma_ in bodies() for head in heads)


def _holder(scene: Scene, item: Content, mentions: list[EventMention]) -> EventMention | None:
    """Return the mention of the same sentence that the content hangs on, else the nearest one."""
    if not mentions:
        return None
    doc = scene.doc
    carrier = item.carrier

    def rank(mention: EventMention) -> tuple[int, int]:
        tied = any(doc[i] == carrier or doc[i].is_ancestor(carrier) for i in mention.tokens)
        near = min(abs(i - carrier.i) for i in mention.tokens)
        return (0 if tied and not mention.generic else 1, near)

    return min(mentions, key=rank)


def _earlier(scene: Scene, item: Content, told: Sequence[EventMention]) -> EventMention | None:
    """Return the action told before that the content belongs to: one in which the speaker acts, else the last one."""
    last = _last_action(told)
    if last is None or item.path == "purpose":
        return None
    for head in content.carriers_subjects(item):
        said = actor_at(scene, head) or [r for r in [points_back(scene, head)] if r]
        recent = (m for m in reversed(told[-RECENT:]) if m.kept)
        if acted := next((m for m in recent if not set(said).isdisjoint(m.fillers(*ACTING))), None):
            return acted
        if (
            not said
            or any(_may_speak(r, last) for r in said)
            or head.lemma_ in data.words("frames/content", "speaking")
        ):
            return last
    if item.carrier.pos_ == "NOUN" and item.path in ("listed", "noun-for"):
        return last
    return None


RECENT = 20
"""Who speaks is looked for among those who act in at most this many mentions before."""


def _may_speak(referent: Referent, last: EventMention) -> bool:
    """Return whether a group may speak for the last action: it is no party to it, and nothing says it is another's."""
    if referent.cls in ("Union", "CivilSocietyGroup"):
        return True
    return referent.cls == "Collective" and (
        not referent.affiliations or any(r.head == referent.head for r in last.fillers(*ACTING))
    )


def _voices(scene: Scene, item: Content, mention: EventMention, evidence: tuple[int, int]) -> None:
    """Take a union or a group that says what a protest demands for who leads it."""
    if mention.frame.cls not in membership.LED or mention.fillers("organizer"):
        return
    for head in content.carriers_subjects(item):
        referent = scene.named.get(head.i)
        if referent is not None and referent.cls in membership.LEADING and referent not in mention.fillers("target"):
            mention.add(Candidate("organizer", referent, evidence, "organizer.demanding", 0.55))


def _asked(scene: Scene, item: Content, mention: EventMention, evidence: tuple[int, int]) -> None:
    if item.head is None or item.head.lower_ in data.load("coreference")["pronouns"]["speaker"]:
        return
    named = (as_business(r) if r.cls == "Technology" else r for r in actor_at(scene, item.head))
    found = [r for r in named if r.cls in ACTORS]
    back = all_pointed_to(scene, item.head)
    if item.role == "accused":
        employing = ("Company", "GovernmentBody", "University", "Organization")
        found, back = [r for r in [*found, *back] if r.cls in employing], []
    institution = None if found or back or item.role == "accused" else roles.institution(scene, item.head)
    for referent in found or back or ([institution] if institution else []):
        if referent in mention.fillers("signatory", "participant", "organizer"):
            continue
        mention.add(Candidate("target", referent, evidence, f"target.{item.path}", item.score))


def _wished_of(scene: Scene, item: Content, mention: EventMention, evidence: tuple[int, int]) -> None:
    """Take who a demand wants to act for whom the action is against ("demand that the city close it", "want it to")."""
    verb = item.head
    wishing = item.path == "that" or (item.path == "clause" and item.carrier.lemma_ == "want")
    if not wishing or verb is None or verb.pos_ not in ("VERB", "AUX") or verb.dep_ == "conj":
        return
    path = "asked" if item.path == "that" else "wished"  # what one wants of somebody need not be said to them
    for head in grammar.own_subjects(verb, grammar.SUBJECTS):
        _asked(scene, replace(item, role="asked", head=head, path=path, score=0.7), mention, evidence)


def _is_empty(scene: Scene, item: Content, mention: EventMention) -> bool:
    head = item.head
    if head is None or item.role != "concerns":
        return False
    if head.pos_ == "PRON" or head.lemma_ in data.words("frames/content", "empty"):
        return True
    if head.i in mention.tokens or (head.i in scene.named and scene.named[head.i].cls == "Person"):
        return head.i in mention.tokens
    return head.ent_type_ in ("DATE", "TIME", "CARDINAL")


def _topics(scene: Scene, item: Content, mention: EventMention, evidence: tuple[int, int]) -> None:
    """Take the thing that a demand wants changed for what the action is about ("double their low rates" -> low rates).

    A word by itself must be one of those that actions are about.
    """
    head = item.head
    if head is None:
        return
    heads = [head] if head.pos_ in ("NOUN", "PROPN") else grammar.objects(head)
    if not heads:
        heads = grammar.prepositional(head, "on", "for", "about", "with", "from")
    comparatives = data.words("frames/content", "comparatives")
    for noun in heads:
        if noun.pos_ != "NOUN" or noun.lemma_ in data.words("frames/content", "empty") or actor_at(scene, noun):
            continue
        phrase = noun_phrase(scene, noun, without=comparatives)
        if phrase is not None and (" " in phrase.text or noun.lemma_ in data.words("frames/content", "topics")):
            mention.add(Candidate("concerns", phrase, evidence, "concerns.demanded", 0.45))


def _named_within(scene: Scene, item: Content, mention: EventMention, evidence: tuple[int, int]) -> list[Referent]:
    """Take the organizations and technologies that a demand or concern names for what the action is about."""
    found: list[Referent] = []
    if item.phrase is None:
        return found
    start, end = item.phrase.span
    words = [token for token in item.carrier.sent if token.i in scene.named]
    words = [token for token in words if start <= scene.chunk.offset + token.idx < end]
    if not words:
        return found
    busy = set(mention.fillers("signatory", "participant", "organizer", "target", "addressee"))
    busy |= set(roles.affiliated([*busy]))
    for token in words:
        referent = scene.named[token.i]
        if scene.spans[token.i][1] != token.i or referent in busy:
            continue
        if referent.cls in ORGANIZATIONS | {"Technology"}:
            mention.add(Candidate("concerns", referent, evidence, "concerns.named", 0.6))
            found.append(referent)
    return found
