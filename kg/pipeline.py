"""Builds a graph folder: the only place where documents, extraction, resolution and the store meet.

A build does only what changed, and its result is that of a build from nothing: a document's graph is written again
exactly where its text, the extractor, a judgement or the identity of a node in it has changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg import decisions as judgement_file
from kg import documents, identity, rdf, vocab
from kg.cache import Cache
from kg.errors import DocumentError, GraphError, UsageError
from kg.extract import Extractor, LlmOptions, Options
from kg.extract import extractor as extractor_of
from kg.folder import is_worn, locked, recover
from kg.model import Document, Judgement, Linker, Statement, content_hash
from kg.resolve import class_of, judge, link, settled
from kg.store import is_graph_folder, open_graph, publish, read_record, revise

if TYPE_CHECKING:
    from kg.diff import Diff

Progress = Callable[..., None]
"""Called as progress(done, total, name) while documents are read."""

COUNTED = {
    "petitions": "cag:Petition",
    "protests": "cag:Protest",
    "union actions": "cag:UnionAction",
    "legal actions": "cag:LegalAction",
    "contracts": "cag:Contract",
}
ACTORS = frozenset(
    f"cag:{name}"
    for name in (
        *("Person", "Organization", "Company", "GovernmentBody", "CivilSocietyGroup", "Union", "NewsOutlet"),
        *("University", "Collective"),
    )
)

ANSWERS = "answers.sqlite"
"""Name of the file in a graph folder that keeps what a language model has answered."""

ALL_ANEW = 0.3
"""Share of changed documents from which on writing the whole store anew is faster than revising it."""


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did: its folder, counts by name, the sources that could not be read, and seconds taken.

    `changes` tells how the graph differs from the one before (None for a first build), `kept` how many documents of
    earlier builds from elsewhere stay in the graph, `unused` which human decisions (ids) apply to nothing, `notes`
    what the extractor has to say of its work.
    """

    folder: Path
    counts: dict[str, int]
    seconds: float
    problems: list[DocumentError] = field(default_factory=list)
    changes: Diff | None = None
    kept: int = 0
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a build is made of besides the texts."""

    out: Path
    reader: Extractor
    version: str
    how: Mapping[str, Any]
    rebuild: bool
    base: str
    decisions: Path
    judgements: tuple[Judgement, ...]
    progress: Progress | None


def build(  # noqa: PLR0913 - the options of a command
    paths: Iterable[str | Path],
    *,
    out: Path,
    model: str | None = None,
    extractor: str = "rules",
    llm: LlmOptions | None = None,
    workers: int = 1,
    rebuild: bool = False,
    base: str = vocab.ID_BASE,
    decisions: Path | None = None,
    prune: bool = False,
    frames: Path | None = None,
    progress: Progress | None = None,
) -> BuildResult:
    """Read the texts at `paths` and publish their graph in the folder `out`, all or nothing.

    Documents of earlier builds that lie under `paths` and are no longer there are retracted; those from elsewhere
    stay, unless `prune`. Sources that cannot be read are listed in the result, the others go on; where none can be
    read the folder stays as it was. Texts that an earlier build has analysed are taken from the cache unless
    `rebuild`. `llm` tells the extractors `llm` and `rules+llm` what to ask. `decisions` is the file of human judgements
    (default: decisions.yaml in `out`), `frames` a folder of frames that the rules read besides their own. Raises
    UsageError (missing path, unknown extractor, faulty decisions), ModelError, SchemaError (faulty frames), and
    GraphError where the folder is locked or cannot be written.
    """
    started = time.perf_counter()
    reader, how = _reader(out, extractor, model, llm, workers, frames)
    given = [str(path) for path in paths]
    problems: list[DocumentError] = []
    sources = _readable(documents.read(given, stdin=sys.stdin.buffer if "-" in given else None), problems)
    _make(out)
    with locked(out), Cache(out) as cache:
        plan = _plan(out, reader, how, decisions, rebuild=rebuild, base=base, progress=progress)
        found = list(sources)
        if not found:
            return BuildResult(out, {"documents": 0}, time.perf_counter() - started, problems)
        kept = [] if prune else _kept(given, found, cache, _record(out), problems)
        result = _Build(plan, cache, sorted([*found, *kept], key=lambda d: d.id)).run()
    return _result(result, started, [*problems, *reader.problems], len(kept))


def refresh(out: Path, *, decisions: Path | None = None) -> BuildResult:
    """Build the graph folder `out` again from the texts that it holds, with the decisions as they are now."""
    started = time.perf_counter()
    with locked(out), Cache(out) as cache:
        record = _record(out)
        llm = LlmOptions(**record["llm"]) if record.get("llm") else None
        frames = Path(record["frames"]) if record.get("frames") else None
        reader, how = _reader(out, record.get("extractor", "rules"), record.get("model"), llm, 1, frames)
        plan = _plan(out, reader, how, decisions, base=record.get("base", vocab.ID_BASE))
        found = cache.documents()
        if not found:
            raise GraphError(
                f"{out}: the texts of this graph are not stored; build it again: kg build TEXTS --out {out}"
            )
        result = _Build(plan, cache, found).run()
    return _result(result, started, [], 0)


def _result(done: BuildResult, started: float, problems: list[DocumentError], kept: int) -> BuildResult:
    from dataclasses import replace

    return replace(done, seconds=time.perf_counter() - started, problems=problems, kept=kept)


def _reader(
    out: Path, name: str, model: str | None, llm: LlmOptions | None, workers: int, frames: Path | None
) -> tuple[Extractor, dict[str, Any]]:
    """Return the extractor, and what to write down so that a later build can make the same one."""
    from dataclasses import replace

    from kg.extract.nlp import DEFAULT_MODEL

    model = model or DEFAULT_MODEL
    asked = llm or LlmOptions()
    if frames is not None and not frames.is_dir():
        raise UsageError(f"{frames}: no folder of frames; correct --frames")
    options = Options(model, workers, replace(asked, answers=asked.answers or out / ANSWERS), frames)
    how = {"extractor": name, "model": model, "llm": None if name == "rules" else asked.recorded()}
    if frames is not None:
        how["frames"] = str(frames.resolve())
    return extractor_of(name, options), how


def _plan(  # noqa: PLR0913 - the options of a command
    out: Path,
    reader: Extractor,
    how: Mapping[str, Any],
    decisions: Path | None,
    *,
    base: str,
    rebuild: bool = False,
    progress: Progress | None = None,
) -> _Plan:
    path = decisions_path(out, decisions)
    if decisions is not None and not path.exists():
        raise UsageError(f"{path}: no such file of decisions; correct --decisions or make it with: kg identity merge")
    judgements = tuple(judgement_file.read(path))
    return _Plan(out, reader, reader.version(), how, rebuild, base, path, judgements, progress)


def decisions_path(out: Path, given: Path | None = None) -> Path:
    """Return the file of human decisions of a graph folder: the given one, else the one it was last built with."""
    known = _record(out).get("decisions")
    return given or (Path(known) if known else out / judgement_file.FILE)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GraphError(f"{folder}: cannot be created: {error.strerror}; choose another --out") from error


def _readable(items: Iterable[Document | DocumentError], problems: list[DocumentError]) -> Iterator[Document]:
    for item in items:
        if isinstance(item, DocumentError):
            problems.append(item)
        else:
            yield item


def _record(folder: Path) -> dict[str, Any]:
    """Return what the last build wrote down, empty where there is nothing or it does not belong to the graph."""
    text = read_record(folder) if is_graph_folder(folder) else None
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


# ---- documents of earlier builds ----


def _kept(
    given: list[str], found: list[Document], cache: Cache, record: Mapping[str, Any], problems: list[DocumentError]
) -> list[Document]:
    """Return the documents of earlier builds that are not under the given paths and not replaced by a new one."""
    ids, texts = {d.id for d in found}, {d.text for d in found}
    published = {known["id"] for known in record.get("documents", {}).values()}
    stored = {d.id: d for d in cache.documents() if not record or d.id in published}
    elsewhere = [d for d in stored.values() if d.id not in ids and d.text not in texts and not _under(d.source, given)]
    for known in record.get("documents", {}).values():
        lost = known["id"] not in stored and known["id"] not in ids and not _under(known["source"], given)
        if lost:
            reason = "is in the graph, but its stored text is damaged, so it was left out"
            problems.append(DocumentError(known["source"], reason, f"build it again: kg build {known['source']}"))
    return elsewhere


def _under(source: str, given: list[str]) -> bool:
    """Tell whether a source was read from one of the paths, now or earlier."""
    if source.startswith("-") or source.startswith("<"):
        return "-" in given
    place = _absolute(source)
    return any(place == path or place.startswith((path + os.sep, path + ":")) for path in map(_absolute, given))


def _absolute(path: str) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - a link stays the link that was named


# ---- one build ----


class _Build:
    """One build of a locked folder, from documents with different ids, sorted by id."""

    def __init__(self, plan: _Plan, cache: Cache, found: list[Document]) -> None:
        self._plan, self._cache = plan, cache
        self._documents = [_located(d) for d in found]
        self._old = _record(plan.out)
        self._nodes: dict[str, list[str]] = {}
        self._types: set[tuple[str, str]] = set()
        self._applied: set[str] = set()
        self._assertions: dict[str, int] = {}

    def run(self) -> BuildResult:
        plan = self._plan
        signature = self._signature()
        if self._old.get("signature") == signature and not plan.rebuild and self._report_intact():
            self._cache.keep(self._documents)
            unused = tuple(self._old.get("unused", ()))
            return BuildResult(plan.out, dict(self._old["counts"]), 0.0, changes=_no_changes(), unused=unused)
        self._analyse()
        if not self._documents:
            return BuildResult(plan.out, {"documents": 0}, 0.0, notes=tuple(plan.reader.notes))
        signature = self._signature()
        linker = link(self._statements(), documents=self._documents, judgements=plan.judgements)
        prints = {d.id: self._fingerprint(d, linker) for d in self._documents}
        # A crash right after publishing must not lose the texts of documents that the next command does not name.
        self._cache.add(self._documents)
        changes = self._publish(linker, prints, signature)
        # The version before could not be deleted while it was being compared.
        recover(self._plan.out)
        self._cache.keep(self._documents)
        notes = tuple(plan.reader.notes)
        return BuildResult(
            plan.out, self._counts(linker), 0.0, changes=changes, unused=self._unused(linker), notes=notes
        )

    def _signature(self) -> str:
        plan = self._plan
        texts = [(d.id, d.digest, d.source) for d in self._documents]
        return content_hash(
            texts, plan.version, judgement_file.signature(plan.judgements), str(plan.decisions), plan.base,
            code_version(), length=32,
        )  # fmt: skip

    # ---- statements ----

    def _analyse(self) -> None:
        """See to it that the cache knows the statements of all documents; those that cannot be read are left out."""
        plan = self._plan
        todo = [d for d in self._documents if plan.rebuild or not self._cache.knows(d, plan.version)]
        done = len(self._documents) - len(todo)
        for document, statements in plan.reader.extract(todo) if todo else ():
            self._cache.put(document, plan.version, statements)
            done += 1
            if plan.progress is not None:
                plan.progress(done, len(self._documents), document.id)
        if plan.reader.problems:
            self._documents = [d for d in self._documents if self._cache.knows(d, plan.version)]

    def _judged(self, document: Document) -> list[Statement]:
        found = self._cache.get(document, self._plan.version)
        if found is None:
            raise GraphError(f"{self._cache.path}: lost the statements of {document.id}; build the graph again")
        statements, applied = judge(found, self._plan.judgements)
        self._applied |= applied
        return statements

    def _statements(self) -> Iterator[Statement]:
        """Yield all statements, and note which nodes each document speaks of."""
        for document in self._documents:
            statements = self._judged(document)
            self._nodes[document.id] = sorted({s.subject for s in statements})
            for s in statements:
                if s.predicate == "rdf:type" and isinstance(s.object, str) and s.evidence.factuality != "negated":
                    self._types.add((s.subject, s.object))
                yield s

    def _fingerprint(self, document: Document, linker: Linker) -> str:
        """Return a hash of all that the named graph of a document is made from."""
        identities = [
            (node, name, linker.labels.get(name)) for node in self._nodes[document.id] for name in [linker(node)]
        ]
        facts = [asdict(j) for j in self._plan.judgements if j.fact is not None and j.fact.document == document.id]
        return content_hash(document.digest, self._plan.version, identities, facts, code_version(), length=24)

    # ---- publishing ----

    def _publish(self, linker: Linker, prints: Mapping[str, str], signature: str) -> Diff | None:
        plan = self._plan
        before = open_graph(plan.out) if is_graph_folder(plan.out) else None
        times = self._times(linker)
        decided = identity.prints(linker, plan.judgements, times)
        system = {
            identity.DERIVED_GRAPH: identity.derived_quads(linker, base=plan.base),
            vocab.PROVENANCE_GRAPH: list(_software(plan.reader.provenance(), plan.base)),
        }
        report = identity.report(linker, times)
        names = {vocab.iri(rdf.document_id(d), plan.base): d for d in self._documents}
        comparable = self._old.get("base") == plan.base and "identity" in self._old and not plan.rebuild
        known = self._old.get("documents", {}) if comparable else {}
        changed = {name: d for name, d in names.items() if known.get(name, {}).get("print") != prints[d.id]}
        gone = known.keys() - names.keys()

        def record() -> str:
            listed = {
                name: {"id": d.id, "source": d.source, "print": prints[d.id], "assertions": self._assertions[d.id]}
                for name, d in names.items()
            }
            return json.dumps(
                {"signature": signature, "base": plan.base, **plan.how, "decisions": self._decisions_file(),
                 "documents": listed, "counts": self._counts(linker), "unused": self._unused(linker),
                 "report": _digest(report), "identity": decided},
                ensure_ascii=False,
            )  # fmt: skip

        for name, d in names.items():
            if name not in changed:
                self._assertions[d.id] = known[name]["assertions"]
        many = len(changed) + len(gone) > ALL_ANEW * len(names)
        if before is None or not known or many or is_worn(plan.out):
            quads = (q for d in names.values() for q in self._quads(d, linker))
            decisions = identity.decision_quads(linker, plan.judgements, times, base=plan.base)
            publish(plan.out, _chain(quads, decisions, *system.values()), record=record)
            touched = None
        else:
            graphs: dict[str, Iterable[ox.Quad]] = {name: self._quads(d, linker) for name, d in changed.items()}
            graphs |= dict.fromkeys(gone, ())
            patch = self._redecided(linker, decided, times)
            revise(plan.out, {**graphs, **system}, patches={vocab.IDENTITY_GRAPH: patch}, record=record)
            touched = graphs.keys()
        judgement_file.write_text(plan.out / identity.REPORT, report)
        if before is None:
            return None
        from kg.diff import diff

        return diff(before, open_graph(plan.out), graphs=touched)

    def _redecided(
        self, linker: Linker, decided: Mapping[str, str], times: Mapping[str, str]
    ) -> tuple[list[str], Iterator[ox.Quad]]:
        """Return the IRIs of the decisions that are not what they were, and the quads that are said of them now."""
        plan, before = self._plan, self._old.get("identity", {})
        other = {name for name in before.keys() | decided.keys() if before.get(name) != decided.get(name)}
        quads = identity.decision_quads(linker, plan.judgements, times, base=plan.base, only=other)
        return [vocab.iri(name, plan.base) for name in sorted(other)], quads

    def _quads(self, document: Document, linker: Linker) -> list[ox.Quad]:
        quads = rdf.quads(document, list(settled(self._judged(document), linker)), linker, base=self._plan.base)
        assertion = ox.NamedNode(vocab.iri("cag:Assertion"))
        self._assertions[document.id] = sum(q.object == assertion for q in quads)
        return quads

    def _times(self, linker: Linker) -> dict[str, str]:
        """Return when each decision was first made: now, unless the graph or the report of a lost one has it."""
        epoch = os.environ.get("SOURCE_DATE_EPOCH")
        moment = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
        known = identity.reported_times(self._report() or "")
        if self._old:
            made = ox.NamedNode(vocab.iri("prov:generatedAtTime"))
            graph = ox.NamedNode(vocab.IDENTITY_GRAPH)
            for quad in open_graph(self._plan.out).quads(None, made, None, graph):
                if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                    known[quad.subject.value.removeprefix(self._plan.base)] = quad.object.value
        return identity.times(linker, self._plan.judgements, known, moment.strftime("%Y-%m-%dT%H:%M:%SZ"))

    def _decisions_file(self) -> str | None:
        path = self._plan.decisions
        return None if path == self._plan.out / judgement_file.FILE else str(path.resolve())

    def _report(self) -> str | None:
        try:
            return (self._plan.out / identity.REPORT).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def _report_intact(self) -> bool:
        text = self._report()
        return text is not None and _digest(text) == self._old.get("report")

    # ---- what is told ----

    def _unused(self, linker: Linker) -> tuple[str, ...]:
        facts = (j.id for j in self._plan.judgements if j.fact is not None and j.id not in self._applied)
        return tuple(sorted({*facts, *linker.unused}))

    def _counts(self, linker: Linker) -> dict[str, int]:
        """Count what the graph holds, each node once."""
        nodes: dict[str, set[str]] = defaultdict(set)
        for node, cls in self._types:
            nodes[class_of(node, cls, linker)].add(linker(node))
        sizes = Counter({cls: len(found) for cls, found in nodes.items()})
        return {
            "documents": len(self._documents),
            "actors": sum(sizes[cls] for cls in ACTORS),
            **{label: sizes[cls] for label, cls in COUNTED.items()},
            "assertions": sum(self._assertions.values()),
        }


def _located(document: Document) -> Document:
    """Return the document with a source that means the same from everywhere."""
    from dataclasses import replace

    local = Path(document.source.partition(":")[0] or ".").exists() and not document.source.startswith(("-", "<"))
    return replace(document, source=_absolute(document.source)) if local and document.source else document


def _chain(first: Iterable[ox.Quad], *others: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    yield from first
    for quads in others:
        yield from quads


def _software(known: Mapping[str, str], base: str) -> Iterator[ox.Quad]:
    """Yield what a reader of the graph should know of the extractor: its name, and what it was told."""
    if not known:
        return
    agent = ox.NamedNode(vocab.iri(f"extractor/{content_hash(dict(known))}", base))
    graph = ox.NamedNode(vocab.PROVENANCE_GRAPH)
    yield ox.Quad(agent, ox.NamedNode(vocab.iri("rdf:type")), ox.NamedNode(vocab.iri("prov:SoftwareAgent")), graph)
    said = "; ".join(f"{name}: {value}" for name, value in known.items())
    for predicate, text in (("rdfs:label", known["extractor"]), ("dcterms:description", said)):
        yield ox.Quad(agent, ox.NamedNode(vocab.iri(predicate)), ox.Literal(text), graph)


def _no_changes() -> Diff:
    from kg.diff import Diff

    return Diff(())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def code_version() -> str:
    """Return what a graph depends on besides statements and decisions: the code that links and writes, hashed."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in (*sorted((here / "resolve").glob("*.py")), here / "rdf.py", here / "identity.py", here / "model.py"):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for path in (vocab.schema_dir() / "ontology.ttl", vocab.schema_dir() / "context.jsonld"):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:24]
