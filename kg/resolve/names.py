"""When two names are written differently and still are one: case, accents, legal forms, spelling, initials."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from kg.vocab import legal_forms


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


LEGAL = legal_forms()
"""Words at the end of a name that say only what kind of legal person it is."""

DESIGNATORS = words("group holdings holding technologies technology international global systems labs")
"""Words at the end of a company's name that people leave out; alone they prove nothing."""

GENERIC = words(
    """agency alliance association board bureau campaign city coalition collective commission committee company council
    county court department district employees federation government group guild labor local ministry movement national
    network of office party police public school state students union united university workers and for the"""
)
"""A name made of these words only belongs to many."""

_SPELLINGS = {
    "labour": "labor",
    "organisation": "organization",
    "centre": "center",
    "programme": "program",
    "defence": "defense",
    "theatre": "theater",
    "saint": "st",
    "and": "&",
}
_SMALL = words("of the for and in on to & de la du des der die das")
_HONORIFICS = words("mr mrs ms dr prof professor sir dame jr sr ii iii senator rep judge")


@lru_cache(maxsize=100_000)
def fold(name: str) -> str:
    """Return the form under which equal names meet: no case, accents, article, punctuation, possessive, legal form."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    plain = re.sub(r"['’]s?\b|(?<=\b\w)\.(?=\w\b|\s|$)", "", plain)
    words = [_SPELLINGS.get(word, word) for word in re.findall(r"[\w&]+", plain)]
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    while len(words) > 1 and words[-1] in LEGAL:
        words = words[:-1]
    return " ".join(words)


def squeezed(name: str) -> str:
    """Return the folded name without spaces ("Deliver Eats", "DeliverEats")."""
    return fold(name).replace(" ", "")


def generic(name: str) -> bool:
    """Tell whether the name says only what kind of body it is ("City Council", "Workers United")."""
    return all(word in GENERIC or word == "&" for word in fold(name).split())


def stem(name: str) -> str:
    """Return the folded name without closing designators ("Foodly Group" -> "foodly")."""
    words = fold(name).split()
    while len(words) > 1 and words[-1] in DESIGNATORS:
        words = words[:-1]
    return " ".join(words)


def singular(name: str) -> str:
    """Return the folded name without plural endings ("Consumers' League" -> "consumer league")."""
    return " ".join(word[:-1] if len(word) > 3 and word[-1] == "s" != word[-2] else word for word in fold(name).split())


_PROPER = re.compile(r"[^\W\d_a-z][\w&.'’-]*(?:\s+(?:of|the|for|and|de|la|[^\W\d_a-z][\w&.'’-]*))*")


def proper(text: str) -> frozenset[str]:
    """Return the folded runs of up to four capitalised words of a text, each with all runs that it holds."""
    found = set()
    for match in _PROPER.finditer(text):
        run = fold(match[0]).split()
        for start in range(len(run)):
            found |= {" ".join(run[start:end]) for end in range(start + 1, min(len(run), start + 4) + 1)}
    return frozenset(found)


def is_acronym(name: str) -> bool:
    """Tell whether a name is written as an acronym: 2 to 8 capitals, perhaps with dots or an ampersand."""
    letters = name.replace(".", "").replace("&", "")
    return 2 <= len(letters) <= 8 and letters.isalpha() and letters.isupper()


def initials(name: str) -> frozenset[str]:
    """Return the acronyms that a name of at least three words can have, with and without its small words."""
    words = fold(name).split()
    full = [word for word in words if word not in _SMALL]
    if len(full) < 3:
        return frozenset()
    return frozenset({"".join(w[0] for w in full), "".join(w[0] for w in words if w != "&")})


def person_parts(name: str) -> tuple[str, ...]:
    """Return the folded parts of a personal name without titles and middle initials ("Dr. Ada M. Reyes")."""
    parts = [word for word in fold(name).split() if word not in _HONORIFICS]
    inner = [word for word in parts[1:-1] if len(word) > 1]
    return (parts[0], *inner, parts[-1]) if len(parts) > 1 else tuple(parts)


def same_given(left: str, right: str) -> bool:
    """Tell whether two given names can be one: equal, an initial, or a short form of three letters or more."""
    short, long = sorted((left, right), key=len)
    return long.startswith(short) and (len(short) == 1 or len(short) >= 3)
