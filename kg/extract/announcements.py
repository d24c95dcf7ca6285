"""Reads contract announcements in the style of the US defence department: one paragraph, one award.

"<Company>, <city>, <state> (<number>), has been awarded a $<amount> ... contract (<number>) for <subject>. ...
<Agency>, <place>, is the contracting activity." The style is fixed by regulation (DFARS 205.303), so it is read by its
own small grammar; a parser trained on prose stumbles over it. Its words are data: `schema/announcements.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import NamedTuple

from kg.extract import data, money, numbers, times
from kg.extract.candidates import Candidate, EventMention, Phrase, Span
from kg.extract.frames import FrameSet
from kg.extract.mentions import Scene
from kg.model import Money
from kg.vocab import legal_forms

FRAME, WORDS = "contract.announcement", "announcements"
WRAPPED = (50, 150)
"""The fewest and the most code points of a line that a fixed page width broke off."""

_SENTENCE_END = (
    r"(?<!\bInc)(?<!\bCorp)(?<!\bCo)(?<!\bLtd)(?<!\b[A-Z])(?<!\bSt)(?<!\bFt)(?<!\bNo)(?<!\bU\.S)"
    r"(?<!\bJan)(?<!\bFeb)(?<!\bAug)(?<!\bSept)(?<!\bOct)(?<!\bNov)(?<!\bDec)\.(?=\s|$)"
)
_DAY = r"[A-Z][a-z]{2,8}\.?\s\d{1,2}(?:,\s\d{4})?"
_PART = r"(?:[^\n.;]|\b[A-Z]\.(?:[A-Z]\.)?|\b(?:St|Ft)\.|\b[A-Z][a-z]{1,4}\.(?=,))*?"
_NUMBER = re.compile(
    r"""\b(?:
      [A-Z][A-Z0-9]{4,5}-\d{2}-[A-Z9]-[A-Z0-9]{4,5}       # W912HY-24-C-0002
    | [A-Z]{1,3}\d[A-Z0-9]{3,6}\d{2}[A-Z][A-Z0-9]{4,5}    # N0001923F0002
    | (?=[A-Z0-9]*\d{4})[A-Z]{1,3}[A-Z0-9]{9,14}          # N00042119D0060
    | \d{2}[A-Z][A-Z0-9]{3,5}\d{2}[A-Z]\d{4,8}            # 47QTCA21D0044
    | GS-?\d{2}[A-Z]-?\d{3,4}[A-Z]{1,2}                   # GS-35F-0119Y
    )\b""",
    re.VERBOSE,
)
_SOLICITATION = re.compile(r"[A-Z0-9]{6}-\d{2}-[BQRST]-")  # what FAR 4.1603 numbers so is no contract
_AWARDED_ON = re.compile(rf"\(\s*[Aa]warded (?:on )?([^()]+?)\s*\)|\bawarded on ({_DAY})")
_CHANGED = re.compile(r"\bmodifications?\b|\bexercis(?:e|es|ing)\b(?! of)")
_ALSO = re.compile(r"\s+\(([A-Z][A-Za-z&]{1,9})\)$")
_ANOTHER_NAME = re.compile(
    r"\s+(?:doing business as|d\.?/?b\.?/?a\.?|formerly|trading as)\s.*$|(?<=\.)\s+of\s+[A-Z].*$", re.DOTALL
)
_NEXT_COMPANY = re.compile(r";|(?<=\)),\s+(?=(?:and\s+)?[A-Z])|,\s+(?=and\s+[A-Z])")

_COUNTED = re.compile(r"^(?:[A-Z][a-z-]+|\d+)\s+(?:small businesses|companies|contractors|firms|vendors|businesses)\b")
_AWARDEES = re.compile(
    r"\b(?:awardees?|companies|contractors|firms|vendors)\s(?:are|is|include):?\s+"
    rf"(?P<who>[A-Z][^\n]+?){_SENTENCE_END}"
)
"""Who they are where an award names only their number ("Six companies have been awarded")."""

# ---- what is bought
_GOODS = r"(?:[^,.;]|\.(?=\w)|\bU\.S\.)+"
_ARTICLE = r"(?:(?:the|an?)\s+)?"
_FOR = re.compile(
    rf"\bfor\s+{_ARTICLE}"
    rf"(?:Foreign Military Sales\s+(?:\([^)]*\)\s+)?(?:to\s+(?:the\s+)?[A-Z][^.;]*?\s+)?(?:of|for)\s+{_ARTICLE})?"
    r"(?:(?:procurement|purchase|production|delivery|acquisition)\s+(?:and [a-z]+ )?of\s+)?"
    rf"(?P<s>{_GOODS}"
    r"(?:, (?!(?:[a-z]+ed|with|which|under|as|in|at|for|to|by|increasing|raising|bringing)\b)[^.;]*? and [^,.;]+)?)"
)
_TO = re.compile(
    r"\b(?:contract|agreement|order|action|modification|\)|[\d,]{5,}|-[A-Z\d]{4,5})\s+to\s+(?:"
    rf"(?:provide|furnish|supply|deliver|procure|purchase|acquire|produce)\s+(?:for\s+|additional\s+)?{_ARTICLE}(?P<goods>{_GOODS})"
    rf"|(?P<deed>(?!(?:exercise|previously|contract|order|the|an?|task|delivery|purchase|basic)\b)[a-z]+\s{_GOODS}))"
)
_LATER = re.compile(
    r"(?:provides?(?:\s+for)?|to provide(?: for)?"
    r"|will (?:provide|deliver|supply|furnish|perform|develop|produce)|to procure|for the procurement of|for)\s+"
    rf"(?:the\s+|continued\s+|additional\s+)*(?P<s>{_GOODS})"
)
_ASIDE = re.compile(r"\b(?:orders?|contracts?|modification|agreement|action|options?|periods?)\b")
_TAIL = re.compile(
    r"\s+(?:to include|in support of|in accordance|to support|with (?:a|an|four|one|two|three|no)\b"
    r"|located|for the (?:governments?|[Nn]avy|[Aa]rmy|[Aa]ir [Ff]orce|[Mm]arine [Cc]orps)"
    r"|(?:and\s+)?(?:issued|awarded|announced)\s+(?:against|under|by|on|[A-Z])"
    r"|associated with|that|which|under|necessary|at)\b.*$"
)


class _Award(NamedTuple):
    """Half-open offsets in a paragraph: the companies with their places, what they get, and both as one stretch."""

    who: Span
    what: Span
    whole: Span


@cache
def _award_pattern() -> re.Pattern[str]:
    lists = data.load(WORDS)
    return re.compile(
        r"(?P<who>[^\n]{3,3000}?),?\s+(?:"
        r"(?:is|are|was|were|has|have)\s+(?:each\s+|all\s+|both\s+)?(?:been\s+|being\s+)?(?:each\s+)?"
        rf"{numbers.either(lists['passive'])}\s+(?:on\s+{_DAY},?\s+)?"
        r"(?P<passive>(?:(?!(?:in|on|to|by|for|at|with|under)\b)[a-z]|\$|[A-Z](?=[a-z]+ [A-Z]))"
        rf"[^\n]*?){_SENTENCE_END}"
        rf"|{numbers.either(lists['active'])}\s+(?P<active>(?:an?\s[^\n]{{0,60}}?\$|\$)[^\n]*?){_SENTENCE_END}"
        rf"|{numbers.either(lists['joining'])}\s+(?P<joined>(?:an?|the)\s[^\n]*?){_SENTENCE_END})"
    )


@cache
def _notice_pattern() -> re.Pattern[str]:
    """Return the pattern of "CORRECTION: The $5 million contract announced on May 1 for <company>, <place>, ..."."""
    return re.compile(
        r"(?:[A-Z][A-Z’' ]{3,20}:\s*)?"
        r"(?P<what>(?:The|An?)\s[^\n.]{0,200}?\b(?:contract|modification|order|agreement)s?\b[^\n.]{0,60}?\b(?:announced|awarded)\s(?:on\s)?[^\n]{0,30}?)"
        rf"\b(?:for|to)\s+(?P<who>[A-Z][^\n]{{3,2000}}?),?\s+(?:was|were|has|had|should|is|did|included|contained|listed)\b"
        rf"[^\n]*?{_SENTENCE_END}"
    )


@cache
def _office_pattern() -> re.Pattern[str]:
    lists = data.load(WORDS)
    return re.compile(
        rf"(?:(?i:{numbers.either(lists['office_after'])})\s(?P<after>[^\n]+?)"
        rf"|(?:(?<=\.\ )|(?<=\)\ )|^)(?P<before>{_PART}),?\s{numbers.either(lists['office_before'])}\b[^\n.]*?)"
        rf"{_SENTENCE_END}"
    )


_ABBREVIATED = 4
"""Legal forms of at most so many letters may have dots between them."""


@cache
def _suffixes() -> str:
    """Return the pattern of what may end a company's name, with or without dots ("LLC", "L.L.C."), in any case."""
    forms = sorted(legal_forms(), key=len, reverse=True)
    dotted = "|".join(r"\.?".join(form) if len(form) <= _ABBREVIATED else form for form in forms)
    return rf"(?i:{dotted}|{numbers.either(data.words(WORDS, 'suffixes'))})"


@cache
def _legal() -> re.Pattern[str]:
    return re.compile(rf"^{_suffixes()}\b\.?\*{{0,2}}$", re.IGNORECASE)


@cache
def _company_end() -> re.Pattern[str]:
    ends = numbers.either(data.words(WORDS, "company_ends"))
    return re.compile(rf"^[A-Z].*\b(?:{_suffixes()}|{ends})\.?\*{{0,2}}$")


@cache
def _office_name() -> re.Pattern[str]:
    """Return the pattern of an office's name, with "Conversion, and Repair" or a part after a comma."""
    parts = numbers.either(data.words(WORDS, "office_parts"))
    return re.compile(
        r"(?:[Tt]he )?(?P<n>(?:(?!\sat\s)[^,(])+(?:,\s[A-Z][\w-]+,\sand\s[A-Z][\w-]+)?"
        rf"(?:,\s(?:[A-Z][\w&-]*\s)*{parts}(?=\s*(?:[,(]|$)))?)"
    )


def paragraphs(text: str) -> list[Span]:
    """Return the paragraphs of a chunk's text that announce an award, as half-open offsets."""
    return [
        (start, end)
        for start, end in _blocks(text)
        if ("contract" in (block := _one_line(text[start:end])) or "award" in block) and _award(block) is not None
    ]


def _blocks(text: str) -> Iterator[Span]:
    """Yield the lines of a text; those between blank lines together where all but the last are of a page's width."""
    for run in re.finditer(r"[^\n]+(?:\n[^\n]+)*", text):
        lines = [m.span() for m in re.finditer(r"[^\n]+", run[0])]
        if len(lines) > 1 and all(WRAPPED[0] <= end - start <= WRAPPED[1] for start, end in lines[:-1]):
            yield run.span()
        else:
            yield from ((run.start() + start, run.start() + end) for start, end in lines)


def _one_line(block: str) -> str:
    return block.replace("\n", " ")


def _award(block: str) -> _Award | None:
    """Return who gets what where the paragraph names the contracting office, or adds to a numbered contract."""
    official = "contracting" in block and _office_pattern().search(block) is not None
    numbered = _NUMBER.search(block) is not None
    if not official and not numbered:
        return None
    if found := _notice_pattern().match(block):
        return _Award(found.span("who"), found.span("what"), found.span())
    found = _award_pattern().match(block)
    if found is None:
        return None
    told = next(name for name in ("passive", "active", "joined") if found[name] is not None)
    named = bool(_companies(found["who"], 0))
    if not named or not (official or told == "joined" or (told == "passive" and "$" in found["passive"])):
        return None
    return _Award(found.span("who"), found.span(told), found.span())


def read(scene: Scene, block: Span, frames: FrameSet, anchor: date | None) -> list[EventMention]:
    """Return the contract that one announcement paragraph reports."""
    text = _one_line(scene.doc.text[block[0] : block[1]])
    base = scene.chunk.offset + block[0]
    award = _award(text)
    if award is None:
        return []
    mention = EventMention(
        frame=frames.frame(FRAME),
        trigger=(base + award.what[0], base + award.what[1]),
        words="awarded",
        sentence=(base + award.whole[0], base + award.whole[1]),
        token=0,
        status="modified" if _CHANGED.search(text[slice(*award.what)][:220]) else "awarded",
    )
    who = award.who
    if _COUNTED.match(text[slice(*who)]) and (told := _AWARDEES.search(text, award.whole[1])):
        who = told.span("who")
    _suppliers(scene, mention, text[slice(*who)], base + who[0])
    _buyer(scene, mention, text, base)
    _value(mention, text, award)
    _numbers_and_day(mention, text, base, anchor)
    _subject(scene, mention, text, award, base)
    return [mention]


# ---- the parties ----------------------------------------------------------------------------


def _suppliers(scene: Scene, mention: EventMention, who: str, offset: int) -> None:
    universities = data.words(WORDS, "universities")
    for start, end in _companies(who, offset):
        full = scene.text[start:end]
        also = _ALSO.search(full)
        name = full[: also.start()] if also else full
        cls = "University" if any(word in name for word in universities) else "Company"
        referent = scene.discourse.name(name, cls, (start, start + len(name)))
        scene.enter_chars(referent, start, start + len(name))
        if also:
            scene.discourse.alias(referent, also[1], (start + also.start(1), start + also.end(1)))
        mention.add(Candidate("supplier", referent, mention.sentence, "supplier.announced", 0.95))


def _companies(who: str, offset: int) -> list[Span]:
    """Return the company names of "A Inc., City, State (n); B LLC, City, State": each before its place."""
    found: list[Span] = []
    for begin, part in _parts(who):
        pieces = [(m.start(), m.end()) for m in re.finditer(r"[^,]+", part)]
        if not pieces:
            continue
        start, end = pieces[0]
        taken = 1
        while taken < len(pieces) and _legal().match(part[slice(*pieces[taken])].strip()):
            end = pieces[taken][1]
            taken += 1
        found.append(_trimmed(part, start, end, offset + begin))
        if len(pieces) > taken + 1 and _is_second(part[slice(*pieces[0])], part[slice(*pieces[taken])].strip()):
            found.append(_trimmed(part, *pieces[taken], offset + begin))
    return [s for s in found if s[1] - s[0] > 2]


def _is_second(first: str, name: str) -> bool:
    """Return whether a second name is a company's, too, not a town: "Acme Corp., Acme Space" and "Hill & Sons"."""
    words, others = first.split(), name.split()
    kin = len(words) > 1 and len(others) > len(words) - 1 > 0 and others[: len(words) - 1] == words[:-1]
    return bool(_company_end().search(name)) or " & " in name or kin


def _parts(who: str) -> Iterator[tuple[int, str]]:
    """Yield the stretches that hold one company with its place each; those joined by commas only after a place."""
    start = 0
    for joint in _NEXT_COMPANY.finditer(who):
        if joint[0] == ";" or who.count(",", start, joint.start()) > 1:
            yield start, who[start : joint.start()]
            start = joint.end()
    yield start, who[start:]


def _trimmed(text: str, start: int, end: int, offset: int) -> Span:
    lead = re.match(r"(?:[A-Z]{4,}:)?[\s*]*(?:and\s+)?", text[start:end])
    start += lead.end() if lead else 0
    if other := _ANOTHER_NAME.search(text[start:end]):
        end = start + other.start()
    while end > start and text[end - 1] in " *\t":
        end -= 1
    return offset + start, offset + end


def _buyer(scene: Scene, mention: EventMention, text: str, base: int) -> None:
    office = _office_pattern().search(text)
    if office is None:
        return
    group = "after" if office["after"] else "before"
    name = _office_name().match(office[group])
    if name is None:
        return
    start = base + office.start(group) + name.start("n")
    span = (start, start + len(name["n"].rstrip()))
    referent = scene.discourse.name(scene.text[span[0] : span[1]], "GovernmentBody", span)
    scene.enter_chars(referent, *span)
    evidence = (base + office.start(), base + office.end())
    mention.add(Candidate("buyer", referent, evidence, "buyer.announced", 0.95))


# ---- amount, numbers, day -------------------------------------------------------------------


def _value(mention: EventMention, text: str, award: _Award) -> None:
    amounts = money.find(text[slice(*award.what)]) or money.find(text[slice(*award.who)])
    if amounts:
        what = text[slice(*award.what)]
        own = [a for a in amounts if not what[: a.start].endswith((" from ", " to "))]
        headline = _exact((own or amounts)[0].money)
        mention.add(Candidate("value", headline, mention.sentence, "value.announced", 0.95))
        return
    rest = text[award.whole[1] :]
    for sentence in re.split(r"\.\s", rest):
        lower = sentence.lower()
        if "$" in sentence and any(w in lower for w in data.words(WORDS, "totals")):
            if any(w in lower for w in data.words(WORDS, "other_amounts")):
                continue
            for amount in money.find(sentence)[:1]:
                mention.add(Candidate("value", amount.money, mention.sentence, "value.total", 0.8))
            return


def _exact(amount: Money) -> Money:
    """Return an "estimated" amount as the one that it is: the award's own figure, not a guess of the text."""
    if amount.qualifier != "about" or amount.value is None:
        return amount
    return replace(amount, qualifier="exact", minimum=amount.value, maximum=amount.value)


def _numbers_and_day(mention: EventMention, text: str, base: int, anchor: date | None) -> None:
    for number in _NUMBER.finditer(text):
        asked = text[: number.start()].rstrip(" (").endswith(("solicitation", "solicitation number"))
        if asked or _SOLICITATION.match(number[0]):
            continue
        span = (base + number.start(), base + number.end())
        mention.add(Candidate("identifier", Phrase(number[0], span), span, "identifier.number", 0.95))
    if on := _AWARDED_ON.search(text):
        for match in times.find(on[1] or on[2], anchor)[:1]:
            if resolved := times.resolve(match, anchor, future=False):
                mention.add(Candidate("when", resolved, (base + on.start(), base + on.end()), "when.announced", 0.95))


# ---- what is bought -------------------------------------------------------------------------


def _subject(scene: Scene, mention: EventMention, text: str, award: _Award, base: int) -> None:
    what, rest = text[slice(*award.what)], text[award.whole[1] : award.whole[1] + 600]
    start, found = award.what[0], _goods(what)
    if found is None:
        later = next((m for m in _LATER.finditer(rest) if _is_goods(m["s"])), None)
        start, found = award.whole[1], later.span("s") if later else None
    if found is None:
        return
    words = _TAIL.sub("", text[start + found[0] : start + found[1]]).rstrip()
    begin = base + start + found[0]
    span = (begin, begin + len(words))
    if words:
        phrase = Phrase(scene.text[span[0] : span[1]], span)
        mention.add(Candidate("subject", phrase, mention.sentence, "subject.announced", 0.85))


def _goods(what: str) -> Span | None:
    """Return where an award tells what it is for or is to do: the lamps of "an order under a contract for lamps"."""
    aside, at = None, 0
    while found := _FOR.search(what, at):
        at = found.start("s")
        if not _is_goods(found["s"]):
            continue
        if not _ASIDE.search(found["s"]):
            return found.span("s")
        aside = aside or (found.span("s") if "option" not in found["s"] else None)
    if done := _TO.search(what):
        return done.span("goods") if done["goods"] else done.span("deed")
    return aside


def _is_goods(words: str) -> bool:
    lower = words.lower()
    if lower.startswith(("$", "a maximum", "a period", "more information")):
        return False
    return not _users().match(lower)


@cache
def _users() -> re.Pattern[str]:
    """Return the pattern of those for whom something is bought, unless they stand before it ("Navy radar sets")."""
    users, closing = (numbers.either(data.words(WORDS, name)) for name in ("users", "users_end"))
    return re.compile(rf"(?:the\s+)?{users}\b(?!\s(?!{closing}\b)[a-z])")
