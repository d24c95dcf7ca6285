"""Takes private persons' names out of a graph: labels, identifiers, quotes, titles and addresses alike.

Private is who signed, took part or is merely named. Who holds an office (a role listed in `schema/offices.yaml`), is
addressed or challenged by an action, is party to a contract, or has a Wikidata item acts in public and stays.

A pseudonym is made from the person's identifier with a secret key: the same key gives the same pseudonym in every
export and after every rebuild, and without the key nobody can find a person by trying names. The sources are still
named: whoever opens one can read there whom a quote is about.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from kg import vocab
from kg.errors import GraphError
from kg.export.names import Names
from kg.store import Store, graph_name

KEY_VARIABLE = "KG_PSEUDONYM_KEY"
"""Environment variable that holds the key; without it the key is a file that the first use creates."""

_PUBLIC_ROLES = frozenset(vocab.iri(name) for name in ("cag:target", "cag:addressee", "cag:supplier", "cag:buyer"))
_LABELS = frozenset(vocab.iri(name) for name in ("rdfs:label", "skos:altLabel"))
_TYPE, _PERSON, _SAME, _MEMBER, _ROLE, _PREFIX, _SUFFIX = (
    vocab.iri(name)
    for name in ("rdf:type", "cag:Person", "owl:sameAs", "org:member", "org:role", "oa:prefix", "oa:suffix")
)
_SUBJECT, _PREDICATE, _OBJECT = (vocab.iri(f"rdf:{name}") for name in ("subject", "predicate", "object"))
_LASTING = frozenset(
    vocab.iri(f"cag:{name}")
    for name in ("Person", "Organization", "Company", "GovernmentBody", "CivilSocietyGroup", "Union", "NewsOutlet",
                 "University", "Actor", "Place", "Technology", "Cause", "Document")
)  # fmt: skip
"""Classes whose members have identifiers of their own, made of their own names only."""
_ASSERTION = vocab.iri("cag:Assertion")
_OWN_WORDS = frozenset(
    vocab.iri(name) for name in ("cag:factuality", "cag:extractor", "cag:qualifier", "cag:precision", "schema:currency")
)
_TEXTS = frozenset(vocab.iri(name) for name in ("xsd:string", "xsd:anyURI", "rdf:langString"))
_ADDRESS = vocab.iri("xsd:anyURI")

Quads = list[ox.Quad]


def pseudonymised(quads: Quads, *, everything: Store, key: bytes | None = None) -> Quads:
    """Return the quads without the names of private persons; `everything` tells who is private.

    Without `key`, `$KG_PSEUDONYM_KEY` is used, or else the key of this user. Raises GraphError where that can neither
    be read nor made.
    """
    people = _People(everything.knowledge())
    private = people.private()
    if not private:
        return quads
    writer = _Writer(people, private, key or user_key())
    writer.learn(quads)
    return list(dict.fromkeys(new for quad in quads if (new := writer.quad(quad)) is not None))


class _People:
    """Collects who is a person, what everybody is called, and who acts in public."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self.names: dict[str, set[str]] = {}
        self.where: dict[str, set[str]] = {}
        self._persons: set[str] = set()
        self._public: set[str] = set()
        self._members: dict[str, set[str]] = {}
        self._offices: set[str] = set()
        reified: dict[str, dict[str, Any]] = {}
        for quad in quads:
            if quad.predicate.value in (_SUBJECT, _PREDICATE, _OBJECT):
                reified.setdefault(_iri(quad.subject), {})[quad.predicate.value] = quad.object
            else:
                self._learn(_iri(quad.subject), quad.predicate.value, quad.object, graph_name(quad))
        for parts in reified.values():
            if _iri(parts.get(_PREDICATE)) in _LABELS and isinstance(parts.get(_OBJECT), ox.Literal):
                self.names.setdefault(_iri(parts.get(_SUBJECT)), set()).add(parts[_OBJECT].value)

    def _learn(self, subject: str, predicate: str, object_: Any, graph: str) -> None:
        if predicate == _TYPE and _iri(object_) == _PERSON:
            self._persons.add(subject)
            self.where.setdefault(subject, set()).add(graph)
        elif predicate in _LABELS and isinstance(object_, ox.Literal):
            self.names.setdefault(subject, set()).add(object_.value)
        elif predicate == _SAME:
            self._public.add(subject)
        elif predicate in _PUBLIC_ROLES:
            self._public.add(_iri(object_))
        elif predicate == _MEMBER:
            self._members.setdefault(subject, set()).add(_iri(object_))
        elif predicate == _ROLE and is_office(object_.value):
            self._offices.add(subject)

    def private(self) -> set[str]:
        in_office = {member for node in self._offices for member in self._members.get(node, ())}
        return self._persons - self._public - in_office


class _Writer:
    """Rewrites quads; `learn` must have seen all of them before."""

    def __init__(self, people: _People, private: set[str], key: bytes) -> None:
        self._key = key
        self._map = {node: f"{node.rpartition('/')[0]}/pseudonym-{self._digest(node)}" for node in private}
        self._lasting: set[str] = set()
        called = {node: f"Person {self._digest(node)}" for node in private}
        others = {name for node, names in people.names.items() if node not in private for name in names}
        names = {node: people.names.get(node, set()) for node in private}
        self._names = Names(names, called, others, people.where, words=frozenset(_data()["words"]))

    def _digest(self, text: str, length: int = 8) -> str:
        return hmac.new(self._key, text.encode(), "sha256").hexdigest()[:length]

    def learn(self, quads: Quads) -> None:
        """Decide which identifiers change: those with a name in them, and those made from what changes."""
        types: dict[str, set[str]] = {}
        for quad in quads:
            if quad.predicate.value == _TYPE:
                types.setdefault(_iri(quad.subject), set()).add(_iri(quad.object))
        for node in {_iri(term) for quad in quads for term in (quad.subject, quad.object, quad.graph_name)}:
            if node not in self._map and self._names.in_identifier(node):
                self._renew(node)
        proofs = {node for node, found in types.items() if _ASSERTION in found}
        lasting = {node for node, found in types.items() if found & _LASTING}
        # An assertion is made of the things that it links, so it comes last.
        for last in (False, True):
            for quad in quads:
                node = _iri(quad.subject)
                if node not in lasting and (node in proofs) is last and self._changes(quad):
                    self._renew(node)

    def _renew(self, node: str) -> None:
        whole = node.partition("#")[0] if "/id/" in node or "/span/" in node else node
        if whole not in self._map:
            self._map[whole] = f"{whole.rpartition('/')[0]}/{self._digest(whole, 20)}"

    def _changes(self, quad: ox.Quad) -> bool:
        return bool(self.term(quad.object, quad) != quad.object)

    def quad(self, quad: ox.Quad) -> ox.Quad | None:
        """Return the quad without private names; None for an address that holds one: it would lead nowhere."""
        object_ = self.term(quad.object, quad)
        if object_ != quad.object and isinstance(object_, ox.Literal) and object_.datatype.value == _ADDRESS:
            return None
        subject, graph = self.term(quad.subject, quad), self.term(quad.graph_name, quad)
        return ox.Quad(subject, quad.predicate, object_, graph)

    def term(self, term: Any, quad: ox.Quad) -> Any:
        """Return the term without private names."""
        if isinstance(term, ox.NamedNode):
            whole, hash_, fragment = term.value.partition("#")
            if term.value in self._map:
                return ox.NamedNode(self._map[term.value])
            return ox.NamedNode(f"{self._map[whole]}#{fragment}") if hash_ and whole in self._map else term
        if not isinstance(term, ox.Literal) or quad.predicate.value in _OWN_WORDS or term.datatype.value not in _TEXTS:
            return term
        text = self._names.removed(term.value, graph_name(quad))
        if quad.predicate.value in (_PREFIX, _SUFFIX):
            text = self._names.without_stub(text, graph_name(quad), at_end=quad.predicate.value == _SUFFIX)
        if text == term.value:
            return term
        return ox.Literal(text, language=term.language) if term.language else ox.Literal(text, datatype=term.datatype)


def is_office(role: str) -> bool:
    """Tell whether a role ("chief executive") is an office."""
    words = f" {' '.join(role.casefold().replace('-', ' ').split())} "
    return any(f" {office.replace('-', ' ')} " in words for office in _data()["offices"])


@cache
def _data() -> dict[str, list[str]]:
    data: dict[str, list[str]] = yaml.safe_load((vocab.schema_dir() / "offices.yaml").read_text(encoding="utf-8"))
    return data


def user_key() -> bytes:
    """Return the secret key of `$KG_PSEUDONYM_KEY`, else of the file that this user's first export makes.

    Raises GraphError where the file can neither be read nor written.
    """
    if given := os.environ.get(KEY_VARIABLE):
        return given.encode()
    path = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "kg" / "pseudonym.key"
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
        return path.read_bytes().strip()
    except OSError as error:
        raise GraphError(
            f"{path}: cannot keep the key for pseudonyms ({error.strerror}); set {KEY_VARIABLE} to a secret text"
        ) from error


def _iri(term: Any) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
