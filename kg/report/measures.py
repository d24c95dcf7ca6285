"""Measures of a network that a report explains in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx

EXACT = 1500
SAMPLE = 150
SEED = 7


def bridges(network: networkx.MultiDiGraph[str]) -> dict[str, float]:
    """Return the share (0..1) of shortest chains between two other nodes that pass through each node.

    Brandes' betweenness, directions ignored; from a fixed sample of starting nodes in networks of more than `EXACT`.
    """
    import networkx as nx

    simple: nx.Graph[str] = nx.Graph()
    simple.add_nodes_from(sorted(network))
    simple.add_edges_from(sorted({(min(a, b), max(a, b)) for a, b in network.edges() if a != b}))
    if len(simple) <= EXACT:
        found = nx.betweenness_centrality(simple)
    else:
        found = nx.betweenness_centrality(simple, k=SAMPLE, seed=SEED)
    return {node: float(value) for node, value in found.items()}
