"""Where each node stands: a deterministic layout, computed before the page is opened.

Every connected part is laid out by stress majorisation (Gansner, Koren and North 2004): drawn distances come as close
as possible to the number of steps between nodes. Large parts use the sparse form of it, with some pivots in place of
all pairs (Ortmann, Klimenta and Brandes 2016). Boxes are then pushed apart and the parts packed into rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float64]

SEED = 20180619
DENSE_LIMIT = 700
"""Largest part that is laid out with all pairs of distances (time grows with its square)."""

PIVOTS = 40
EDGE_LENGTH = 120.0
GAP = 70.0
ASPECT = 1.35


@dataclass(frozen=True, slots=True)
class Box:
    """The room that one node and its label need, in drawing units (about a pixel at full size)."""

    width: float
    height: float


def place(boxes: Sequence[Box], links: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return a position for each of `boxes`, given which are linked (pairs of indices); equal input, equal output."""
    graph: networkx.Graph[int] = networkx.Graph()
    graph.add_nodes_from(range(len(boxes)))
    graph.add_edges_from((a, b) for a, b in links if a != b)
    sizes = np.array([(box.width, box.height) for box in boxes], dtype=float).reshape(-1, 2)
    parts = sorted((sorted(part) for part in networkx.connected_components(graph)), key=lambda p: (-len(p), p[0]))
    placed = [(part, _place_part(graph, part, sizes[part])) for part in parts]
    positions = np.zeros((len(boxes), 2))
    for part, points in _pack(placed, sizes):
        positions[part] = points
    return [(round(float(x)), round(float(y))) for x, y in positions]


def _place_part(graph: networkx.Graph[int], part: list[int], sizes: Points) -> Points:
    """Lay out one connected part around its own centre."""
    if len(part) == 1:
        return np.zeros((1, 2))
    number = {node: index for index, node in enumerate(part)}
    neighbours = [[number[other] for other in sorted(graph[node])] for node in part]
    dense = len(part) <= DENSE_LIMIT
    pivots, distances = _pivot_distances(neighbours, len(part) if dense else PIVOTS)
    points = _start(distances)
    if dense:
        order = np.argsort(np.array(pivots))
        points = _stress(points, distances[:, order])
    else:
        points = _sparse_stress(points, distances, pivots, neighbours)
    points = _turn(points) * EDGE_LENGTH * np.array([1.05, 1.0])
    return _separate(points, sizes)


def _pivot_distances(neighbours: list[list[int]], count: int) -> tuple[list[int], Points]:
    """Return pivots, far from one another, and the steps from every node to each (nodes x pivots)."""
    total = len(neighbours)
    pivots: list[int] = []
    columns: list[Points] = []
    nearest = np.full(total, np.inf)
    pivot = max(range(total), key=lambda node: (len(neighbours[node]), -node))
    for _ in range(min(count, total)):
        column = _steps(neighbours, pivot)
        pivots.append(pivot)
        columns.append(column)
        nearest = np.minimum(nearest, column)
        nearest[pivot] = -1.0
        pivot = int(np.argmax(nearest))
    return pivots, np.stack(columns, axis=1)


def _steps(neighbours: list[list[int]], source: int) -> Points:
    """Return the number of steps from `source` to every node of a connected part (breadth first)."""
    distance = np.full(len(neighbours), -1.0)
    distance[source] = 0.0
    front, step = [source], 0.0
    while front:
        step += 1.0
        following = []
        for node in front:
            for other in neighbours[node]:
                if distance[other] < 0:
                    distance[other] = step
                    following.append(other)
        front = following
    return distance


def _start(distances: Points) -> Points:
    """Return a first guess: the two main axes of the doubly centred squared distances to the pivots."""
    squared = distances**2
    centred = squared - squared.mean(axis=0) - squared.mean(axis=1, keepdims=True) + squared.mean()
    _, vectors = np.linalg.eigh(centred.T @ centred)
    axes = vectors[:, ::-1][:, :2]
    axes = axes * np.where(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])] < 0, -1.0, 1.0)
    points = centred @ axes
    if points.shape[1] < 2:
        points = np.hstack([points, np.zeros((len(points), 1))])
    scale = np.abs(points).max() or 1.0
    noise = np.random.default_rng(SEED).normal(scale=0.05, size=points.shape)
    return np.asarray(points / scale * distances.max() / 2 + noise, dtype=float)


def _stress(points: Points, distances: Points, rounds: int = 80) -> Points:
    """Return `points` moved to the least stress over all pairs (nodes x nodes distances, weights 1/d^2)."""
    total = len(points)
    with np.errstate(divide="ignore"):
        weights = np.where(distances > 0, distances**-2.0, 0.0)
    laplacian = np.diag(weights.sum(axis=1)) - weights
    inverse = np.linalg.inv(laplacian + 1.0 / total) - 1.0 / total
    pull = weights * distances
    for _ in range(rounds):
        length = np.hypot(*(points[:, None, axis] - points[None, :, axis] for axis in (0, 1)))
        ratio = np.divide(pull, length, out=np.zeros_like(pull), where=length > 1e-9)
        moved = inverse @ (np.diag(ratio.sum(axis=1)) - ratio) @ points
        change = np.abs(moved - points).max()
        points = moved
        if change < 1e-3:
            break
    return points


def _sparse_stress(points: Points, distances: Points, pivots: list[int], neighbours: list[list[int]]) -> Points:
    """Return `points` moved towards the least stress over links and pivots only."""
    tail = np.array([node for node, others in enumerate(neighbours) for _ in others])
    head = np.array([other for others in neighbours for other in others])
    degree = np.bincount(tail, minlength=len(points)).astype(float)
    far = np.maximum(distances, 0.5)
    weights = np.where(distances > 0, far**-2.0, 0.0)
    for _ in range(60):
        away = points[:, None, :] - points[pivots][None, :, :]
        length = np.maximum(np.linalg.norm(away, axis=2), 1e-6)
        wanted = points[pivots][None, :, :] + away * (far / length)[:, :, None]
        total = (wanted * weights[:, :, None]).sum(axis=1)
        step = points[tail] - points[head]
        step /= np.maximum(np.linalg.norm(step, axis=1, keepdims=True), 1e-6)
        near = points[head] + step
        for axis in (0, 1):
            total[:, axis] += np.bincount(tail, weights=near[:, axis], minlength=len(points))
        points = 0.5 * points + 0.5 * total / (weights.sum(axis=1) + degree)[:, None]
    return points + np.random.default_rng(SEED).normal(scale=0.08, size=points.shape)


def _turn(points: Points) -> Points:
    """Return `points` turned so that their longest extent is horizontal: screens are wide."""
    centred = points - points.mean(axis=0)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    axes = vectors[:, ::-1]
    axes = axes * np.where(axes[0] < 0, -1.0, 1.0)
    return np.asarray(centred @ axes, dtype=float)


def _separate(points: Points, sizes: Points) -> Points:
    """Return `points` pushed apart until no two boxes overlap, or for a number of rounds that bounds the time."""
    total = len(points)
    rounds = max(30, min(200, 150_000 // total))
    # The room of a pair or a chain is as high as its boxes, although its points stand in one line.
    held = (np.ptp(points, axis=0) + sizes.mean(axis=0)).prod()
    points = points * max(1.0, float(np.sqrt(sizes.prod(axis=1).sum() * 1.2 / max(1.0, held))))
    if total > DENSE_LIMIT:
        points = _thin_out(points, sizes)
    for _ in range(rounds):
        first, second = _near_pairs(points, sizes)
        away = points[first] - points[second]
        overlap = (sizes[first] + sizes[second]) / 2 - np.abs(away)
        hit = (overlap > 0.5).all(axis=1)
        if not hit.any():
            break
        first, second, away, overlap = first[hit], second[hit], away[hit], overlap[hit]
        axis = np.argmin(overlap, axis=1)
        rows = np.arange(len(axis))
        push = overlap[rows, axis] / 2 * np.where(away[rows, axis] < 0, -1.0, 1.0)
        for side in (0, 1):
            mine = axis == side
            count = np.bincount(first[mine], minlength=total) + np.bincount(second[mine], minlength=total)
            force = np.bincount(first[mine], weights=push[mine], minlength=total)
            force -= np.bincount(second[mine], weights=push[mine], minlength=total)
            points[:, side] += force / np.maximum(1.0, count / 2)
    return points


def _thin_out(points: Points, sizes: Points) -> Points:
    """Return `points` moved outwards until rings around the centre hold what fits: hubs make dense cores."""
    radius = np.hypot(points[:, 0], points[:, 1])
    rank = np.argsort(np.argsort(radius, kind="stable"), kind="stable")
    even = np.sqrt(sizes.prod(axis=1).sum() * 1.6 / np.pi * (rank + 0.5) / len(points))
    return np.asarray(points * (np.maximum(radius, even) / np.maximum(radius, 1e-6))[:, None], dtype=float)


def _near_pairs(points: Points, sizes: Points) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return every pair whose boxes can overlap horizontally: all pairs would be too many to look at."""
    order = np.argsort(points[:, 0], kind="stable")
    across = points[order, 0]
    rank = np.arange(len(order))
    count = np.searchsorted(across, across + sizes[:, 0].max(), side="left") - rank - 1
    first = np.repeat(rank, count)
    second = np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count) + first + 1
    return order[first], order[second]


def _pack(placed: list[tuple[list[int], Points]], sizes: Points) -> list[tuple[list[int], Points]]:
    """Return the parts side by side in rows, the largest first, together about as wide as a screen."""
    frames = []
    for part, points in placed:
        half = sizes[part] / 2
        low, high = (points - half).min(axis=0), (points + half).max(axis=0)
        frames.append((part, points - low, high - low + GAP))
    if not frames:
        return []
    area = sum(float(extent[0] * extent[1]) for _, _, extent in frames)
    width = max(float(frames[0][2][0]), (area * ASPECT) ** 0.5)
    result, left, top, row = [], 0.0, 0.0, 0.0
    for part, points, extent in frames:
        if left and left + extent[0] > width * 1.05:
            left, top, row = 0.0, top + row, 0.0
        result.append((part, points + np.array([left, top])))
        left, row = left + float(extent[0]), max(row, float(extent[1]))
    return result
