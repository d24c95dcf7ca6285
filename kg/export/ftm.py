"""Writes a graph as FollowTheMoney entities, one JSON object a line, with the documents that prove them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from kg import vocab
from kg.facts import ACTIONS, Fact, Index, Source, facts, sources
from kg.model import content_hash
from kg.store import Store

_SCHEMATA = {
    "Person": "Person",
    "Company": "Company",
    "GovernmentBody": "PublicBody",
    "Collective": "LegalEntity",
    "Actor": "LegalEntity",
    "Technology": "Asset",
    "Contract": "Contract",
}
_EVENTS = ACTIONS | {"PublicStatement"}
_ORGANIZATIONS = frozenset({"Organization", "CivilSocietyGroup", "Union", "NewsOutlet", "University"})
_LEGAL = _ORGANIZATIONS | {"Person", "Company", "GovernmentBody", "Collective", "Actor"}
_ROLES = ("cag:organizer", "cag:participant", "cag:signatory", "cag:target", "cag:addressee", "cag:speaker")
_LINKS = ("cag:concerns", "cag:inResponseTo", "cag:supports", "cag:opposes", "cag:supplies", "cag:covers",
          "org:subOrganizationOf")  # fmt: skip
_SAFE = re.compile(r"[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?")

Properties = dict[str, Iterable[str]]


def ftm(store: Store) -> bytes:
    """Return the entities and links, sorted by id; a link's `summary` and an entity's `notes` hold the quotes.

    Actions and public statements are events, places and causes texts of theirs. A role is a link of the schema
    `UnknownLink`, because FollowTheMoney has none for protests; contracts have `ContractAward`, offices `Membership`.
    """
    writer = _Writer(store)
    entities = {entity["id"]: entity for entity in writer.entities()}
    lines = [json.dumps(entities[key], ensure_ascii=False, sort_keys=True) for key in sorted(entities)]
    return "".join(f"{line}\n" for line in lines).encode()


def _id(iri: str) -> str:
    local = iri.removeprefix(vocab.ID_BASE).replace("/", "-").replace("_", "-")
    return local if _SAFE.fullmatch(local) else f"kg-{content_hash(iri, length=20)}"


class _Writer:
    def __init__(self, store: Store) -> None:
        self._known = Index(store)
        self._sources = sources(store)
        self._nodes = {node: self._known.class_of(node) for node in self._known.things()}
        self._facts: dict[tuple[str, str, str], list[Fact]] = {}
        self._about: dict[str, list[Fact]] = {}
        for fact in facts(store):
            if fact.factuality != "negated":
                self._facts.setdefault((fact.subject, fact.predicate, fact.object), []).append(fact)
                self._about.setdefault(fact.subject, []).append(fact)

    def entities(self) -> Iterator[dict[str, Any]]:
        for source in self._sources.values():
            yield self._document(source)
        for node, cls in self._nodes.items():
            if schema := self._schema(cls):
                yield self._thing(node, schema)
                yield from self._links(node, cls)
        yield from self._memberships()

    def _schema(self, cls: str) -> str:
        if cls in _EVENTS:
            return "Event"
        return "Organization" if cls in _ORGANIZATIONS else _SCHEMATA.get(cls, "")

    def _document(self, source: Source) -> dict[str, Any]:
        known = self._known
        return _entity(source.iri, "Article", {
            "fileName": [source.id], "title": [source.title or source.id], "name": [source.title or source.id],
            "sourceUrl": [source.url], "publishedAt": [source.date], "publisher": [source.publisher],
            "author": known.all(source.iri, "schema:author"),
        })  # fmt: skip

    def _thing(self, node: str, schema: str) -> dict[str, Any]:
        known, name = self._known, self._known.label(node)
        found: Properties = {
            "name": [name],
            "alias": known.all(node, "skos:altLabel"),
            **self._proof(self._about.get(node, [])),
        }
        found["wikidataId"] = [iri.rpartition("/")[2] for iri in known.all(node, "owl:sameAs") if "wikidata" in iri]
        if schema == "Event":
            found |= self._event(node)
        elif schema == "Contract":
            found |= self._contract(node, name)
        elif self._nodes[node] in _LEGAL and self._nodes[node] != "Person":
            found["classification"] = [self._nodes[node]]
            found["parent"] = (
                map(_id, self._of_kind(known.all(node, "org:subOrganizationOf"), _LEGAL))
                if schema != "LegalEntity"
                else []
            )
        return _entity(node, schema, found)

    def _event(self, node: str) -> Properties:
        known = self._known
        words = [self._nodes[node], *map(_local, (*known.all(node, "cag:form"), *known.all(node, "cag:status")))]
        causes = [known.label(thing) for thing in self._of_kind(known.all(node, "cag:concerns"), {"Cause"})]
        parties = {actor for role in _ROLES if role != "cag:organizer" for actor in known.all(node, role)}
        return {
            "date": known.all(node, "schema:startDate"),
            "organizer": map(_id, self._of_kind(known.all(node, "cag:organizer"), _LEGAL)),
            "involved": map(_id, self._of_kind(parties, _LEGAL)),
            "location": map(known.label, known.all(node, "cag:place")),
            "keywords": [*words, *causes],
            "summary": [
                *(f"demands: {known.label(demand)}" for demand in known.all(node, "cag:demands")),
                *(f"size: {known.label(size)}" for size in known.all(node, "cag:size")),
                *known.all(node, "cag:quotation"),
            ],
        }

    def _contract(self, node: str, name: str) -> Properties:
        known = self._known
        return {
            "title": [name],
            "authority": map(_id, self._of_kind(known.all(node, "cag:buyer"), _LEGAL)),
            "contractDate": known.all(node, "schema:startDate"),
            "status": map(_local, known.all(node, "cag:status")),
            "description": known.all(node, "cag:subject"),
            "noticeId": known.all(node, "schema:identifier"),
            **self._amount(node),
        }

    def _amount(self, contract: str) -> Properties:
        known = self._known
        values = known.all(contract, "cag:contractValue")
        return {
            "amount": [amount for value in values for amount in known.all(value, "schema:value")],
            "currency": [currency for value in values for currency in known.all(value, "schema:currency")],
        }

    def _links(self, node: str, cls: str) -> Iterator[dict[str, Any]]:
        known = self._known
        for predicate in _ROLES:
            for actor in self._of_kind(known.all(node, predicate), _LEGAL):
                yield self._link(actor, node, predicate, (node, predicate, actor))
        for predicate in _LINKS:
            for other in known.all(node, predicate):
                if self._schema(self._nodes.get(other, "")):
                    yield self._link(node, other, predicate, (node, predicate, other))
        if cls == "Contract":
            yield from self._awards(node)
        for organization in self._of_kind(
            known.all(node, "cag:memberAffiliation"), _LEGAL - {"Person", "Collective", "Actor"}
        ):
            key = (node, "cag:memberAffiliation", organization)
            yield self._member(node, organization, [], self._facts.get(key, []))

    def _link(self, left: str, right: str, predicate: str, key: tuple[str, str, str]) -> dict[str, Any]:
        found: Properties = {"subject": [_id(left)], "object": [_id(right)], "role": [_local(predicate)]}
        found["date"] = self._known.all(key[0], "schema:startDate") if key[0] in self._nodes else []
        return _entity(
            f"link-{content_hash(*key, length=20)}", "UnknownLink", {**found, **self._said(self._facts.get(key, []))}
        )

    def _awards(self, contract: str) -> Iterator[dict[str, Any]]:
        for supplier in self._of_kind(self._known.all(contract, "cag:supplier"), _LEGAL):
            key = (contract, "cag:supplier", supplier)
            found: Properties = {"contract": [_id(contract)], "supplier": [_id(supplier)], **self._amount(contract)}
            found["date"] = self._known.all(contract, "schema:startDate")
            yield _entity(
                f"award-{content_hash(*key, length=20)}",
                "ContractAward",
                {**found, **self._said(self._facts.get(key, []))},
            )

    def _memberships(self) -> Iterator[dict[str, Any]]:
        known, done = self._known, set()
        organizations = _LEGAL - {"Person", "Collective", "Actor"}
        for node in known.subjects("org:member"):
            for member in self._of_kind(known.all(node, "org:member"), _LEGAL):
                for organization in self._of_kind(known.all(node, "org:organization"), organizations):
                    done.add((member, organization))
                    yield self._member(member, organization, known.all(node, "org:role"), self._about.get(node, []))
        for member in known.subjects("org:memberOf"):
            for organization in self._of_kind(known.all(member, "org:memberOf"), organizations):
                if member in self._nodes and (member, organization) not in done:
                    yield self._member(
                        member, organization, [], self._facts.get((member, "org:memberOf", organization), [])
                    )

    def _member(self, member: str, organization: str, roles: list[str], said: list[Fact]) -> dict[str, Any]:
        key = f"member-{content_hash(member, organization, sorted(roles), length=20)}"
        ends: Properties = {"member": [_id(member)], "organization": [_id(organization)], "role": roles}
        return _entity(key, "Membership", {**ends, **self._said(said)})

    def _of_kind(self, nodes: Iterable[str], classes: Iterable[str]) -> list[str]:
        return sorted(node for node in nodes if self._nodes.get(node, "") in classes)

    def _proof(self, said: list[Fact]) -> Properties:
        return {"proof": [_id(fact.source.iri) for fact in said], "notes": [fact.quote for fact in said]}

    def _said(self, said: list[Fact]) -> Properties:
        return {"proof": [_id(fact.source.iri) for fact in said], "summary": [fact.quote for fact in said]}


def _entity(iri: str, schema: str, found: Properties) -> dict[str, Any]:
    properties = {name: sorted({text for value in values if (text := _clean(value))}) for name, values in found.items()}
    return {
        "id": _id(iri),
        "schema": schema,
        "properties": {name: values for name, values in properties.items() if values},
    }


def _clean(text: str) -> str:
    """FollowTheMoney takes no control characters and no space around a text."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text).strip()


def _local(term: str) -> str:
    return term.replace("#", "/").replace(":", "/").rpartition("/")[2]
