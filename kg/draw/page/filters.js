// What is shown: one state, kept in the address bar; legend, filters and date range write it, all views read it.

const OPEN = () => ({ hide: new Set(), gone: new Set(), form: "", status: "", company: null, cause: null, from: "", to: "", focus: null, path: null, min: 0 });
const STATE = { node: null, tab: META.tab, hops: 1, ...OPEN(), pins: new Set(), moved: new Map(), open: new Set(), alone: false };
const isNarrowed = () => STATE.hide.size > 0 || STATE.gone.size > 0 || ["form", "status", "company", "cause", "from", "to", "focus", "path", "min"].some((name) => STATE[name]);

const DATED_NODES = NODES.filter((node) => node.happens && node.span);
const monthOf = (time) => new Date(time).toISOString().slice(0, 7);
const monthIndex = (text) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1;
const monthText = (index) => `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`;
const FIRST_MONTH = DATED_NODES.length ? Math.min(...DATED_NODES.map((node) => monthIndex(monthOf(node.span.first)))) : 0;
const LAST_MONTH = DATED_NODES.length ? Math.max(...DATED_NODES.map((node) => monthIndex(monthOf(node.span.last)))) : 0;

function nearby(node, hops) {
  const found = new Set([node]);
  let front = [node];
  for (let step = 0; step < hops; step += 1) {
    const next = [];
    for (const near of front) for (const { other } of near.links) if (!found.has(other)) { found.add(other); next.push(other); }
    front = next;
  }
  return found;
}

// Decide for every node and edge whether it is shown.
function applyFilters() {
  const from = STATE.from ? Date.UTC(STATE.from.slice(0, 4), STATE.from.slice(5, 7) - 1, 1) : -Infinity;
  const to = STATE.to ? Date.UTC(STATE.to.slice(0, 4), STATE.to.slice(5, 7), 0) : Infinity;
  const dated = STATE.from || STATE.to;
  const { company, cause } = STATE;
  const narrowed = dated || STATE.form || STATE.status || company || cause;
  const near = STATE.path ? new Set(STATE.path) : STATE.focus ? nearby(STATE.focus, STATE.hops) : null;
  for (const node of NODES) {
    node.on = !STATE.hide.has(node.cls) && node.sure >= STATE.min && (!near || near.has(node));
    if (!node.on || !node.happens) continue;
    if (company && !node.companies.includes(company)) node.on = false;
    if (cause && !node.causes.includes(cause)) node.on = false;
    if (STATE.form && node.form !== STATE.form) node.on = false;
    if (STATE.status && node.status !== STATE.status) node.on = false;
    if (dated && !(node.span && node.span.last >= from && node.span.first <= to)) node.on = false;
  }
  // Where actions are filtered, what none of the remaining ones touches would only be noise.
  if (narrowed) for (const node of NODES) if (node.on && !node.happens) node.on = node === STATE.node || node === company || node === cause || node.links.some(({ other }) => other.happens && other.on);
  for (const node of STATE.pins) node.on = true;
  for (const node of STATE.gone) node.on = false;
  for (const edge of EDGES) edge.on = edge.a.on && edge.b.on;
  applyFolds(near);
}
// The picture shows less than table and timeline: not what is folded, nor what has no link.
function applyFolds(near) {
  const few = isNarrowed() && NODES.filter((node) => node.on).length <= DATA.vis.nodes.length;
  for (const node of NODES) {
    node.more = 0;
    const wanted = node === STATE.node || STATE.pins.has(node) || (near && near.has(node)) || (few && !node.alone);
    node.seen = node.on && (wanted || ((!node.folded || STATE.open.has(node.anchor)) && (STATE.alone || !node.alone || node.folded)));
  }
  LOOSE.count = 0;
  for (const node of NODES) if (node.folded && node.on && !node.seen) { if (node.anchor) node.anchor.more += 1; else LOOSE.count += 1; }
  for (const node of NODES) if (node.seen && !node.placed) placeNear(node);
  for (const edge of EDGES) edge.seen = edge.a.seen && edge.b.seen;
}
const LOOSE = { count: 0 };

// An unfolded node takes the free spot nearest to the node it stood behind; what stood behind none goes below the rest.
const SPOTS = { taken: new Set(), size: 74, bottom: null, turn: new Map() };
const spotOf = (x, y) => `${Math.round(x / SPOTS.size)},${Math.round(y / SPOTS.size)}`;
function placeNear(node) {
  const drawn = NODES.filter((other) => other.placed);
  if (!SPOTS.bottom) {
    for (const other of drawn) SPOTS.taken.add(spotOf(other.x, other.y));
    const middle = drawn.reduce((sum, other) => sum + other.x, 0) / Math.max(1, drawn.length);
    SPOTS.bottom = { x: middle, y: Math.max(0, ...drawn.map((other) => other.y)) + 400 };
  }
  const from = node.anchor || SPOTS.bottom;
  // A golden-angle spiral, taken up where the last one from here ended.
  for (let step = SPOTS.turn.get(from) || 1; ; step += 1) {
    const far = SPOTS.size * 0.75 * Math.sqrt(step), angle = step * 2.39996;
    const x = from.x + far * Math.cos(angle), y = from.y + far * Math.sin(angle);
    if (SPOTS.taken.has(spotOf(x, y))) continue;
    SPOTS.taken.add(spotOf(x, y));
    SPOTS.turn.set(from, step + 1);
    Object.assign(node, { x: Math.round(x), y: Math.round(y), placed: true });
    return;
  }
}

const KEPT = [["gone", "without"], ["pins", "pin"], ["open", "open"]];
const address = () => {
  const parts = new URLSearchParams();
  if (STATE.node) parts.set("node", keyOf(STATE.node));
  if (STATE.tab !== "graph") parts.set("tab", STATE.tab);
  if (STATE.hide.size) parts.set("hide", [...STATE.hide].sort().join(","));
  for (const name of ["form", "status", "from", "to"]) if (STATE[name]) parts.set(name, STATE[name]);
  for (const name of ["company", "cause"]) if (STATE[name]) parts.set(name, keyOf(STATE[name]));
  if (STATE.min) parts.set("min", String(STATE.min));
  for (const [name, key] of KEPT) if (STATE[name].size) parts.set(key, [...STATE[name]].map((node) => (node ? keyOf(node) : "*")).join(" "));
  if (STATE.moved.size) parts.set("at", [...STATE.moved].map(([node, [x, y]]) => `${keyOf(node)}@${x}@${y}`).join(" "));
  if (STATE.alone) parts.set("alone", "1");
  if (STATE.focus) { parts.set("focus", keyOf(STATE.focus)); parts.set("hops", String(STATE.hops)); }
  if (STATE.path) parts.set("path", STATE.path.map(keyOf).join(" "));
  return parts.toString();
};
let written = null;
function moveTo(node, x, y) {
  Object.assign(node, GRAPH.turned ? { x: y, y: x, placed: true } : { x, y, placed: true });
  STATE.moved.set(node, [x, y]);
}
function writeAddress() {
  written = address();
  if (location.hash.slice(1) !== written) history.replaceState(null, "", `#${written}`);
}
function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const month = (name) => (/^\d{4}-\d\d$/.test(parts.get(name) || "") ? parts.get(name) : "");
  STATE.node = BY_KEY.get(parts.get("node")) || null;
  STATE.tab = ["graph", "table", "timeline"].includes(parts.get("tab")) ? parts.get("tab") : location.hash.length > 1 ? "graph" : META.tab;
  STATE.hide = new Set((parts.get("hide") || "").split(",").filter(Boolean));
  STATE.form = parts.get("form") || "";
  STATE.status = parts.get("status") || "";
  STATE.from = month("from");
  STATE.to = month("to");
  for (const name of ["company", "cause"]) STATE[name] = BY_KEY.get(parts.get(name)) || null;
  const nodesIn = (name) => (parts.get(name) || "").split(" ").map((key) => (key === "*" && name === "open" ? null : BY_KEY.get(key))).filter((node) => node !== undefined);
  for (const [name, key] of KEPT) STATE[name] = new Set(nodesIn(key));
  STATE.alone = parts.get("alone") === "1";
  STATE.moved = new Map();
  for (const item of (parts.get("at") || "").split(" ")) {
    const [, key, x, y] = /^(.+)@(-?\d{1,7})@(-?\d{1,7})$/.exec(item) || [];
    if (BY_KEY.has(key)) moveTo(BY_KEY.get(key), Number(x), Number(y));
  }
  STATE.min = Math.min(1, Math.max(0, Number(parts.get("min")) || 0));
  STATE.focus = BY_KEY.get(parts.get("focus")) || null;
  STATE.hops = Math.min(5, Math.max(1, Number(parts.get("hops")) || 1));
  const path = (parts.get("path") || "").split(" ").map((key) => BY_KEY.get(key)).filter(Boolean);
  STATE.path = path.length > 1 ? path : null;
}

function choice(name, label, values) {
  if (values.length < 2) return null;
  const options = [["", "all"], ...values.map((value) => [value, humanise(value)])].map(([value, text]) => el("option", { value, selected: STATE[name] === value }, text));
  return el("label", { class: "field" }, label, el("select", { id: `filter-${name}`, onchange: (event) => change({ [name]: event.target.value }) }, options));
}
// Companies and causes, those with most actions first, each with their number.
function choiceOfNodes(name, label, many) {
  const counts = new Map();
  for (const node of NODES) for (const other of node[many]) counts.set(other, (counts.get(other) || 0) + 1);
  if (!counts.size) return null;
  const found = [...counts].sort(([a, p], [b, q]) => q - p || (a.label < b.label ? -1 : 1));
  const options = found.map(([node, count]) => el("option", { value: keyOf(node), selected: STATE[name] === node }, `${shorten(node.label, 30)} (${number.format(count)})`));
  return el("label", { class: "field" }, label, el("select", { id: `filter-${name}`, onchange: (event) => change({ [name]: BY_KEY.get(event.target.value) || null }, true) }, el("option", { value: "" }, "all"), options));
}
const valuesOf = (name) => [...new Set(NODES.filter((node) => node.happens).map((node) => node[name]).filter(Boolean))].sort();

// The legend is the filter: each kind is a switch with its shape, colour, icon and count.
function drawFilters() {
  const counts = new Map();
  for (const node of NODES) counts.set(node.cls, (counts.get(node.cls) || 0) + 1);
  const order = [...Object.keys(KINDS), ...[...counts.keys()].filter((cls) => !KINDS[cls])];
  const groups = Object.entries(GROUPS).map(([group, name]) => {
    const rows = order.filter((cls) => counts.has(cls) && kindOf(cls).group === group).map((cls) => el("label", { class: "kind" },
      el("input", { type: "checkbox", checked: !STATE.hide.has(cls), "data-cls": cls, onchange: (event) => {
        const hide = new Set(STATE.hide);
        if (event.target.checked) hide.delete(cls); else hide.add(cls);
        change({ hide });
      } }), badge(cls), el("span", {}, KINDS[cls] ? KINDS[cls].plural : humanise(cls)), el("span", { class: "count" }, number.format(counts.get(cls)))));
    return rows.length ? el("fieldset", {}, el("legend", {}, name), rows) : null;
  });
  const families = Object.entries(FAMILIES).filter(([name]) => EDGES.some((edge) => edge.family === name))
    .map(([name, family]) => el("li", {}, el("span", { class: `line line-${name}` }), family.name));
  const alone = NODES.filter((node) => node.alone && !node.folded).length;
  const unsure = NODES.some((node) => node.sure < 1);
  fill($("filters"), 
    el("div", { class: "filters-head" }, el("h2", {}, "Legend"), el("button", { class: "quiet", id: "reset", onclick: () => reset() }, "Show all")),
    ...groups.filter(Boolean),
    el("fieldset", {}, el("legend", {}, "Lines"), el("ul", { class: "lines" }, families,
      NODES.some((node) => node.planned) && el("li", {}, el("span", { class: "line dashed" }), "planned, not (yet) done"),
      NODES.some((node) => node.cancelled) && el("li", {}, el("span", { class: "struck" }, "name"), "cancelled or prevented")),
      el("p", { class: "hint" }, "The more people took part, the larger the sign.")),
    el("fieldset", {}, el("legend", {}, "Narrow down"), choiceOfNodes("company", "Company", "companies"), choiceOfNodes("cause", "Cause", "causes"), choice("form", "Form", valuesOf("form")), choice("status", "Status", valuesOf("status")),
      unsure && el("label", { class: "field" }, "Certainty at least", el("input", { type: "range", min: 0, max: 1, step: 0.05, value: STATE.min, id: "filter-min", oninput: (event) => change({ min: Number(event.target.value) }) }))),
    el("fieldset", {}, el("legend", {}, "Picture"), el("label", { class: "kind" }, el("input", { type: "checkbox", id: "physics", checked: GRAPH.moving, onchange: (event) => GRAPH.move(event.target.checked) }), el("span", {}, "Let nodes move freely")),
      alone ? el("label", { class: "kind" }, el("input", { type: "checkbox", id: "alone", checked: STATE.alone, onchange: (event) => change({ alone: event.target.checked }, true) }), el("span", {}, "What has no link"), el("span", { class: "count" }, number.format(alone))) : null,
      el("p", { class: "hint" }, "Drag to move, double-click to see only what surrounds a node."), el("button", { class: "quiet", id: "start-over", onclick: startOver }, "Start over"), drawFolds()));
}
// What is too much for one picture: how it was chosen, and a way to all of it.
function drawFolds() {
  if (!META.folded && !META.absent) return null;
  const groups = [...BEHIND].sort(([, p], [, q]) => q.length - p.length);
  const row = ([anchor, nodes]) => el("label", { class: "kind" }, el("input", { type: "checkbox", class: "fold", checked: STATE.open.has(anchor), onchange: () => toggleFold(anchor) }),
    el("span", { dir: "auto" }, anchor ? `around ${shorten(anchor.label, 24)}` : "linked to none of these"), el("span", { class: "count" }, `+${number.format(nodes.length)}`));
  return el("div", { id: "folds" }, el("p", { class: "hint" }, `Drawn at first: ${number.format(NODES.length - META.folded)} of ${number.format(NODES.length + META.absent)}, those with most relations. The others are folded behind a + sign, and in the table and the search.`),
    groups.slice(0, 8).map(row), groups.length > 8 && el("p", { class: "hint" }, `and behind ${number.format(groups.length - 8)} more`),
    groups.length > 0 && el("button", { class: "quiet", id: "unfold", onclick: () => { const all = STATE.open.size < groups.length; change({ open: new Set(all ? BEHIND.keys() : []) }, true); drawFilters(); } }, STATE.open.size < groups.length ? "Unfold all" : "Fold all"),
    META.absent ? el("p", { class: "hint" }, `${number.format(META.absent)} are not in this file; draw their surroundings with --focus NAME, or more of them with --max-nodes.`) : null);
}
function toggleFold(anchor) {
  const open = new Set(STATE.open);
  if (!open.delete(anchor)) open.add(anchor);
  change({ open });
  drawFilters();
}

// Histogram of actions and contracts per month with two handles.
function drawRange() {
  const box = $("range");
  box.hidden = DATED_NODES.length < 2 || FIRST_MONTH === LAST_MONTH;
  if (box.hidden) return;
  const length = LAST_MONTH - FIRST_MONTH + 1;
  const step = Math.max(1, Math.ceil(length / 90));
  const bins = new Array(Math.ceil(length / step)).fill(0);
  for (const node of DATED_NODES) bins[Math.floor((monthIndex(monthOf((node.span.first + node.span.last) / 2)) - FIRST_MONTH) / step)] += 1;
  const top = Math.max(...bins);
  const bars = svg("svg", { viewBox: `0 0 ${bins.length} 10`, preserveAspectRatio: "none", class: "bars", "aria-hidden": "true" },
    bins.map((count, bin) => svg("rect", { x: bin + 0.1, y: 10 - (count / top) * 10, width: 0.8, height: (count / top) * 10, "data-month": FIRST_MONTH + bin * step })));
  const handle = (name, label, value) => el("input", { type: "range", id: `range-${name}`, "aria-label": label, min: FIRST_MONTH, max: LAST_MONTH, value, oninput: moved });
  fill(box, el("output", { id: "range-from-text" }), el("div", { class: "track" }, bars, handle("from", "From month", FIRST_MONTH), handle("to", "To month", LAST_MONTH)), el("output", { id: "range-to-text" }));
  showRange();
}
function moved() {
  const ends = [Number($("range-from").value), Number($("range-to").value)].sort((a, b) => a - b);
  change({ from: ends[0] > FIRST_MONTH ? monthText(ends[0]) : "", to: ends[1] < LAST_MONTH ? monthText(ends[1]) : "" });
}
function showRange() {
  if ($("range").hidden) return;
  const from = STATE.from ? monthIndex(STATE.from) : FIRST_MONTH;
  const to = STATE.to ? monthIndex(STATE.to) : LAST_MONTH;
  if (document.activeElement !== $("range-from")) $("range-from").value = from;
  if (document.activeElement !== $("range-to")) $("range-to").value = to;
  const words = (index) => `${MONTHS[index % 12].slice(0, 3)} ${Math.floor(index / 12)}`;
  $("range-from-text").textContent = words(from);
  $("range-to-text").textContent = words(to);
  $("range-from").setAttribute("aria-valuetext", words(from));
  $("range-to").setAttribute("aria-valuetext", words(to));
  for (const bar of $("range").querySelectorAll("rect")) bar.classList.toggle("off", Number(bar.dataset.month) < from || Number(bar.dataset.month) > to);
}
