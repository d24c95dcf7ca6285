"""English grammar over dependency parses: who does what to whom, whatever the construction.

The labels are those of spaCy's English pipelines (ClearNLP). A *slot* is a grammatical place that a frame may
ask for: `subject`, `object`, `possessor`, `modifier`, a preposition, or `clause`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.extract.nlp import Token

SUBJECTS = frozenset({"nsubj", "csubj"})
PASSIVE_SUBJECTS = frozenset({"nsubjpass", "csubjpass"})
OBJECTS = frozenset({"dobj", "obj", "attr", "oprd"})
_ANY_SUBJECTS = SUBJECTS | PASSIVE_SUBJECTS
_ARGUMENTS = _ANY_SUBJECTS | OBJECTS
NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM"})
INDEFINITE = frozenset({"a", "an"})
MAX_CLIMB = 6


def children(token: Token, *labels: str) -> list[Token]:
    """Return the dependents of `token` that carry one of `labels`."""
    found = token.children
    return [child for child in found if child.dep_ in labels] if found else []


def conjuncts(token: Token) -> list[Token]:
    """Return `token` and the nouns coordinated with it, in text order ("Uber, Lyft and Bolt")."""
    found = [token]
    for member in found:
        for child in member.children:
            if child.dep_ == "conj" and child.pos_ in NOMINAL:
                found.append(child)
    return sorted(found, key=lambda t: t.i) if len(found) > 1 else found


def coordinated(token: Token) -> list[Token]:
    """Return `token` and all that is coordinated with it, nouns and clauses alike ("better pay, and to be heard")."""
    found = [token]
    for member in found:
        for child in member.children:
            if child.dep_ == "conj" and not any(inner.dep_ in SUBJECTS for inner in child.children):
                found.append(child)
    return sorted(found, key=lambda t: t.i)


def first_conjunct(token: Token) -> Token:
    """Return the first member of the coordination that `token` belongs to."""
    while token.dep_ == "conj" and token.head.i < token.i:
        token = token.head
    return token


def is_passive(verb: Token) -> bool:
    """Return whether `verb` is passive: with a passive auxiliary or subject, or a bare participle after a noun."""
    for child in verb.children:
        if child.dep_ in ("auxpass", "nsubjpass"):
            return True
    if verb.tag_ != "VBN":
        return False
    if verb.dep_ == "acl":
        return True
    if verb.dep_ == "conj" and verb.head.pos_ in ("VERB", "AUX"):
        return not any(child.dep_ in ("aux", "nsubj") for child in verb.children) and is_passive(verb.head)
    return False


def own_subjects(verb: Token, labels: frozenset[str]) -> list[Token]:
    """Return the heads of the subjects that stand on `verb` itself, coordinated ones included."""
    found: list[Token] = []
    for child in verb.children:
        if child.dep_ not in labels:
            continue
        if child.pos_ != "ADP":
            found += conjuncts(child)
        else:  # "Near Oslo 70 cooks walked out" may be read with the preposition as its subject
            found += [noun for head in children(child, "pobj") for noun in conjuncts(head)]
    return found


def _antecedent(verb: Token) -> list[Token]:
    """Return the noun that a relative or participial clause modifies."""
    head = verb.head
    return conjuncts(first_conjunct(head)) if head.pos_ in NOMINAL else []


def surface_subjects(verb: Token) -> list[Token]:
    """Return the grammatical subject heads of `verb`: through relative clauses, control, raising and coordination."""
    current: Token | None = verb
    for _ in range(MAX_CLIMB):
        if current is None:
            break
        found = own_subjects(current, _ANY_SUBJECTS)
        relative = bool(found) and (found[0].tag_ in ("WP", "WDT") or found[0].lower_ == "that")
        if found and not relative:
            return found
        if current.dep_ in ("relcl", "acl") and current.head.pos_ in NOMINAL:
            found = _modified_subjects(current)
        if found or (found := _controllers(current)):
            return found
        current = _clause_above(current)
    return []


def _modified_subjects(verb: Token) -> list[Token]:
    """Return the subjects of a clause that modifies a noun; of "have plans to strike", those who have them."""
    noun = verb.head
    owners = [owner for owner in children(noun, "poss") if owner.tag_ != "PRP$"]
    if is_infinitive(verb) and owners:
        return [other for owner in owners for other in conjuncts(owner)]
    if is_infinitive(verb) and noun.dep_ in ("attr", "dobj") and noun.head.pos_ in ("VERB", "AUX"):
        return surface_subjects(noun.head)
    if is_infinitive(verb) and (owners := children(noun, "poss")):
        return [other for owner in owners for other in conjuncts(owner)]
    return _antecedent(verb)


def _controllers(verb: Token) -> list[Token]:
    """Return whoever is made or asked to do it: the object of the verb above ("urged staff to strike")."""
    if verb.dep_ == "xcomp" and (controlled := children(verb.head, "dobj", "obj", "dative")):
        return [noun for child in controlled for noun in conjuncts(child)]
    return asked_party(verb.head) if verb.dep_ in ("xcomp", "advcl") else []


def _clause_above(verb: Token) -> Token | None:
    """Return the clause that lends its subject to `verb`, None where there is none."""
    if verb.dep_ in ("ROOT", "pobj") or verb.pos_ not in ("VERB", "AUX", "ADJ", "ADP"):
        return verb.head if verb.dep_ in ("xcomp", "ccomp", "conj", "advcl", "pcomp", "aux", "dep") else None
    return verb.head


def is_infinitive(verb: Token) -> bool:
    """Return whether `verb` is a to-infinitive."""
    return any(child.dep_ == "aux" and child.lower_ == "to" for child in verb.children)


def asked_party(verb: Token) -> list[Token]:
    """Return who is asked in "call on Y to": the object of `on` or `upon`."""
    if verb.lemma_ not in ("call", "prevail"):
        return []
    return prepositional(verb, "on", "upon")


def agents(verb: Token) -> list[Token]:
    """Return the heads of a passive's by-phrase."""
    found = []
    for child in verb.children:
        if child.dep_ == "agent" or (child.dep_ == "prep" and child.lower_ == "by" and is_passive(verb)):
            found += [noun for pobj in children(child, "pobj") for noun in conjuncts(pobj)]
    return found


def subjects(verb: Token) -> list[Token]:
    """Return who does it: the logical subject heads, of an active or a passive."""
    return agents(verb) if is_passive(verb) else surface_subjects(verb)


def objects(verb: Token) -> list[Token]:
    """Return what it is done to: the logical object heads, of an active or a passive."""
    if is_passive(verb):
        return surface_subjects(verb)
    found = [noun for child in verb.children if child.dep_ in OBJECTS for noun in conjuncts(child)]
    if not found and verb.dep_ == "conj" and verb.head.pos_ == "VERB" and verb.i - verb.head.i <= 3:
        return []
    if not found and verb.dep_ == "relcl" and own_subjects(verb, SUBJECTS):
        return _antecedent(verb)
    return found


def prepositional(token: Token, *prepositions: str) -> list[Token]:
    """Return the heads of the prepositional objects of `token` under one of `prepositions`."""
    found: list[Token] = []
    for child in token.children:
        if child.dep_ in ("prep", "agent", "dative", "prt") and child.lower_ in prepositions:
            found += [noun for pobj in children(child, "pobj") for noun in conjuncts(pobj)]
            found += [n for inner in children(child, "prep") for p in children(inner, "pobj") for n in conjuncts(p)]
    return found


def possessors(noun: Token) -> list[Token]:
    """Return the heads of the possessors of `noun` ("Amazon's contract" -> Amazon)."""
    return [other for child in children(noun, "poss") for other in conjuncts(child)]


def modifiers(noun: Token) -> list[Token]:
    """Return the nouns and names that stand before `noun` as modifiers ("driver strike", "Amazon protest")."""
    return [c for c in children(noun, "compound", "nmod", "amod", "nounmod") if c.i < noun.i]


def governor(noun: Token) -> tuple[Token, str] | None:
    """Return the verb that governs `noun` and the slot it fills there: `object`, `subject` or a preposition.

    Climbs through coordination, "a series of strikes", "a call for a boycott"; None where no verb is reached.
    """
    current, slot = noun, ""
    for _ in range(MAX_CLIMB):
        if current.dep_ == "conj":
            current = first_conjunct(current)
        head, dep = current.head, current.dep_
        if dep == "ROOT" or head is current:
            return None
        if head.pos_ in ("VERB", "AUX"):
            return head, slot or (current.lower_ if dep == "prep" else _SLOTS.get(dep, dep))
        if dep == "pobj" and head.lower_ != "of":
            slot = head.lower_
        current = head
    return None


_SLOTS = dict.fromkeys(SUBJECTS, "subject") | dict.fromkeys(PASSIVE_SUBJECTS | OBJECTS | {"dative"}, "object")
"""Label of what depends on a verb -> the slot that it fills, where that is called by another name."""


def is_negated(token: Token) -> bool:
    """Return whether `token` or the noun phrase it heads is negated ("did not sign", "no plans", "never")."""
    for child in token.children:
        if child.dep_ == "neg" or (child.dep_ == "det" and child.lower_ in ("no", "neither")):
            return True
        if child.dep_ in _ARGUMENTS and any(d.dep_ == "det" and d.lower_ in ("no", "neither") for d in child.children):
            return True
    return False


def climb_verbs(token: Token) -> Iterator[Token]:
    """Yield `token` and the verbs that govern it through complements ("plan to walk out": walk, plan)."""
    current = token
    for _ in range(MAX_CLIMB):
        yield current
        if current.dep_ not in ("xcomp", "ccomp", "pcomp", "prep", "acl", "conj", "advcl", "dobj", "pobj"):
            return
        if current.dep_ in ("conj", "advcl") and any(c.dep_ in SUBJECTS for c in current.children):
            return
        current = current.head
