"""Reads one document: chunk by chunk into mentions with candidates, then as a whole into events and affiliations."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from kg.extract import affiliations, announcements, content, contracts, data, events, grammar, inference, quantities, roles, triggers
from kg.extract.affiliations import Affiliation
from kg.extract.candidates import Candidate, EventMention
from kg.extract.content import Content
from kg.extract.discourse import ACTORS, ORGANIZATIONS, Discourse, Referent
from kg.extract.events import Event
from kg.extract.frames import FrameSet
from kg.extract.mentions import Scene, actor_at, is_group_head, points_back, read_names
from kg.extract.names import NameList
from kg.extract.nlp import Chunk, Span, Token
from kg.extract.phrases import noun_phrase


@dataclass(slots=True)
class Reading:
    """All that was found in a document: its referents, every mention (dropped ones with reasons), events, ties."""

    discourse: Discourse = field(default_factory=Discourse)
    mentions: list[EventMention] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    affiliations: list[Affiliation] = field(default_factory=list)
    sentences: list[tuple[int, int]] = field(default_factory=list)

    def sentence_of(self, offset: int) -> tuple[int, int]:
        """Return the sentence that holds the code point at `offset`."""
        at = bisect_right(self.sentences, (offset, float("inf"))) - 1
        start, end = self.sentences[max(at, 0)]
        return (start, end) if start <= offset < end else (offset, offset + 1)


def read(text: str, chunks: Iterable[Chunk], anchor: date | None, names: NameList, frames: FrameSet) -> Reading:
    """Read a document's parsed chunks; `anchor` is its day of publication (None: relative dates stay open)."""
    reading = Reading()
    for chunk in chunks:
        scene = Scene(chunk, text, reading.discourse)
        announced = announcements.paragraphs(chunk.doc.text)
        for block in announced:
            reading.mentions += announcements.read(scene, block, frames, anchor)
        read_names(scene, names, listed_only=announced)
        found = quantities.read(chunk.doc.text, anchor)
        for sentence in chunk.doc.sents:
            reading.sentences.append(scene.chars(*triggers.sentence_bounds(sentence)))
            if not any(start <= sentence.start_char < end for start, end in announced):
                _read_sentence(scene, sentence, reading, found, frames, anchor)
    _tie_people(reading)
    reading.events = events.join(m for m in reading.mentions if m.kept)
    inference.infer(reading.events, reading.discourse)
    return reading


def _read_sentence(
    scene: Scene, sentence: Span, reading: Reading, found: quantities.Quantities, frames: FrameSet, anchor: date | None
) -> None:
    mentions = sorted(triggers.find(scene, sentence, frames), key=lambda m: m.token)
    for mention in mentions:
        roles.fill(scene, mention)
    _absorb(scene, mentions)
    actions = [m for m in mentions if m.frame.cls != "Contract" and m.kept]
    _contents(scene, sentence, actions, reading)
    quantities.sizes(scene, sentence, actions, found)
    quantities.whens(scene, sentence, mentions, found, anchor)
    quantities.places(scene, sentence, actions)
    for mention in mentions:
        if mention.frame.cls == "Contract":
            _same_again(scene, mention, [*reading.mentions, *mentions])
            contracts.complete(scene, sentence, mention, found)
        else:
            _judge(scene, mention, reading)
    _references(scene, sentence, reading, found)
    reading.mentions += mentions
    reading.affiliations += affiliations.read(scene, sentence, scene.chars(*triggers.sentence_bounds(sentence)))


def _absorb(scene: Scene, mentions: list[EventMention]) -> None:
    """Let a bare "protest" that explains another action of its sentence ("signed a letter to protest") add to that one."""
    actions = [m for m in mentions if m.frame.cls != "Contract"]
    for mention in actions:
        token = scene.doc[mention.token]
        if not mention.generic or token.pos_ != "VERB":
            continue
        others = [m for m in actions if m is not mention and not m.generic and m.kept]
        tied = [m for m in others if any(scene.doc[i].is_ancestor(token) or token.is_ancestor(scene.doc[i]) for i in m.tokens)]
        if not tied:
            continue
        host = min(tied, key=lambda m: abs(m.token - mention.token))
        for candidate in mention.candidates:
            if candidate.role == mention.frame.actor:
                if host.fillers(host.frame.actor, "organizer"):
                    continue
                candidate.role = host.frame.actor
            host.add(candidate)
        host.tokens |= mention.tokens
        mention.kept, mention.reason = False, f"explains the {host.words!r} of its sentence"


def _same_again(scene: Scene, mention: EventMention, before: list[EventMention]) -> None:
    """Let "the same contract" have the buyer and the amount of the one spoken of before."""
    if not any(c.lower_ == "same" for c in scene.doc[mention.token].children):
        return
    earlier = [m for m in before if m.frame.cls == "Contract" and m.kept and m.trigger < mention.trigger]
    for candidate in earlier[-1].candidates if earlier else ():
        if candidate.kept and candidate.role in ("buyer", "value", "subject"):
            mention.add(replace(candidate, path=f"{candidate.role}.same", score=0.6))


def _judge(scene: Scene, mention: EventMention, reading: Reading) -> None:
    """Drop a weak trigger that nothing around it bears out."""
    needs = mention.frame.needs
    if not needs or not mention.kept:
        return
    earlier = any(m.kept and m.frame.cls == mention.frame.cls for m in reading.mentions)
    if mention.definite and earlier:
        return
    if needs == "verb":
        governing = grammar.governor(scene.doc[mention.token])
        if governing is None or mention.frame.support.get(governing[0].lemma_.lower(), "none") == "none":
            mention.kept, mention.reason = False, "no verb that goes with it"
        return
    acting = mention.fillers("signatory", "participant", "organizer", "target", "addressee")
    told = [c for c in mention.candidates if c.kept and c.role in ("demands", "concerns", "size")]
    led = any(is_group_head(t) for t in grammar.modifiers(scene.doc[mention.token]))
    if needs == "support" and not acting and not told or needs == "roles" and not acting and not (mention.frame.cls == "Protest" and (led or told)):
        mention.kept, mention.reason = False, f"nothing around it bears it out (needs {needs})"


# ---- demands and concerns ---------------------------------------------------------------


def _contents(scene: Scene, sentence: Span, mentions: list[EventMention], reading: Reading) -> None:
    for item in content.read(scene, sentence):
        if item.role == "demands" and (_is_no_demand(scene, item, mentions) or _by_the_other_side(scene, item)):
            continue
        mention = _holder(scene, item, mentions) or _earlier(scene, item, mentions, reading)
        if mention is None:
            continue
        evidence = scene.chars(*triggers.sentence_bounds(sentence))
        if item.role in ("asked", "accused"):
            _asked(scene, item, mention, evidence)
        elif item.phrase is not None and not _is_empty(scene, item, mention):
            candidate = Candidate(item.role, item.phrase, evidence, f"{item.role}.{item.path}", item.score)
            mention.add(candidate)
            named = _named_within(scene, item, mention, evidence)
            if item.role == "concerns" and named and item.head and item.head.lemma_.lower() in data.words("frames/content", "relations"):
                candidate.drop("the name in it says what it is about")
            if item.role == "demands":
                _topics(scene, item, mention, evidence)


def _is_no_demand(scene: Scene, item: Content, mentions: list[EventMention]) -> bool:
    """Return whether the words are a time, a bare quantity, or the action itself ("called for a strike")."""
    head = item.head
    if head is None or head.pos_ in ("VERB", "AUX"):
        return False
    if head.ent_type_ in ("DATE", "TIME") or head.lower_ in ("more", "it", "them", "this", "that"):
        return True
    return any(head.i == m.token for m in mentions if m.frame.cls == "Protest") or head.lemma_.lower() in data.words("frames/content", "no_demands")


def _by_the_other_side(scene: Scene, item: Content) -> bool:
    """Return whether a company or an agency is the one that asks ("the company urged workers to vote no")."""
    said = [r for head in content.carriers_subjects(item) for r in actor_at(scene, head)]
    return bool(said) and all(r.cls in ("Company", "GovernmentBody") for r in said)


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


def _earlier(scene: Scene, item: Content, mentions: list[EventMention], reading: Reading) -> EventMention | None:
    """Return the last action told before, where the one who speaks is among those who act in it."""
    last = next((m for m in reversed(reading.mentions) if m.kept and m.frame.cls != "Contract"), None)
    if last is None or item.path in ("purpose",):
        return None
    acting = last.fillers("signatory", "participant", "organizer")
    for head in content.carriers_subjects(item):
        said = actor_at(scene, head) or [r for r in [points_back(scene, head)] if r]
        if any(r in acting or (r.cls == "Collective" and not r.affiliations) for r in said):
            return last
        if head.lemma_.lower() in data.words("frames/content", "references") | {"letter", "petition", "strike", "it", "lawsuit", "demand"}:
            return last
    if item.carrier.pos_ == "NOUN" and item.path in ("listed", "noun-for"):
        return last
    return None


def _asked(scene: Scene, item: Content, mention: EventMention, evidence: tuple[int, int]) -> None:
    if item.head is None:
        return
    found = [r for r in actor_at(scene, item.head) if r.cls in ACTORS]
    back = points_back(scene, item.head)
    if item.role == "accused":
        found = [r for r in [*found, *([back] if back else [])] if r.cls in ("Company", "GovernmentBody", "University", "Organization")]
        back = None
    institution = None if found or back or item.role == "accused" else roles.institution(scene, item.head)
    for referent in found or [r for r in (back, institution) if r]:
        if referent in mention.fillers("signatory", "participant", "organizer"):
            continue
        mention.add(Candidate("target", referent, evidence, f"target.{item.path}", item.score))


def _is_empty(scene: Scene, item: Content, mention: EventMention) -> bool:
    head = item.head
    if head is None or item.role != "concerns":
        return False
    if head.pos_ == "PRON" or head.lemma_.lower() in data.words("frames/content", "empty"):
        return True
    if head.i in mention.tokens or head.i in scene.named and scene.named[head.i].cls == "Person":
        return head.i in mention.tokens
    return head.ent_type_ in ("DATE", "TIME", "CARDINAL")


def _topics(scene: Scene, item: Content, mention: EventMention, evidence: tuple[int, int]) -> None:
    """Take the thing that a demand wants changed for what the action is about ("double their rates" -> rates)."""
    head = item.head
    if head is None:
        return
    heads = [head] if head.pos_ in ("NOUN", "PROPN") else grammar.objects(head)
    if not heads:
        heads = grammar.prepositional(head, "on", "for", "about", "with", "from")
    comparatives = data.words("frames/content", "comparatives")
    for noun in heads:
        if noun.pos_ != "NOUN" or noun.lemma_.lower() in data.words("frames/content", "empty") or actor_at(scene, noun):
            continue
        phrase = noun_phrase(scene, noun, without=comparatives)
        if phrase is not None:
            mention.add(Candidate("concerns", phrase, evidence, "concerns.demanded", 0.45))


def _named_within(scene: Scene, item: Content, mention: EventMention, evidence: tuple[int, int]) -> list[Referent]:
    """Take the organizations and technologies that a demand or concern names for what the action is about."""
    found: list[Referent] = []
    if item.phrase is None:
        return found
    start, end = item.phrase.span
    busy = set(mention.fillers("signatory", "participant", "organizer", "target", "addressee"))
    busy |= set(roles.affiliated([*busy]))
    for token in item.carrier.sent:
        offset = scene.chunk.offset + token.idx
        referent = scene.named.get(token.i)
        if referent is None or not start <= offset < end or scene.spans[token.i][1] != token.i or referent in busy:
            continue
        if referent.cls in ORGANIZATIONS | {"Technology"}:
            mention.add(Candidate("concerns", referent, evidence, "concerns.named", 0.6))
            found.append(referent)
    return found


# ---- what points back -------------------------------------------------------------------


def _references(scene: Scene, sentence: Span, reading: Reading, found: quantities.Quantities) -> None:
    """Add sizes from sentences that speak of "the action" or "signatures" without a trigger of their own."""
    last = next((m for m in reversed(reading.mentions) if m.kept and m.frame.cls != "Contract"), None)
    if last is None:
        return
    here = [m for m in quantities.within(found.counts, sentence.start_char, sentence.end_char) if not m.year_like]
    if not here:
        return
    joining = data.words("frames/content", "joining")
    for token in sentence:
        if token.pos_ == "VERB" and token.lemma_.lower() in joining:
            _joined(scene, token, last, here)


def _joined(scene: Scene, verb: Token, last: EventMention, here: list) -> None:  # type: ignore[type-arg]
    evidence = scene.chars(*triggers.sentence_bounds(verb.sent))
    for subject in (c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")):
        match = next((m for m in here if m.start >= subject.left_edge.idx and m.end <= subject.right_edge.idx + len(subject.right_edge)), None)
        if match is not None and (subject.like_num or actor_at(scene, subject)):
            last.add(Candidate("size", match.count, evidence, "size.joined", 0.75))


def _tie_people(reading: Reading) -> None:
    """Enter the affiliations read into the people themselves, so that a letter to a chief executive finds its target."""
    for tie in reading.affiliations:
        if tie.organization not in tie.person.affiliations:
            tie.person.affiliations.append(tie.organization)


