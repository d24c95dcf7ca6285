"""The Python interface: one object that a graph is asked, exported and drawn with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.query import Result, run
from kg.store import Store, open_graph

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

    from kg.notebook import DataFrame


class Graph:
    """A knowledge graph that is read: ask it with SPARQL, look at it with rdflib or networkx, export it, draw it."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __len__(self) -> int:
        """Return the number of quads, the ontology included."""
        return len(self.store)

    def __repr__(self) -> str:
        return f"Graph({str(self.store.location) if self.store.location else 'in memory'!r}, {len(self)} quads)"

    def query(self, sparql: str, **bindings: object) -> Result:
        """Answer a query over all documents; `bindings` are values for its variables (text, number or RDF term).

        Returns a table whose rows are read by iteration (dicts of text) or as terms (`.rows`), triples, or a bool.
        Raises kg.errors.QueryError with line and column. `kg.query.run` takes time and row limits.
        """
        return run(self.store, sparql, bindings=bindings)

    @property
    def rdflib(self) -> rdflib.Dataset:
        """The graph as an rdflib Dataset (its default graph has every triple once), read in place, not copied."""
        import rdflib
        from oxrdflib.store import OxigraphStore

        from kg import vocab

        adapter = OxigraphStore(store=self.store.engine)
        # The engine's files stay open only as long as the Store lives.
        vars(adapter)["kg_store"] = self.store
        dataset = rdflib.Dataset(store=adapter)
        for prefix, namespace in vocab.prefixes().items():
            dataset.bind(prefix, namespace)
        return dataset

    def networkx(self) -> nx.MultiDiGraph[str]:
        """Return actors, actions, contracts and the roles between them; see `kg.network.network`."""
        from kg.network import network

        return network(self.store)

    def to_pandas(self) -> dict[str, DataFrame]:
        """Return pandas tables: actors, actions, contracts, things, relations, and facts with quotes and sources.

        Raises KgError where pandas is not installed.
        """
        from kg.facts import ACTIONS, ACTORS, CLASS_ORDER
        from kg.notebook import frames

        things = frozenset(CLASS_ORDER) - ACTIONS - ACTORS - {"Contract"}
        groups = {"actors": ACTORS, "actions": ACTIONS, "contracts": frozenset({"Contract"}), "things": things}
        network = self.networkx()
        return frames({node: network.nodes[node] for node in network}, network.edges(data=True), groups)

    def _repr_html_(self) -> str:
        """Return what a notebook shows: what the graph holds, and what to do with it."""
        from kg.notebook import html_table
        from kg.stats import stats

        rows = [(name, f"{number:,}") for name, number in stats(self.store).items() if number]
        where = self.store.location or "in memory"
        return html_table(("", "number"), rows, f"Graph {where}: .query(…), .report(), .draw(…), .to_pandas()")

    def export(self, path: str | Path, format: str | None = None, **options: Any) -> Path:
        """Write the graph to `path` in a format of `kg.export.FORMATS`, by default the one that its name means.

        `options` say which part of it and how, by the names of `kg.export.Choice`: `evidence=False`,
        `types=("Petition",)`, `start`, `end`, `pseudonymise=True`, `collapse=True`.
        """
        from kg.export import Choice, export, format_for

        chosen = format or format_for(Path(path))
        export(self.store, chosen, Path(path), choice=Choice(**options))
        return Path(path)

    def draw(self, path: str | Path = "graph.html", *, query: str | None = None, **options: Any) -> Path:
        """Write an interactive page to `path`, or a picture if that ends in .svg or .png.

        `query` is a SELECT or CONSTRUCT that says what is drawn; the options are those of `kg.draw.Selection`
        (`focus`, `hops`, `types`, `start`, `end`, `max_nodes`) and of `kg.draw.draw` (`title`, `tab`).
        """
        from kg.draw import Selection, draw, picture
        from kg.draw.source import part_of

        network = self.networkx() if query is None else part_of(self.networkx(), self.query(query))
        how = {name: options.pop(name) for name in ("title", "tab") if name in options}
        write = picture if Path(path).suffix.lower() in (".svg", ".png") else draw
        write(network, Path(path), Selection(**options), **how)
        return Path(path)

    def report(self, path: str | Path | None = None, **options: Any) -> str:
        """Return a report as Markdown, and write it to `path` (as HTML if that ends in .html), if one is given.

        The options are those of `kg.report.report`.
        """
        from kg.report import report, to_html, to_markdown

        found = report(self.store, **options)
        text = (
            to_html(found)
            if path is not None and Path(path).suffix.lower() in (".html", ".htm")
            else to_markdown(found)
        )
        if path is not None:
            Path(path).write_text(text, encoding="utf-8", newline="\n")
        return text


def open(where: str | Path) -> Graph:
    """Open a graph folder or an RDF file; raises UsageError or GraphError saying what to do."""
    return Graph(open_graph(where))


def build(paths: Iterable[str | Path] | str | Path, *, out: str | Path, **options: Any) -> Graph:
    """Build a graph folder `out` from texts and open it; the options are those of `kg.pipeline.build`."""
    from kg.pipeline import build as build_folder

    given = [paths] if isinstance(paths, str | Path) else list(paths)
    build_folder([str(path) for path in given], out=Path(out), **options)
    return open(out)
