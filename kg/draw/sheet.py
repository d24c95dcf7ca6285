"""A picture for print: the same signs, colours and layout as the page, as SVG with a legend, or as PNG."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from kg.draw.payload import local, look, positions, radius
from kg.draw.select import Part
from kg.errors import KgError

FONT = "'DejaVu Sans', 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif"
INK, SOFT, RIM = "#1c2024", "#5d666f", "#3c4248"
SIZE, LINE = 13.0, 16.0
ASPECT = math.sqrt(2)
"""Width to height of a sheet of paper (ISO 216), lying."""

PNG_WIDTH = 3508
"""Pixels of an A4 sheet at 300 dots per inch."""

GONE = frozenset({"cancelled", "prevented", "withdrawn"})
TENTATIVE = frozenset({"planned", "threatened", "proposed", "bidding"})


@dataclass(frozen=True, slots=True)
class Sign:
    """A node as it is printed: centre and radius in drawing units."""

    label: str
    cls: str
    status: str
    detail: str
    x: float
    y: float
    r: float
    links: int

    @property
    def kind(self) -> dict[str, str]:
        """Return shape, colour and icon."""
        kinds: dict[str, dict[str, str]] = look()["kinds"]
        return kinds.get(self.cls, kinds["Other"])


Space = tuple[float, float, float, float]
"""Left, top, right and bottom of what is taken on the sheet."""


def as_svg(part: Part, title: str) -> str:
    """Return the drawn nodes of `part` that have a relation as an SVG document; it names no font file and no address.

    Nodes without any relation are counted in the line under the title, as is what was too much for the picture.
    """
    shown = part.network.subgraph(part.drawn)
    order = sorted(node for node in shown if shown.degree(node))
    if not order:
        order = sorted(shown)
    number = {node: index for index, node in enumerate(order)}
    links = sorted(
        (number[a], number[b], local(role)) for a, b, role in shown.edges(data="role", default="") if a in number
    )
    signs = _signs(shown, order, [(a, b) for a, b, _ in links])
    body = [*_edges(signs, links), *(_sign(sign) for sign in signs), *_labels(signs)]
    left, top, right, bottom = _frame(signs)
    alone, folded = len(shown) - len(order), len(part.folded) + sum(part.absent.values())
    notes = [f"{len(order)} nodes, {len(links)} relations"]
    notes += [f"{alone} without a relation are left out"] if alone else []
    notes += [f"{folded} with fewer relations are left out"] if folded else []
    kinds, roles = {sign.cls for sign in signs}, {role for _, _, role in links}
    legend, end = _legend(kinds, roles, left, bottom + 20, right - left)
    head = [_text(left, top - 52, title, 26, weight=700), _text(left, top - 24, "; ".join(notes), SIZE, fill=SOFT)]
    x, y, width, height = (round(value) for value in (left - 30, top - 90, right - left + 60, end - top + 90))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{x} {y} {width} {height}" width="{width}" height="{height}" '
        f'font-family="{FONT}" role="img"><title>{escape(_clean(title))}</title>'
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="#ffffff"/>\n'
        + "\n".join([*head, *body, *legend])
        + "\n</svg>\n"
    )


def as_png(svg: str) -> bytes:
    """Return the picture as PNG, as wide as an A4 sheet at 300 dots per inch; raises KgError without resvg-py."""
    try:
        import resvg_py
    except ImportError as error:
        raise KgError(
            "PNG: the package resvg-py is not installed; install it (pip install resvg-py), or write an .svg file"
        ) from error
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=PNG_WIDTH))


def _signs(shown: Any, order: list[str], links: list[tuple[int, int]]) -> list[Sign]:
    nodes = [shown.nodes[node] for node in order]
    radii = [radius(_size(data), shown.degree(node)) for node, data in zip(order, nodes, strict=True)]
    places = positions(radii, links)
    return [
        Sign(
            str(data.get("label") or local(node)), local(data.get("cls")), local(data.get("status")), _detail(data),
            x, y, r, shown.degree(node),
        )
        for node, data, (x, y), r in zip(order, nodes, places, radii, strict=True)
    ]  # fmt: skip


def _size(data: dict[str, Any]) -> int | None:
    least, most = data.get("size_min"), data.get("size_max")
    return least if least is not None else most


def _detail(data: dict[str, Any]) -> str:
    """Return the year and how many took part, for actions and contracts."""
    size, year = _size(data), str(data.get("start") or "")[:4]
    people = "" if size is None else f"{size:,}"
    if size is not None and data.get("size_max") is None:
        # A minimum such as 451 comes from "more than 450".
        people = f"{size - 1 if size > 10 and size % 10 == 1 else size:,}+"
    return " · ".join(part for part in ("" if year in str(data.get("label")) else year, people) if part)


def _edges(signs: list[Sign], links: list[tuple[int, int, str]]) -> Iterator[str]:
    roles, families = look()["roles"], look()["families"]
    for a, b, role in links:
        one, two = signs[a], signs[b]
        colour = families[roles.get(role, {"family": "tie"})["family"]]["colour"]
        dashed = ' stroke-dasharray="6 5"' if {one.status, two.status} & (GONE | TENTATIVE) else ""
        yield (
            f'<line x1="{one.x}" y1="{one.y}" x2="{two.x}" y2="{two.y}" stroke="{colour}" '
            f'stroke-width="1.4" stroke-opacity=".55"{dashed}/>'
        )


def _sign(sign: Sign) -> str:
    shapes, icons = look()["shapes"], look()["icons"]
    kind, vague = sign.kind, sign.status in GONE | TENTATIVE
    rim = f'stroke="{kind["colour"]}" stroke-dasharray=".35 .25"' if vague else f'stroke="{RIM}"'
    return (
        f'<g transform="translate({sign.x} {sign.y}) scale({sign.r})"><path d="{shapes[kind["shape"]]}" fill="#fff"/>'
        f'<path d="{shapes[kind["shape"]]}" fill="{kind["colour"]}" fill-opacity="{".4" if vague else "1"}" '
        f'{rim} stroke-width=".07"/><path d="{icons[kind["icon"]]}" transform="scale(.055) translate(-12 -12)" '
        f'fill="none" stroke="{INK if vague else kind["ink"]}" stroke-width="2" stroke-linecap="round"/></g>'
    )


def _labels(signs: list[Sign]) -> Iterator[str]:
    """Yield labels where nothing else stands, those of the best linked signs first."""
    taken: list[Space] = [(s.x - s.r, s.y - s.r, s.x + s.r, s.y + s.r) for s in signs]
    for sign in sorted(signs, key=lambda s: (-s.links, s.label)):
        rows = _wrap(sign.label, 24)
        short = rows[:1] if len(rows) < 2 else [f"{rows[0].rstrip(' –-,')} …"]
        for shown in ([*rows, sign.detail], rows, short) if sign.detail else (rows, short):
            spot = _spot(sign, max(map(_width, shown)), len(shown) * LINE, taken)
            if spot is None:
                continue
            taken.append(spot)
            middle = (spot[0] + spot[2]) / 2
            for index, row in enumerate(shown):
                last = bool(sign.detail) and index == len(rows)
                struck = sign.status in GONE and not last
                yield _text(middle, spot[1] + LINE * (index + 0.8), row, SIZE, anchor="middle", halo=not struck,
                            fill=SOFT if last or struck else INK, struck=struck)  # fmt: skip
            break


def _spot(sign: Sign, width: float, height: float, taken: list[Space]) -> Space | None:
    """Return a free place for a label: below, above, right or left of its sign."""
    gap = sign.r + 4
    for left, top in ((sign.x - width / 2, sign.y + gap), (sign.x - width / 2, sign.y - gap - height),
                      (sign.x + gap, sign.y - height / 2), (sign.x - gap - width, sign.y - height / 2)):  # fmt: skip
        box = (left, top, left + width, top + height)
        if not any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
            return box
    return None


def _width(text: str) -> float:
    return len(text) * SIZE * 0.6 + 6


def _wrap(text: str, width: int) -> list[str]:
    """Return at most two lines of about `width` letters."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            if len(lines) == 2:
                lines[-1] += " …"
                break
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [line if len(line) <= width + 6 else f"{line[: width + 5]}…" for line in lines]


def _frame(signs: Sequence[Sign]) -> Space:
    """Return the room that signs and their labels need, widened to the shape of a sheet."""
    left = min((s.x - s.r for s in signs), default=0) - 90
    right = max((s.x + s.r for s in signs), default=400) + 90
    top = min((s.y - s.r for s in signs), default=0) - 50
    bottom = max((s.y + s.r for s in signs), default=200) + 60
    wider = max(0.0, (bottom - top + 200) * ASPECT - (right - left)) / 2
    return left - wider, top, right + wider, bottom


def _legend(kinds: set[str], roles: set[str], left: float, top: float, width: float) -> tuple[list[str], float]:
    """Return the signs and lines that occur, in rows, and where they end."""
    known, families = look()["kinds"], look()["families"]
    used = {look()["roles"].get(role, {"family": "tie"})["family"] for role in roles}
    items = [(known[name]["name"], _sign(Sign("", name, "", "", 0, 0, 9, 0))) for name in known if name in kinds]
    items += [(families[name]["name"], f'<line x1="-12" x2="12" y1="0" y2="0" stroke="{families[name]["colour"]}" '
               'stroke-width="3"/>') for name in families if name in used]  # fmt: skip
    x, y, rows = left, top, []
    for name, drawn in items:
        need = _width(name) + 44
        if x + need > left + width and x > left:
            x, y = left, y + LINE * 1.6
        rows.append(f'<g transform="translate({x + 12:.0f} {y:.0f})">{drawn}</g>' + _text(x + 30, y + 5, name, SIZE))
        x += need
    return rows, y + 40


def _text(  # noqa: PLR0913 - attributes of one element
    x: float, y: float, text: str, size: float, *, fill: str = INK, weight: int = 400, anchor: str = "start",
    halo: bool = False, struck: bool = False,
) -> str:  # fmt: skip
    edge = ' stroke="#fff" stroke-width="3" paint-order="stroke" stroke-linejoin="round"' if halo else ""
    line = ' text-decoration="line-through"' if struck else ""
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size:g}" font-weight="{weight}" fill="{fill}" '
        f'text-anchor="{anchor}"{edge}{line}>{escape(_clean(text))}</text>'
    )


def _clean(text: str) -> str:
    """Drop the characters that XML cannot hold."""
    return "".join(
        c for c in text if c in "\t\n" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF and c not in "￾￿")
    )
