"""Reads the YAML files of `schema/` that hold what extraction knows about English; cached, never written to."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from kg.errors import SchemaError
from kg.vocab import schema_dir

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The loader written in C, where the library was built with it."""


@cache
def load(name: str) -> Any:
    """Return the content of `schema/<name>.yaml`. Raises SchemaError, naming file and line, where it is malformed."""
    path = schema_dir() / f"{name}.yaml"
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _LOADER)
    except (yaml.YAMLError, OSError) as error:
        raise SchemaError(f"{path}: {error}; mend the file or reinstall the package") from error


@cache
def words(name: str, *keys: str) -> frozenset[str]:
    """Return the list of words under `keys` of `schema/<name>.yaml` as a set of strings."""
    content = load(name)
    for key in keys:
        content = content[key]
    return frozenset(str(word) for word in content)
