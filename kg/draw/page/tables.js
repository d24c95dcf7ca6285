// The table holds all that the picture shows, for reading, for screen readers and as CSV.

const names = (nodes) => nodes.map((node) => node.label).join("; ");
const COLUMNS = [
  ["Name", (node) => node.label, (node) => node.label.toLowerCase()],
  ["Kind", (node) => (node.form ? humanise(node.form) : node.kind === OTHER ? humanise(node.cls) : node.kind.name), null],
  ["When", (node) => node.when, (node) => (node.span ? node.span.first : Infinity)],
  ["Status", (node) => humanise(node.status), null],
  ["How many", (node) => sizeWords(node).join(" / ") || sizeText(node), (node) => -(node.lo || node.hi || 0)],
  ["By", (node) => names([...linked(node, BY_ROLES), ...linked(node, ["supplier"])]), null],
  ["To or against", (node) => names([...linked(node, AGAINST_ROLES), ...linked(node, ["buyer"])]), null],
  ["About", (node) => names(linked(node, ABOUT_ROLES)), null],
  ["Links", (node) => String(node.links.filter(({ edge }) => edge.on).length), (node) => -node.links.length],
  ["Quotes", (node) => String(new Set([...node.facts.map((fact) => fact[2]), ...node.links.flatMap(({ edge }) => edge.roles.flatMap(([, quotes]) => quotes))]).size), null],
];
const TABLE = { column: 2, down: false, shown: 200 };

function tableRows() {
  const [, text, key] = COLUMNS[TABLE.column];
  const value = key || ((node) => text(node).toLowerCase() || "\uffff");
  // Actions first: they carry the story, actors have no date to be sorted by.
  const rows = NODES.filter((node) => node.on).map((node) => [value(node), node]);
  rows.sort(([a, p], [b, q]) => (a < b ? -1 : a > b ? 1 : q.happens - p.happens || p.index - q.index));
  return (TABLE.down ? rows.reverse() : rows).map(([, node]) => node);
}
function drawTable() {
  const rows = tableRows();
  const head = COLUMNS.map(([name], index) => el("th", { scope: "col", "aria-sort": index === TABLE.column ? (TABLE.down ? "descending" : "ascending") : "none" },
    el("button", { onclick: () => { TABLE.down = TABLE.column === index && !TABLE.down; TABLE.column = index; drawTable(); } }, name, el("span", { "aria-hidden": "true" }, index === TABLE.column ? (TABLE.down ? " ▾" : " ▴") : ""))));
  const body = rows.slice(0, TABLE.shown).map((node) => el("tr", { class: node === STATE.node ? "chosen" : "" }, COLUMNS.map(([name, text], index) => (index === 0
    ? el("th", { scope: "row", "data-label": name }, nodeButton(node)) : el("td", { "data-label": name, dir: "auto", class: text(node) ? "" : "empty" }, text(node))))));
  fill($("view-table"), el("table", {}, el("caption", {}, `${number.format(rows.length)} of ${number.format(NODES.length)} shown; choose a name to read its sources`), el("thead", {}, el("tr", {}, head)), el("tbody", {}, body)),
    rows.length > TABLE.shown ? el("button", { class: "more", onclick: () => { TABLE.shown += 500; drawTable(); } }, `Show more (${number.format(rows.length - TABLE.shown)} left)`) : "");
}

// --- files -----------------------------------------------------------------------------------------------------------
function save(name, type, parts) {
  const url = URL.createObjectURL(parts instanceof Blob ? parts : new Blob(parts, { type }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
// A leading = + - @ would run as a formula in a spreadsheet.
const cell = (text) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replace(/"/g, '""')}"`;
const csvText = () => [[...COLUMNS.map(([name]) => name), "Identifier"], ...tableRows().map((node) => [...COLUMNS.map(([, text]) => text(node)), node.id])].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
function savePng() {
  const shown = $("canvas").querySelector("canvas");
  const copy = el("canvas", { width: shown.width, height: shown.height });
  const ctx = copy.getContext("2d");
  ctx.fillStyle = INK.paper;
  ctx.fillRect(0, 0, copy.width, copy.height);
  ctx.drawImage(shown, 0, 0);
  copy.toBlob((blob) => save("graph.png", "image/png", blob));
}
function svgText() {
  const seen = NODES.filter((node) => node.seen);
  const left = Math.min(0, ...seen.map((node) => node.x - 120)), top = Math.min(0, ...seen.map((node) => node.y - 60));
  const right = Math.max(1, ...seen.map((node) => node.x + 120)), bottom = Math.max(1, ...seen.map((node) => node.y + 80));
  const lines = EDGES.filter((edge) => edge.seen).map(({ a, b, family }) => svg("line", { x1: a.x, y1: a.y, x2: b.x, y2: b.y, stroke: familyColour(family), "stroke-opacity": 0.5, "stroke-dasharray": a.planned || a.cancelled ? "6 5" : null }));
  const signs = seen.map((node) => svg("g", { transform: `translate(${node.x} ${node.y})` },
    svg("path", { d: SHAPES[node.kind.shape], transform: `scale(${node.r})`, fill: node.kind.colour, "fill-opacity": node.planned || node.cancelled ? 0.4 : 1 }),
    svg("path", { d: ICONS[node.kind.icon], transform: `scale(${node.r * 0.055}) translate(-12 -12)`, fill: "none", stroke: node.kind.ink, "stroke-width": 2 }),
    wrap(node.label, 19).map((row, index) => { const text = svg("text", { y: node.r + 14 + index * 14, "text-anchor": "middle", "font-size": 12, "font-family": "sans-serif", fill: INK.ink, "text-decoration": node.cancelled ? "line-through" : null }); text.textContent = row; return text; })));
  const root = svg("svg", { viewBox: `${left} ${top} ${right - left} ${bottom - top}`, width: right - left, height: bottom - top }, svg("rect", { x: left, y: top, width: right - left, height: bottom - top, fill: INK.paper }), lines, signs);
  return new XMLSerializer().serializeToString(root);
}
