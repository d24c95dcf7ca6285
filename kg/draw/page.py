"""The self-contained HTML file: templates, the vis-network that pyvis ships, data and a Content-Security-Policy."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from functools import cache
from importlib.resources import files

from kg.errors import KgError

SCRIPTS = (
    "kinds.js",
    "data.js",
    "filters.js",
    "canvas.js",
    "graph.js",
    "panel.js",
    "tables.js",
    "timeline.js",
    "main.js",
)
"""The page's own scripts in the order in which they run, all inside one function scope."""


def render(payload: object, title: str) -> str:
    """Return the page that shows `payload` (JSON-serialisable) under `title`; it asks the network for nothing."""
    style = _read("style.css")
    library = vis_network()
    script = '(() => {\n"use strict";\n' + "\n".join(_read(name) for name in SCRIPTS) + "\n})();\n"
    policy = (
        f"default-src 'none'; script-src {_hash(library)} {_hash(script)}; style-src {_hash(style)}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    parts = {
        "policy": policy,
        "title": html.escape(title),
        "style": style,
        "data": embed_json(payload),
        "library": library,
        "script": script,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], _read("page.html"))


def embed_json(payload: object) -> str:
    """Return `payload` as JSON that no HTML or JavaScript parser can read as anything else, whatever texts it holds."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), default=str)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


@cache
def vis_network() -> str:
    """Return the newest vis-network library that the installed pyvis ships, fit for a script element.

    Raises KgError if pyvis ships none.
    """
    found = sorted((files("pyvis") / "templates" / "lib").glob("vis-*/vis-network.min.js"))  # type: ignore[attr-defined]
    if not found:
        raise KgError("pyvis: its vis-network.min.js is missing; reinstall pyvis (pip install --force-reinstall pyvis)")
    text = found[-1].read_text(encoding="utf-8").replace("\r\n", "\n")
    text = re.sub(r"^//# sourceMappingURL=.*$", "", text, flags=re.MULTILINE)
    return re.sub(r"</(script)", r"<\\/\1", text, flags=re.IGNORECASE)


def _read(name: str) -> str:
    return (files(__package__) / "page" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"
