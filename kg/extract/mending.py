"""Mends what the parser often gets wrong about who does what: subjects and main verbs that it took for other things."""

from __future__ import annotations

from kg.extract.groups import bodies, is_group_head
from kg.extract.nlp import Doc, Span, Token

_NOUNS = frozenset({"NOUN", "PROPN"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})


def mend(doc: Doc) -> None:
    """Mend the parse of a text in place; a second time changes nothing."""
    for sentence in doc.sents:
        _tell(sentence)
    for token in doc:
        if token.dep_ in _SUBJECTS and token.pos_ == "PROPN" and token.i < token.head.i:
            _name(token)


def _name(name: Token) -> None:
    """Let "drivers for the company Brightline walked out" have one subject, the drivers; Brightline is the company."""
    subject = _subject_before(name)
    kind = _before(name, subject) if subject else None
    if subject is None or kind is None or not (kind == subject or subject.is_ancestor(kind)):
        return
    if subject.head == name:
        subject.attach(name.head, name.dep_)
    name.attach(kind, "appos")


def _subject_before(name: Token) -> Token | None:
    """Return the noun that is the subject in truth: beside the name under the verb, or wrongly under the name."""
    beside = [c for c in name.head.lefts if c.dep_ in _SUBJECTS and c.i < name.i and c.pos_ in _NOUNS]
    under = [c for c in name.lefts if c.dep_ == "nsubj" and c.pos_ in _NOUNS]
    found = under or beside
    return found[0] if found else None


def _before(name: Token, subject: Token) -> Token | None:
    """Return the noun that the name follows at once, or the name before its comma ("Portland, Oregon"), else None."""
    doc = name.doc
    at = next((i for i in range(name.i - 1, subject.i - 1, -1) if doc[i].head != name or doc[i].dep_ == "nsubj"), -1)
    if at > subject.i and doc[at].text == ",":
        return doc[at - 1] if doc[at - 1].pos_ == "PROPN" else None
    if at < 0 or not (doc[at].pos_ == "NOUN" or (doc[at].pos_ == "PROPN" and subject.head == name)):
        return None
    return doc[at]


def _tell(sentence: Span) -> None:
    """Let a sentence tell a fact whose main verb was taken for a participle or for a clause on a noun.

    "Eleven people handed in their notice.", "Cooks who work for the caterer Tableside have unionized."
    """
    root = sentence.root
    if root.pos_ not in _NOUNS or not sentence.text.rstrip().endswith("."):
        return
    below = [t for t in sentence if t.i > root.i and t.dep_ in ("acl", "relcl")]
    of_people = root.pos_ == "PROPN" or root.lemma_ in bodies() or any(map(is_group_head, [root, *root.children]))
    found = [v for v in below if v.head == root and _may_tell(v)] if is_group_head(root) else []
    found = found or [v for v in below if _tells(v, root)]
    if not found and of_people:
        found = [v for v in below if _may_tell(v) and root.is_ancestor(v)]
    verb = found[0] if found else None
    if verb is None:
        return
    named = _taken_for_subject(verb)
    verb.attach(verb, "ROOT")
    root.attach(verb, "nsubj")
    if named:
        named[0].attach(named[1], "appos")
    verb.tag_ = "VBD" if verb.tag_ == "VBN" and not _has(verb) else verb.tag_


def _may_tell(verb: Token) -> bool:
    """Return whether a clause on a noun may be the main one: in the past tense, and without a subject of its own."""
    if verb.dep_ != "acl" or verb.tag_ not in ("VBN", "VBD"):
        return False
    return not any(c.dep_ in (*_SUBJECTS, "agent", "auxpass") for c in verb.children)


def _tells(verb: Token, root: Token) -> bool:
    """Return whether a verb further down can only be the main one, as its form is that of no participle."""
    if verb.pos_ not in ("VERB", "AUX") or not root.is_ancestor(verb):
        return False
    if verb.tag_ != "VBD" and not (verb.tag_ == "VBN" and _has(verb)):
        return False
    subjects = [c for c in verb.children if c.dep_ in _SUBJECTS]
    named = _taken_for_subject(verb)
    return not subjects or (named is not None and subjects == [named[0]])


def _has(verb: Token) -> bool:
    return any(c.dep_ == "aux" and c.lower_ in ("have", "has", "had") for c in verb.children)


def _taken_for_subject(verb: Token) -> tuple[Token, Token] | None:
    """Return the name that seems to be the subject and the noun before it that it names ("the caterer Tableside")."""
    name = next((c for c in verb.lefts if c.dep_ in _SUBJECTS), None)
    if name is None or name.pos_ != "PROPN":
        return None
    first = name.left_edge.i
    noun = name.doc[first - 1] if first else name
    return (name, noun) if noun.pos_ == "NOUN" and not verb.is_ancestor(noun) else None
