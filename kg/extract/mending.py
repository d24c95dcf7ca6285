"""Mends what the parser often gets wrong about who does what: subjects and main verbs that it took for other things."""

from __future__ import annotations

from kg.extract.groups import is_group_head
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
    """Let people tell a fact: in "eleven people handed in their notice." the verb is no participle beside a noun."""
    root = sentence.root
    if not is_group_head(root) or not sentence.text.rstrip().endswith("."):
        return
    verb = next((c for c in root.rights if c.dep_ == "acl"), None)
    if verb is None or verb.tag_ not in ("VBN", "VBD"):
        return
    if any(c.dep_ in (*_SUBJECTS, "agent", "auxpass") for c in verb.children):
        return
    verb.attach(verb, "ROOT")
    root.attach(verb, "nsubj")
    verb.tag_ = "VBD"
