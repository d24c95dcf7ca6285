// Ties the views together: every change goes through change(), which redraws what depends on it.

const DRAWERS = { graph: () => {}, table: drawTable, timeline: drawTimeline };

function change(values, refit = false) {
  Object.assign(STATE, values);
  refresh();
  if (refit) { GRAPH.touched = false; GRAPH.fit(); }
}
function refresh() {
  applyFilters();
  GRAPH.update();
  drawPanel();
  showRange();
  showTab();
  const seen = NODES.filter((node) => node.on).length;
  const note = $("notice");
  const limits = [STATE.focus && `around ${shorten(STATE.focus.label, 30)}`, STATE.path && "one connection", STATE.company && shorten(STATE.company.label, 24), STATE.cause && shorten(STATE.cause.label, 24), STATE.gone.size && `${STATE.gone.size} hidden`].filter(Boolean);
  note.hidden = !isNarrowed() && NODES.length > 0;
  const clear = el("button", { class: "quiet", onclick: () => reset() }, "Show all");
  note.replaceChildren(el("span", { dir: "auto" }, NODES.length ? `${number.format(seen)} of ${number.format(NODES.length)} shown${limits.length ? `: ${limits.join(", ")}` : ""}` : "There is nothing to draw: the graph, or the part that was asked for, is empty."), NODES.length ? clear : "");
  writeAddress();
}
function reset() {
  change(OPEN(), true);
  drawFilters();
  drawRange();
}
// Back to the page as it was when it was made: nothing chosen, moved, pinned, hidden or unfolded.
function startOver() {
  history.replaceState(null, "", location.pathname);
  location.reload();
}
function select(node, reveal = false) {
  // What was asked for by name is shown even if a filter hid it.
  const values = { node };
  if (node && !node.on) Object.assign(values, OPEN(), { hide: new Set([...STATE.hide].filter((cls) => cls !== node.cls)), gone: new Set([...STATE.gone].filter((other) => other !== node)) });
  const widened = Object.keys(values).length > 1;
  change(values);
  if (widened) { drawFilters(); drawRange(); }
  if (!node) { if (matchMedia("(max-width: 760px)").matches) openPanel(false); return; }
  openPanel(true);
  if (reveal || document.activeElement === $("canvas")) GRAPH.reveal(node);
  say(`${node.label}, ${node.kind.name}. ${aside(node)} ${node.links.length} links, ${node.facts.length} statements.`);
}
function focusOn(node) {
  const again = STATE.focus === node;
  change({ focus: node, hops: again ? Math.min(5, STATE.hops + 1) : 1, path: null, node }, true);
  openPanel(true);
}
function showTab() {
  for (const tab of ["graph", "table", "timeline"]) {
    const on = STATE.tab === tab;
    $(`view-${tab}`).hidden = !on;
    $(`tab-${tab}`).setAttribute("aria-selected", String(on));
    $(`tab-${tab}`).tabIndex = on ? 0 : -1;
  }
  DRAWERS[STATE.tab]();
}
function toTab(tab) {
  change({ tab });
  if (tab === "graph") { GRAPH.network.redraw(); if (!GRAPH.touched) GRAPH.fit(); }
}

// Search box with suggestions, also used for the other end of a connection.
const INDEX = NODES.map((node) => ({ node, text: plain(node.label) })).sort((a, b) => b.node.weight - a.node.weight);
function find(query, limit = 8) {
  const words = plain(query).split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const hits = INDEX.filter(({ text }) => words.every((word) => text.includes(word)));
  const starts = (text) => (text.startsWith(words[0]) ? 0 : text.includes(` ${words[0]}`) ? 1 : 2);
  return hits.sort((a, b) => starts(a.text) - starts(b.text)).slice(0, limit).map(({ node }) => node);
}
function suggest(input, list, chosen) {
  let active = -1;
  const close = () => { list.hidden = true; active = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const take = (node) => { close(); input.value = ""; chosen(node); };
  const show = () => {
    const found = find(input.value);
    list.replaceChildren(...(found.length ? found.map((node, index) => el("li", { role: "option", id: `${list.id || "other"}-${index}`, "data-key": keyOf(node), onmousedown: (event) => { event.preventDefault(); take(node); } }, badge(node.cls, 20), el("span", { dir: "auto" }, shorten(node.label, 70)), el("span", { class: "aside" }, node.when || node.kind.name)))
      : input.value.trim() ? [el("li", { class: "hint" }, "Nothing has this name.")] : []));
    list.hidden = !list.children.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    active = -1;
  };
  const move = (step) => {
    const options = [...list.querySelectorAll("[role=option]")];
    if (!options.length) return;
    active = (active + step + options.length) % options.length;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === active)));
    input.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({ block: "nearest" });
  };
  input.addEventListener("input", show);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { if (list.hidden) show(); move(event.key === "ArrowDown" ? 1 : -1); event.preventDefault(); }
    else if (event.key === "Escape") close();
    else if (event.key === "Enter") { const option = list.querySelectorAll("[role=option]")[Math.max(0, active)]; if (option) take(BY_KEY.get(option.dataset.key)); event.preventDefault(); }
  });
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  try { localStorage.setItem("kg-theme", theme); } catch { /* a page from a file may not be allowed to keep anything */ }
  readTheme();
  if (GRAPH.network) { GRAPH.network.redraw(); DRAWERS[STATE.tab](); }
}
function begin() {
  let theme = "auto";
  try { theme = localStorage.getItem("kg-theme") || "auto"; } catch { /* as above */ }
  document.documentElement.dataset.theme = ["light", "dark"].includes(theme) ? theme : "auto";
  const wide = matchMedia("(min-width: 761px)").matches;
  document.body.classList.toggle("filters-open", matchMedia("(min-width: 1000px)").matches);
  $("toggle-filters").setAttribute("aria-expanded", String(document.body.classList.contains("filters-open")));
  readAddress();
  openPanel(wide || Boolean(STATE.node));
  applyFilters();
  GRAPH.start();
  drawFilters();
  drawRange();
  refresh();
  if (!STATE.node) GRAPH.fit();
  else GRAPH.reveal(STATE.node);
}
for (const tab of document.querySelectorAll("[role=tab]")) {
  tab.addEventListener("click", () => toTab(tab.dataset.tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = ["graph", "table", "timeline"];
    const next = all[(all.indexOf(tab.dataset.tab) + step + 3) % 3];
    toTab(next);
    $(`tab-${next}`).focus();
  });
}
$("toggle-filters").addEventListener("click", () => {
  const open = document.body.classList.toggle("filters-open");
  $("toggle-filters").setAttribute("aria-expanded", String(open));
});
$("toggle-panel").addEventListener("click", () => openPanel(!document.body.classList.contains("panel-open")));
$("theme").addEventListener("click", () => setTheme(INK.dark ? "light" : "dark"));
$("skip").addEventListener("click", (event) => { event.preventDefault(); toTab("table"); $("tab-table").focus(); });
$("zoom-in").addEventListener("click", () => GRAPH.zoom(1.3));
$("zoom-out").addEventListener("click", () => GRAPH.zoom(0.77));
$("zoom-fit").addEventListener("click", () => { GRAPH.touched = false; GRAPH.fit(); });
$("save-png").addEventListener("click", savePng);
$("save-svg").addEventListener("click", () => save("graph.svg", "image/svg+xml", [svgText()]));
$("save-csv").addEventListener("click", () => save("graph.csv", "text/csv;charset=utf-8", ["\ufeff", csvText()]));
$("copy-link").addEventListener("click", async () => {
  try { await navigator.clipboard.writeText(location.href); say("Link copied."); } catch { window.prompt("Link to this view", location.href); }
});
$("menu").addEventListener("click", (event) => { if (event.target.tagName === "BUTTON") $("menu").open = false; });
document.addEventListener("keydown", (event) => {
  const typing = ["INPUT", "SELECT", "TEXTAREA"].includes(event.target.tagName);
  if (event.key === "/" && !typing) { event.preventDefault(); $("search").focus(); }
  else if (event.key === "Escape" && !typing) { if (STATE.node || STATE.path) select(null); else if (STATE.focus) reset(); }
});
addEventListener("hashchange", () => { if (location.hash.slice(1) !== written) { readAddress(); drawFilters(); drawRange(); refresh(); openPanel(true); } });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readTheme(); GRAPH.network.redraw(); });
suggest($("search"), $("hits"), (node) => select(node, true));
begin();

// For scripts and tests of the page: what is shown and where.
window.kgPage = {
  select: (id) => select(NODES.find((node) => node.id === id) || null, true),
  find: (query) => find(query).map((node) => node.id),
  state: () => ({ node: STATE.node && STATE.node.id, tab: STATE.tab, address: address(), shown: NODES.filter((node) => node.on).map((node) => node.id), drawn: NODES.filter((node) => node.seen).map((node) => node.id), folds: FOLDS.map((box) => ({ x: box.x, y: box.y, anchor: box.anchor.id, text: `+${box.anchor.more}` })), labels: LABELS.map((label) => ({ ...label, own: undefined })) }),
  where: (id) => { const node = NODES.find((other) => other.id === id); const spot = GRAPH.network.canvasToDOM({ x: node.x, y: node.y }); const box = $("canvas").getBoundingClientRect(); return { x: box.left + spot.x, y: box.top + spot.y }; },
  csv: csvText,
  svg: svgText,
};
