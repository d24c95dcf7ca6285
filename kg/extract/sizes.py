"""Attaches how many took part to the action they took part in: by the grammar of the number, not by nearness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.extract import data, grammar
from kg.extract.candidates import Candidate, EventMention
from kg.extract.counts import CountMatch
from kg.extract.events import ACTING
from kg.extract.groups import group
from kg.extract.heads import head_lemma, is_group_head
from kg.extract.including import is_part
from kg.extract.mentions import Scene
from kg.extract.nlp import Span, Token
from kg.extract.triggers import sentence_bounds

ONE_PERSONS = "what one person writes is no petition"
"""Why the reading dropped a petition that only its author was told of."""

FAR = 3
"""So many actions back an action may lie to which a later sentence gives a number."""


def attach(
    scene: Scene,
    sentence: Span,
    mentions: Sequence[EventMention],
    told: Sequence[EventMention],
    numbers: Sequence[CountMatch],
) -> None:
    """Give the actions of a sentence, or the last one `told` before, the numbers of people that took part.

    `numbers` are the counts that stand in the sentence, by offset in the chunk.
    """
    counted: list[tuple[CountMatch, Token]] = []
    for match in numbers:
        if match.year_like:
            continue
        span = scene.doc.char_span(match.start, match.end, alignment_mode="expand")
        if span is None or any(t.i in scene.named for t in span):
            continue
        number = _number(span)
        head = _counted(number)
        if head is not None and _is_others(head) and not _joins(head):
            counted += _with_named(scene, match, head)
        elif head is not None and not (_is_whole(number, head) or _is_few_of_them(head) or _is_told_apart(head)):
            counted.append((match, head))
    direct = {m.token: head for m in mentions for _, head in counted if _does(scene, head, m)}
    for match, head in counted:
        evidence = scene.chars(*sentence_bounds(sentence))
        for mention, path, score in _takers(scene, head, mentions, told):
            if path == "group" and direct.get(mention.token, head) != head and not _does(scene, head, mention):
                continue  # "50 students rallied and 700 students signed"
            mention.add(Candidate("size", match.count, evidence, f"size.{path}", score))
            if path in COUNTED:
                _act(scene, head, mention, told, evidence)
            if not mention.kept and mention.reason == ONE_PERSONS:
                mention.kept, mention.reason = True, ""  # what one person starts and many sign is one
    for mention in mentions:
        _settle(mention)


COUNTED = frozenset({"signatures", "joined", "wrote", "absent", "members", "estimated"})
"""Rules of sizes that tell that those counted took part, whom no slot of the action's frame leads to."""


RECENT = 12
"""So many mentions back those are looked for who are told to have acted in the same way."""


def _act(
    scene: Scene, head: Token, mention: EventMention, told: Sequence[EventMention], evidence: tuple[int, int]
) -> None:
    """Let the people who are counted have acted where nobody else is told to ("with the names of 300 nurses")."""
    role, people = mention.frame.actor, group(scene, head)
    if people is None or people.head in data.words("collectives", "anybody"):
        return
    alike = [m for m in told[-RECENT:] if m.kept and m.frame.form == mention.frame.form]
    if any(f.head == people.head for m in alike for f in m.fillers(*ACTING)):
        return
    if not any(f.cls == "Collective" for f in mention.fillers(*ACTING)):
        mention.add(Candidate(role, people, evidence, f"{role}.counted", 0.6))


def _settle(mention: EventMention) -> None:
    """Let the signatures count where the same sentence tells of those who hand them over."""
    found = [c for c in mention.candidates if c.role == "size"]
    if any(c.path == "size.signatures" for c in found):
        for candidate in found:
            if candidate.path == "size.group":
                candidate.drop("hand over what others signed")


def _word(key: str, token: Token) -> bool:
    return token.lemma_ in data.words("counts", key)


def _number(span: Span) -> Token:
    """Return the number itself where the parser hangs it on what qualifies it ("passed 900", "upward of 40")."""
    if span.root.pos_ in ("NUM", "NOUN"):
        return span.root
    number = next((token for token in reversed(list(span)) if token.pos_ == "NUM"), span.root)
    return number.head if number.dep_ == "conj" and number.head.pos_ == "NUM" else number


# ---- what is counted --------------------------------------------------------------------


def _is_others(head: Token) -> bool:
    return head.lower_ == "others" or any(c.lower_ == "other" for c in head.children)


def _joins(head: Token) -> bool:
    """Return whether a number is that of others alone: "70 other cooks joined her", "60 cooks and 20 others"."""
    if head.dep_ == "nsubj":
        return head.head.lemma_ == "join"
    return head.dep_ == "conj" and is_group_head(head.head) and any(grammar.children(head.head, "nummod"))


def _with_named(scene: Scene, match: CountMatch, head: Token) -> list[tuple[CountMatch, Token]]:
    """Count whoever is named before "27 other narrators" with them; those named apart are no part of the number."""
    named = [t for t in grammar.conjuncts(grammar.first_conjunct(head)) if t.i < head.i]
    if not named or not all(_is_person(scene, t) for t in named):
        return []
    more, count = len(named), match.count
    low, high = (None if end is None else end + more for end in (count.minimum, count.maximum))
    value = None if count.value is None else count.value + more
    return [(replace(match, count=replace(count, value=value, minimum=low, maximum=high)), head)]


def _is_person(scene: Scene, token: Token) -> bool:
    named = scene.named.get(token.i)
    return named.cls == "Person" if named is not None else token.lower_ in ("he", "she", "i")


def _counted(number: Token) -> Token | None:
    """Return the head of the phrase that counts people: "300 [people]", "crowd of 200", "1,000 (signed)"."""
    head = number
    while head.dep_ in ("nummod", "quantmod", "amod", "advmod", "compound", "npadvmod") and head.head != head:
        if head.dep_ in ("amod", "npadvmod", "compound") and not _is_people(_modified(head.head)):
            return None
        head = _modified(head.head)
        if head.pos_ in ("NOUN", "PROPN"):
            break
    if head.pos_ in ("VERB", "AUX") or head.lemma_ == "time":
        return head if head.lemma_ == "time" and head.head.lemma_ == "sign" else None  # "signed 900 times"
    if head != number and not _is_people(head) and not _is_others(head):
        return next((t for t in grammar.conjuncts(head) if t.tag_ == "NNS" and _is_people(t) and _is_bare(t)), None)
    if head.dep_ == "nmod" and head != number and _is_people(head.head):
        head = head.head  # "the 80 cooks and stage hands"
    if head.dep_ == "pobj" and head.head.lower_ == "of" and _is_bundle(head.head.head):
        return head.head.head
    inner = grammar.prepositional(head, "of")
    if (
        head == number
        and inner
        and inner[0].lower_ not in ("them", "us", "whom")
        and not _is_people(_innermost(inner[0]))
    ):
        return None
    return head


def _is_bare(noun: Token) -> bool:
    """Return whether a noun shares the number before the first of its list ("38 geographers and developers")."""
    return not any(c.dep_ in ("nummod", "det", "poss") for c in noun.children)


def _modified(word: Token) -> Token:
    """Return the people whom a word before them only describes, where the number hangs on that word.

    So "40" counts workers in "40 Acme landline and cable workers", "40 current and former staff", "Ten Acme testers".
    """
    plural = word.tag_ in ("NNS", "NNPS") and word.dep_ != "compound"  # "40 visual effects artists"
    if _is_people(word) or plural or word.pos_ not in ("ADJ", "NOUN", "PROPN"):
        return word
    for other in word.doc[word.i + 1 : word.i + 7]:
        if _is_people(other):
            return other
        if other.pos_ not in ("ADJ", "NOUN", "PROPN", "CCONJ") and other.lower_ != "past":
            break
    return word


def _innermost(noun: Token) -> Token:
    for _ in range(3):
        inner = grammar.prepositional(noun, "of")
        if not inner or _is_people(noun):
            break
        noun = inner[0]
    return noun


def _is_people(noun: Token) -> bool:
    return (is_group_head(noun) and not _word("not_counted", noun)) or _is_signature(noun)


def _is_signature(noun: Token) -> bool:
    return head_lemma(noun) in data.words("frames/content", "signature_nouns") or _word("names", noun)


def _is_bundle(noun: Token) -> bool:
    return _word("crowds", noun)


def _is_whole(number: Token, head: Token) -> bool:
    """Return whether the number is a whole of which only a part acted ("50 of the 120 workers", "half of the 90")."""
    doc, before = number.doc, number.i - 1
    while before > number.i - 4 and before > 0 and doc[before].dep_ in ("det", "poss", "case"):
        before -= 1
    if before > 0 and doc[before].lower_ == "of" and (doc[before - 1].pos_ == "NUM" or _word("parts", doc[before - 1])):
        return True
    return (
        head.dep_ == "pobj"
        and head.head.lower_ == "of"
        and not _is_bundle(head.head.head)
        and (head.head.head.pos_ == "NUM" or _word("parts", head.head.head))
        and number != head.head.head
    )


def _is_few_of_them(head: Token) -> bool:
    """Return whether people are told of who had acted before ("four cooks who had signed were fired"): not all did."""
    if head.dep_ not in ("nsubj", "nsubjpass") or head.left_edge.lower_ == "the":
        return False
    clauses = (c for c in grammar.children(head, "relcl") if c.tag_ == "VBN" and not _word("hosting", c))
    return any(c.lower_ == "had" for clause in clauses for c in grammar.children(clause, "aux"))


def _is_told_apart(head: Token) -> bool:
    return not _is_signature(head) and is_part(head)


# ---- whose number it is -----------------------------------------------------------------


def _takers(
    scene: Scene, head: Token, mentions: Sequence[EventMention], told: Sequence[EventMention]
) -> list[tuple[EventMention, str, float]]:
    """Return the actions that the counted people took part in, with the rule that says so."""
    if _is_signature(head) or _signs(head) or head.lemma_ == "time":
        petitions = [m for m in mentions if m.frame.cls == "Petition"] or _last(told, "Petition")
        return [(m, "signatures", 0.85) for m in petitions[:1]]
    acting = [m for m in mentions if _acts(scene, head, m)]
    if acting:
        return [(m, "group", 0.85) for m in acting]
    if beside := [m for m in mentions if _explains(scene, head, m)]:
        return [(m, "beside", 0.75) for m in beside]
    if bundled := _bundled(head, mentions):
        return [(bundled, "unit", 0.7)]
    if group := _same_people(head, told):
        return [(group, "definite", 0.6)]
    verb, slot = _governing(head)
    under = _under(scene, verb, slot, mentions, told) if verb is not None else []
    estimated = not under and _is_estimate(head)
    return [(m, "estimated", 0.7) for m in _of_class("Protest", mentions[:1], told)] if estimated else under


def _signs(head: Token) -> bool:
    """Return whether the people are those whose names a petition bears ("names of 60 cooks", "signatures from 60")."""
    if head.dep_ != "pobj" or head.head.lower_ not in ("of", "from"):
        return False
    above = head.head.head
    return any(_is_signature(noun) for noun in (above, *grammar.objects(above)))


def _is_estimate(head: Token) -> bool:
    """Return whether a number is how many somebody says took part ("put the turnout at 300", "counted 90 marchers")."""
    above = head.head
    if head.dep_ == "dobj":
        return _word("estimating", above) and _word("present", head)
    if head.dep_ != "pobj" or head.pos_ != "NUM" or above.lower_ not in ("at", "of"):
        return False
    verb = above.head
    if above.lower_ == "of":
        return verb.lemma_ == "speak"
    spoken_of = [*grammar.objects(verb), *grammar.own_subjects(verb, grammar.PASSIVE_SUBJECTS)]
    return _word("estimating", verb) and any(_is_turnout(noun) for noun in spoken_of)


def _is_turnout(noun: Token) -> bool:
    if not (_word("turnouts", noun) or _is_bundle(noun)):
        return False
    return all(_is_people(inner) for inner in grammar.prepositional(noun, "of"))


def _accompanies(head: Token, mention: EventMention) -> bool:
    """Return whether the people are those with whom an action was held ("picketed the ministry with 70 agents")."""
    return (
        head.dep_ == "pobj"
        and head.head.lower_ == "with"
        and head.head.head.i in mention.tokens
        and mention.frame.cls == "Protest"
    )


def _bundled(head: Token, mentions: Sequence[EventMention]) -> EventMention | None:
    """Return the action whose words lead to the people: "a union of 30", "on behalf of 5", "picketed with 70 cooks"."""
    if accompanied := [m for m in mentions if _accompanies(head, m)]:
        return accompanied[0]
    if head.dep_ != "pobj" or head.head.lower_ not in ("of", "for"):
        return None
    noun = head.head.head
    behalf = ("LegalAction", "Petition") if noun.lemma_ == "behalf" else ()
    suing = ("LegalAction",) if head.head.lower_ == "for" and _word("suits", noun) else behalf
    classes = ("UnionAction",) if _word("covering", noun) else suing
    return next((m for m in mentions if m.frame.cls in classes), None)


def _same_people(head: Token, told: Sequence[EventMention]) -> EventMention | None:
    """Return the action last told whose actors, not counted there, are counted now ("The 84 drivers earn")."""
    first = head.left_edge
    if first.lower_ != "the" or head.dep_ not in ("nsubj", "nsubjpass") or first.i > head.sent.start + 1:
        return None
    for mention in _last(told):
        actors = mention.fillers(*ACTING)
        counted = any(c.role == "size" for c in mention.candidates)
        if not counted and any(actor.cls == "Collective" for actor in actors):
            return mention
    return None


def _under(
    scene: Scene, verb: Token, slot: str, mentions: Sequence[EventMention], told: Sequence[EventMention]
) -> list[tuple[EventMention, str, float]]:
    """Return the actions in which the subject or object of another verb than theirs takes part."""
    if slot == "subject":
        written = [(m, "wrote", 0.7) for m in mentions if _is_said_in(scene, verb, m) or _is_written(verb, m)]
        return _by_subject(verb, mentions, told) or written[:1]
    if slot == "there":
        return [(m, "present", 0.65) for m in [*mentions[:1], *_last(told, "Protest")][:1]]
    legal = [m for m in mentions if m.frame.cls == "LegalAction"]
    if slot == "object" and _word("awarding", verb) and legal:
        return [(m, "awarded", 0.65) for m in legal[:1]]
    if slot == "object" and _word("drawing", verb):
        return [(m, "drawn", 0.75) for m in _drawn_by(scene, verb, mentions, told)]
    return []


def _by_subject(
    verb: Token, mentions: Sequence[EventMention], told: Sequence[EventMention]
) -> list[tuple[EventMention, str, float]]:
    """Return the action that people join, who stay away from work, are present, or belong to a union."""
    if _is_absent(verb):
        return [(m, "absent", 0.7) for m in _of_class("Protest", mentions, told)]
    if _word("joining", verb):
        nearest = sorted(mentions, key=lambda m: min(abs(i - verb.i) for i in m.tokens))
        if verb.lemma_ in ("attend", "come") and nearest and nearest[0].frame.cls == "Petition":
            nearest = []  # "Over 500 came, and 900 signed a petition"
        earlier = _last(told, "Petition") if verb.lemma_ == "sign" else _joined(verb, told)
        return [(m, "joined", 0.75) for m in (nearest or earlier)[:1]]
    for cls in _party_to(verb):
        return [(m, "members", 0.65) for m in _of_class(cls, mentions, told)]
    if verb.lemma_ == "be" and any(c.lower_ == "eligible" for c in grammar.children(verb, "acomp")):
        votes = _of_class("UnionAction", mentions, told)
        return [(m, "eligible", 0.65) for m in votes if m.frame.form == "union-election"]
    if verb.lemma_ == "be" and any(c.lower_ in ("present", "there") for c in grammar.children(verb, "acomp", "advmod")):
        return [(m, "present", 0.65) for m in [*mentions[:1], *_last(told, "Protest")][:1]]
    return []


def _party_to(verb: Token) -> list[str]:
    """Return the class of the actions whose parties a clause tells of ("are members", "are the plaintiffs")."""
    said = {c.lemma_ for c in grammar.children(verb, "attr")} if verb.lemma_ == "be" else set()
    return [cls for cls, nouns in data.load("counts")["parties"].items() if not said.isdisjoint(nouns)]


def _of_class(cls: str, mentions: Sequence[EventMention], told: Sequence[EventMention]) -> list[EventMention]:
    return ([m for m in mentions if m.frame.cls == cls] or _last(told, cls))[:1]


def _acts(scene: Scene, head: Token, mention: EventMention) -> bool:
    """Return whether the counted people do what the mention tells, by grammar or because they fill a role of it."""
    people, sent = (
        scene.groups.get(head.i),
        head.dep_ == "pobj" and head.head.lower_ == "to",
    )  # "a note to all 40 cooks"
    return (people is not None and not sent and people in mention.fillers(*ACTING)) or _does(scene, head, mention)


def _does(scene: Scene, head: Token, mention: EventMention) -> bool:
    """Return whether the counted people do what the mention tells, by grammar."""
    doc, trigger = scene.doc, scene.doc[mention.token]
    for i in mention.tokens:
        token = doc[i]
        if token.pos_ not in ("VERB", "AUX") or head not in grammar.subjects(token):
            continue
        role = mention.frame.support.get(token.lemma_, mention.frame.actor)
        if token == trigger or role in (mention.frame.actor, "organizer"):
            return True
    return trigger.pos_ == "NOUN" and any(head in _doers(v) for v in trigger.children if v.dep_ in ("acl", "relcl"))


def _doers(verb: Token) -> list[Token]:
    """Return the people in a clause that modifies an action ("signed by 300", "involving 70 cooks")."""
    if grammar.is_passive(verb) and (_word("joining", verb) or _word("hosting", verb)):
        return grammar.agents(verb)
    if _word("drawing", verb):
        return grammar.objects(verb)
    return grammar.subjects(verb) if _word("joining", verb) else []


def _explains(scene: Scene, head: Token, mention: EventMention) -> bool:
    """Return whether the number stands in apposition or in brackets beside those who act ("Workers (about 80)")."""
    if head.pos_ == "NOUN" and not is_group_head(head):
        return False
    host = head.head if head.dep_ in ("appos", "parataxis", "npadvmod", "nummod", "dep", "conj") else None
    before = head.left_edge.i - 1
    if host is None and before > 0 and scene.doc[before].text == "(":
        host = scene.doc[before - 1]
    if host is None or (head.pos_ == "NOUN" and head.dep_ == "conj"):
        return False
    group = scene.groups.get(host.i)
    return group is not None and group in mention.fillers(*ACTING)


QUALIFYING = frozenset({"over", "around", "about", "between"})
"""Words that qualify a number, which the parser takes for prepositions where they open a sentence."""


def _governing(head: Token) -> tuple[Token | None, str]:
    """Return the verb that the phrase hangs on and its place there: subject (of the sense) or object."""
    top = grammar.first_conjunct(head)
    verb = top.head
    if top.dep_ == "pobj" and verb.dep_ in ("agent", "prep") and verb.lower_ == "by" and verb.head.pos_ == "VERB":
        return verb.head, "subject"
    if top.dep_ == "pobj" and verb.i == verb.sent.start and verb.lower_ in QUALIFYING:
        return verb.head, "subject" if verb.head.pos_ == "VERB" else ""  # "Over 900 students have signed"
    if verb.pos_ not in ("VERB", "AUX"):
        return None, ""
    if top.dep_ == "nsubj":
        return verb, "subject"
    if verb.lemma_ == "be" and verb.tag_ == "VBD" and grammar.children(verb, "expl"):
        return verb, "there" if _word("present", head) else ""
    return verb, "object" if top.dep_ in ("dobj", "attr", "nsubjpass") else ""


def _is_said_in(scene: Scene, verb: Token, mention: EventMention) -> bool:
    """Return whether a letter is where somebody says something ("urged the board in a letter to act")."""
    letter = scene.doc[mention.token]
    if mention.frame.cls != "Petition" or letter.dep_ != "pobj" or letter.head.lower_ not in ("in", "through", "via"):
        return False
    above = letter.head.head
    if above.dep_ in ("xcomp", "advcl") and above.tag_ == "VB":
        above = above.head
    return above == verb


def _is_written(verb: Token, mention: EventMention) -> bool:
    """Return whether a letter is told to be written by people ("the memo was written by 12 of them")."""
    written = verb.lemma_ in data.words("collectives", "signing") and mention.frame.cls == "Petition"
    return written and any(
        s.i in mention.tokens for s in grammar.own_subjects(verb, grammar.PASSIVE_SUBJECTS | {"nsubj"})
    )


def _is_absent(verb: Token) -> bool:
    """Return whether the verb tells of staying away from work ("had gone offline", "were out")."""
    if verb.lemma_ in ("report", "show", "come", "go", "turn") and grammar.is_negated(verb):
        return any(noun.lemma_ == "work" for noun in grammar.prepositional(verb, "to", "for"))
    words = {c.lower_ for c in verb.children if c.dep_ in ("advmod", "prt", "acomp", "prep", "oprd")}
    return verb.lemma_ in ("go", "be", "stay", "log", "remain") and bool(words & data.words("counts", "away"))


def _joined(verb: Token, told: Sequence[EventMention]) -> list[EventMention]:
    """Return the action told before that people join: one that is attended or marched in is a protest."""
    if _word("attending", verb):
        found = _last(told, "Protest") or _last(told, "UnionAction")
        return found or (_last(told, "LegalAction") if verb.lemma_ == "join" else [])
    return _last(told)


def _drawn_by(
    scene: Scene, verb: Token, mentions: Sequence[EventMention], told: Sequence[EventMention]
) -> list[EventMention]:
    """Return the action that draws, involves or covers people: the verb's subject, or what was told before."""
    if grammar.is_passive(verb):
        return [*mentions[:1], *_last(told)][:1]
    subjects = grammar.surface_subjects(verb)
    own = [m for m in mentions if any(s.i in m.tokens for s in subjects)]
    if own:
        return own[:1]
    for subject in subjects:
        if _word("covering", subject) or (subject.i in scene.named and scene.named[subject.i].cls == "Union"):
            here = [m for m in mentions if m.frame.cls == "UnionAction"]
            return (here or _last(told, "UnionAction"))[:1]
        if subject.lower_ == "it" or subject.lemma_ in data.words("frames/content", "speaking"):
            return _last(told)
    return []


def _last(told: Sequence[EventMention], cls: str = "") -> list[EventMention]:
    """Return the last action told before, of class `cls` where that is given; nothing where it lies far back."""
    actions = [m for m in told[-4 * FAR :] if _is_told(m, cls) and m.frame.cls != "Contract"][-FAR:]
    fitting = [m for m in actions if not cls or m.frame.cls == cls]
    return fitting[-1:]


def _is_told(mention: EventMention, cls: str) -> bool:
    return mention.kept or (cls == "Petition" and mention.frame.cls == cls and mention.reason == ONE_PERSONS)
