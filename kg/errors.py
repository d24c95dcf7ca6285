"""The one error tree: every failure that a user can meet, each with its exit status."""

from __future__ import annotations


class KgError(Exception):
    """Base of all errors of this package; the message names the input, the fault and the remedy."""

    exit_status = 3


class UsageError(KgError):
    """The call itself is wrong: a missing path, an unknown name, two options that exclude each other."""

    exit_status = 2


class DocumentError(KgError):
    """One source cannot be read; the others go on. `source` names it, `reason` and `remedy` explain."""

    exit_status = 1

    def __init__(self, source: str, reason: str, remedy: str) -> None:
        super().__init__(f"{source}: {reason}; {remedy}")
        self.source, self.reason, self.remedy = source, reason, remedy


class ModelError(UsageError):
    """The language model that was asked for is not installed."""


class SchemaError(KgError):
    """A file under `schema/` (frames, names, queries, ontology) is malformed."""


class GraphError(KgError):
    """A graph cannot be opened, read or written."""


class QueryError(UsageError):
    """A SPARQL query is malformed, names an unknown saved query, or lacks a parameter."""


class QueryTimeoutError(KgError):
    """A query ran longer than its time limit and was stopped."""
