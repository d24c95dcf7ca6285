"""Reads contract announcements in the style of the US defence department: one paragraph, one award.

"<Company>, <city>, <state> (<number>), has been awarded a $<amount> ... contract (<number>) for <subject>. ...
<Agency>, <place>, is the contracting activity." The style is fixed by regulation (DFARS 205.303), so it is read by its
own small grammar; a parser trained on prose stumbles over it.
"""

from __future__ import annotations

import re
from datetime import date

from kg.extract import money, times
from kg.extract.candidates import Candidate, EventMention, Phrase, Span
from kg.extract.frames import FrameSet
from kg.extract.mentions import Scene

FRAME = "contract.announcement"
_SENTENCE_END = (
    r"(?<!\bInc)(?<!\bCorp)(?<!\bCo)(?<!\bLtd)(?<!\b[A-Z])(?<!\bSt)(?<!\bFt)(?<!\bNo)(?<!\bU\.S)"
    r"(?<!\bJan)(?<!\bFeb)(?<!\bAug)(?<!\bSept)(?<!\bOct)(?<!\bNov)(?<!\bDec)\.(?=\s|$)"
)
_AWARD = re.compile(
    r"(?P<who>[^\n]{3,3000}?),?\s+(?:"
    r"(?:is|are|was|were|has|have)\s+(?:each\s+|all\s+)?(?:been\s+|being\s+)?(?:each\s+)?awarded\s+"
    r"(?P<what>(?:(?!(?:in|on|to|by|for|at|with|under)\b)[a-z]|\$)"
    rf"[^\n]*?){_SENTENCE_END}"
    r"|(?:will\s+compete\s+for\s+each\s+order\s+of|(?:has|have)\s+been\s+added\s+as\s+(?:an\s+)?awardees?\s+(?:to|under|on))\s+"
    rf"(?P<joined>(?:an?|the)\s[^\n]*?){_SENTENCE_END})"
)
_PART = r"(?:[^\n.;]|\b[A-Z]\.(?:[A-Z]\.)?|\b(?:St|Ft)\.)*?"
_ACTIVITY = re.compile(
    rf"""
    (?: [Tt]he\ contracting\ (?:activity|agency|office)\ is\ (?P<after>[^\n]+?)
      | (?:(?<=\.\ )|(?<=\n)|^) (?P<before>{_PART}),?
        \ (?:is|are|serves\ as)\ the\ contracting\ (?:activity|agency|office)[^\n.]*?
    ){_SENTENCE_END}""",
    re.VERBOSE,
)
_NUMBER = re.compile(
    r"""\b(?:
      [A-Z][A-Z0-9]{4,5}-\d{2}-[A-Z]-[A-Z0-9]{4,5}        # W912HY-24-C-0002
    | [A-Z]{1,3}\d[A-Z0-9]{3,6}\d{2}[A-Z][A-Z0-9]{4,5}    # N0001923F0002
    | (?=[A-Z0-9]*\d{4})[A-Z]{1,3}[A-Z0-9]{9,14}          # N00042119D0060
    )\b""",
    re.VERBOSE,
)
_SUFFIXES = r"Inc|LLC|L\.L\.C|Corp|Corporation|Co|Company|Ltd|Limited|LP|L\.P|LLP|PLC|P\.C|N\.V|GmbH|JV|S\.A"
_LEGAL = re.compile(rf"^(?:{_SUFFIXES})\b\.?\*{{0,2}}$", re.I)
_COMPANY_END = re.compile(rf"(?:{_SUFFIXES}|Group|Systems|Industries|Services|Technologies)\.?\*{{0,2}}$")
_HINT = re.compile(r"\bawarde[de]|\bcompete for each order")
_AWARDED_ON = re.compile(r"\(\s*[Aa]warded (?:on )?([^()]+?)\s*\)")
_SUBJECT_LATER = re.compile(
    r"(?:provides? for|to provide(?: for)?|will (?:provide|deliver|supply|furnish|perform|develop|produce)|to procure"
    r"|for the procurement of|for)\s+"
    r"(?:the\s+|continued\s+|additional\s+)*(?P<s>[^,.;]+)"
)
_FOR = re.compile(
    r"\bfor\s+(?:(?:the|an?)\s+)?"
    r"(?:(?:procurement|purchase|production|delivery|acquisition)\s+(?:and [a-z]+ )?of\s+)?"
    r"(?P<s>[^,.;]+(?:, (?!issued|located|with|which|under|as)[^.;]*? and [^,.;]+)?)"
)
_NESTED = re.compile(r"[^,.;]*\b(?:order|contract|modification|agreement)\b[^,.;]*?\bfor\s+(?:(?:the|an?)\s+)?")
_TAIL = re.compile(
    r"\s+(?:to include|in support of|in accordance|to support|with (?:a|an|four|one|two|three|no)\b"
    r"|that|which|under|necessary|at)\b.*$"
)


def paragraphs(text: str) -> list[Span]:
    """Return the paragraphs of a chunk's text that announce an award, as half-open offsets."""
    found, start = [], 0
    for block in text.split("\n"):
        end = start + len(block)
        if _HINT.search(block) and (award := _AWARD.search(block)) and _is_official(block, award):
            found.append((start, end))
        start = end + 1
    return found


def _is_official(block: str, award: re.Match[str]) -> bool:
    """Return whether the paragraph names the contracting activity, or adds a company to a numbered contract."""
    if award["joined"] and _NUMBER.search(block):
        return True
    return "contracting" in block and _ACTIVITY.search(block) is not None


def read(scene: Scene, block: Span, frames: FrameSet, anchor: date | None) -> list[EventMention]:
    """Return the contract that one announcement paragraph reports."""
    text = scene.doc.text[block[0] : block[1]]
    base = scene.chunk.offset + block[0]
    award, activity = _AWARD.search(text), _ACTIVITY.search(text)
    if award is None:
        return []
    sentence = (base + award.start(), base + award.end())
    told = _told(award)
    mention = EventMention(
        frame=frames.frame(FRAME),
        trigger=(base + award.start(told), base + award.end(told)),
        words="awarded",
        sentence=sentence,
        token=0,
        status="modified" if re.search(r"\bmodification\b", award[told][:220]) else "awarded",
    )
    _suppliers(scene, mention, award, base)
    if activity is not None:
        _buyer(scene, mention, activity, base)
    _details(scene, mention, text, award, base, anchor)
    return [mention]


def _told(award: re.Match[str]) -> str:
    """Return the group that holds what was awarded."""
    return "what" if award["what"] is not None else "joined"


def _suppliers(scene: Scene, mention: EventMention, award: re.Match[str], base: int) -> None:
    for start, end in _companies(award["who"], award.start("who")):
        span = (base + start, base + end)
        referent = scene.discourse.name(scene.text[span[0] : span[1]], "Company", span)
        mention.add(Candidate("supplier", referent, mention.sentence, "supplier.announced", 0.95))


def _companies(who: str, offset: int) -> list[Span]:
    """Return the company names of "A Inc., City, State (n); B LLC, City, State": each before its place."""
    found: list[Span] = []
    for part in re.finditer(r"[^;]+", who):
        pieces = [(m.start(), m.end()) for m in re.finditer(r"[^,]+", part[0])]
        if not pieces:
            continue
        start, end = pieces[0]
        taken = 1
        while taken < len(pieces) and _LEGAL.match(part[0][slice(*pieces[taken])].strip()):
            end = pieces[taken][1]
            taken += 1
        found.append(_trimmed(part[0], start, end, offset + part.start()))
        if (
            taken < len(pieces)
            and len(pieces) > taken + 1
            and _COMPANY_END.search(part[0][slice(*pieces[taken])].strip())
        ):
            found.append(_trimmed(part[0], *pieces[taken], offset + part.start()))
    return [s for s in found if s[1] - s[0] > 2]


def _trimmed(text: str, start: int, end: int, offset: int) -> Span:
    lead = re.match(r"(?:[A-Z]{4,}:)?[\s*]*(?:and\s+)?", text[start:end])
    start += lead.end() if lead else 0
    while end > start and text[end - 1] in " *\t":
        end -= 1
    return offset + start, offset + end


def _buyer(scene: Scene, mention: EventMention, activity: re.Match[str], base: int) -> None:
    group = "after" if activity["after"] else "before"
    start, words = activity.start(group), activity[group]
    name = re.match(r"(?:[Tt]he )?(?P<n>[^,(]+)", words)
    if name is None:
        return
    span = (base + start + name.start("n"), base + start + name.start("n") + len(name["n"].rstrip()))
    referent = scene.discourse.name(scene.text[span[0] : span[1]], "GovernmentBody", span)
    evidence = (base + activity.start(), base + activity.end())
    mention.add(Candidate("buyer", referent, evidence, "buyer.announced", 0.95))


def _details(
    scene: Scene, mention: EventMention, text: str, award: re.Match[str], base: int, anchor: date | None
) -> None:
    amounts = money.find(award[_told(award)]) or money.find(award["who"])
    if amounts:
        mention.add(Candidate("value", amounts[0].money, mention.sentence, "value.announced", 0.95))
    for number in _NUMBER.finditer(text):
        if text[: number.start()].rstrip(" (").endswith(("solicitation", "solicitation number")):
            continue
        span = (base + number.start(), base + number.end())
        mention.add(Candidate("identifier", Phrase(number[0], span), span, "identifier.number", 0.95))
    if on := _AWARDED_ON.search(text):
        for match in times.find(on[1], anchor)[:1]:
            if resolved := times.resolve(match, anchor, future=False):
                mention.add(Candidate("when", resolved, (base + on.start(), base + on.end()), "when.announced", 0.95))
    _subject(scene, mention, text, award, base)


def _subject(scene: Scene, mention: EventMention, text: str, award: re.Match[str], base: int) -> None:
    told = _told(award)
    where, start = award[told], award.start(told)
    found = [m for m in _FOR.finditer(where) if "option" not in m["s"] and not m["s"].startswith(("$", "a maximum"))]
    if found:
        match = found[-1] if "option" in where else found[0]
    else:
        rest = text[award.end() : award.end() + 600]
        later = _SUBJECT_LATER.search(rest)
        if later is None:
            return
        match, start = later, award.end()
    nested = _NESTED.match(match["s"])
    skip = nested.end() if nested else 0
    words = _TAIL.sub("", match["s"][skip:]).rstrip()
    begin = base + start + match.start("s") + skip
    span = (begin, begin + len(words))
    if words:
        mention.add(
            Candidate(
                "subject", Phrase(scene.text[span[0] : span[1]], span), mention.sentence, "subject.announced", 0.85
            )
        )
