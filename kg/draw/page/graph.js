// vis-network holds the nodes, moves and zooms; painting is canvas.js, the rest of the page is told of clicks.

const itemOf = (node) => ({ shape: "custom", size: node.r, ...DATA.vis.nodes[node.index], id: node.index, x: node.x, y: node.y, hidden: !node.seen, fixed: STATE.pins.has(node), ctxRenderer: GRAPH.render });

GRAPH.start = () => {
  readTheme();
  GRAPH.turn();
  GRAPH.items = new vis.DataSet(NODES.filter((node) => node.placed).map(itemOf));
  // Edges are springs for free movement only, so vis-network gets them when that begins: many take seconds to make.
  GRAPH.springs = new vis.DataSet([]);
  const edges = GRAPH.springs;
  GRAPH.network = new vis.Network($("canvas"), { nodes: GRAPH.items, edges }, DATA.vis.options);
  const network = GRAPH.network;
  network.on("beforeDrawing", (ctx) => {
    GRAPH.scale = network.getScale();
    if (GRAPH.moving || GRAPH.dragging) GRAPH.readPositions();
    if (!GRAPH.still()) paintEdges(ctx, GRAPH.scale);
  });
  network.on("afterDrawing", (ctx) => {
    const ratio = ctx.canvas.width / ctx.canvas.clientWidth, view = GRAPH.view();
    if (GRAPH.still()) paintStill(ctx, ratio, view);
    else { paintLabels(ctx, ratio, view); GRAPH.painted = view; }
  });
  network.on("click", ({ nodes, pointer }) => {
    const fold = GRAPH.foldAt(pointer.DOM);
    if (fold !== undefined) toggleFold(fold);
    else if (nodes.length) select(NODES[nodes[0]]);
    else { const edge = GRAPH.edgeAt(pointer.canvas); if (edge) showEdge(edge); else if (STATE.node) select(null); }
  });
  network.on("doubleClick", ({ nodes }) => { if (nodes.length) focusOn(NODES[nodes[0]]); });
  network.on("hoverNode", ({ node }) => { $("canvas").classList.add("over"); GRAPH.light(NODES[node]); });
  network.on("blurNode", () => { $("canvas").classList.remove("over"); GRAPH.light(null); });
  network.on("dragStart", ({ nodes }) => { GRAPH.dragging = nodes.length > 0; if (!nodes.length) GRAPH.pan(); });
  network.on("dragEnd", ({ nodes }) => {
    GRAPH.readPositions();
    if (GRAPH.dragging && nodes.length) { const node = NODES[nodes[0]]; moveTo(node, ...(GRAPH.turned ? [Math.round(node.y), Math.round(node.x)] : [Math.round(node.x), Math.round(node.y)])); writeAddress(); }
    GRAPH.dragging = GRAPH.panning = false;
    network.redraw();
  });
  network.on("zoom", GRAPH.zooming);
  network.on("resize", () => { if (!GRAPH.touched) GRAPH.fit(); });
  for (const name of ["zoom", "dragStart"]) network.on(name, () => { GRAPH.touched = true; });
  $("canvas").addEventListener("keydown", GRAPH.key);
  GRAPH.fit();
};
// The layout is wide; on an upright screen it is turned by a quarter.
GRAPH.turn = () => {
  const reach = (name) => Math.max(...NODES.map((node) => node[name])) - Math.min(...NODES.map((node) => node[name]));
  if (!NODES.length || $("canvas").clientHeight < $("canvas").clientWidth * 1.15 || reach("x") < reach("y")) return;
  GRAPH.turned = true;
  for (const node of NODES) [node.x, node.y] = [node.y, node.x];
};
GRAPH.render = ({ ctx, id, x, y, state: { hover } }) => ({
  drawNode: () => { if (!GRAPH.still()) paintNode(ctx, NODES[id], x, y, hover); },
  nodeDimensions: { width: NODES[id].r * 2.2, height: NODES[id].r * 2.2 },
});
GRAPH.readPositions = () => {
  const positions = GRAPH.network.getPositions();
  for (const node of NODES) if (positions[node.index]) ({ x: node.x, y: node.y } = positions[node.index]);
};
GRAPH.view = () => {
  const zero = GRAPH.network.canvasToDOM({ x: 0, y: 0 });
  return { x: zero.x, y: zero.y, scale: GRAPH.network.getScale(), width: $("canvas").clientWidth, height: $("canvas").clientHeight };
};
// While a large picture is moved, a copy of what was painted last is moved in its place: painting takes too long.
GRAPH.still = () => GRAPH.panning && GRAPH.copy !== null;
GRAPH.pan = () => {
  if (GRAPH.panning) return;
  GRAPH.panning = true;
  GRAPH.copy = null;
  if (!GRAPH.painted || NODES.filter((node) => node.seen).length < 700) return;
  const shown = $("canvas").querySelector("canvas");
  const copy = el("canvas", { width: shown.width, height: shown.height });
  copy.getContext("2d").drawImage(shown, 0, 0);
  GRAPH.copy = { canvas: copy, view: GRAPH.painted };
};
let resting = null;
GRAPH.zooming = () => {
  GRAPH.pan();
  clearTimeout(resting);
  resting = setTimeout(() => { GRAPH.panning = false; GRAPH.network.redraw(); }, 180);
};
let hovering = null;
GRAPH.light = (node) => {
  // A short stay, so that a pointer that only passes does not make the picture flicker.
  clearTimeout(hovering);
  hovering = setTimeout(() => { setLight(node || STATE.node); GRAPH.network.redraw(); }, node ? 60 : 140);
};
GRAPH.update = () => {
  const changed = [];
  for (const node of NODES) {
    const item = node.placed && (GRAPH.items.get(node.index) || {});
    if (item && (item.hidden !== !node.seen || item.fixed !== STATE.pins.has(node))) changed.push(item.id === undefined ? itemOf(node) : { id: node.index, hidden: !node.seen, fixed: STATE.pins.has(node) });
  }
  if (changed.length) GRAPH.items.update(changed);
  setLight(STATE.node);
  GRAPH.network.redraw();
};
GRAPH.fit = () => {
  const seen = NODES.filter((node) => node.seen);
  const width = $("canvas").clientWidth, height = $("canvas").clientHeight;
  if (!seen.length || !width) return;
  const left = Math.min(...seen.map((node) => node.x - node.r)), right = Math.max(...seen.map((node) => node.x + node.r));
  const top = Math.min(...seen.map((node) => node.y - node.r)), bottom = Math.max(...seen.map((node) => node.y + node.r));
  // Labels are set in pixels, whatever the zoom: leave them a margin in pixels.
  const side = Math.min(80, width / 9);
  const scale = Math.max(0.02, Math.min(1.3, (width - 2 * side) / (right - left), (height - 74) / (bottom - top)));
  GRAPH.network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 + 14 / scale }, scale, animation: false });
};
// Bring a node into view without taking the reader away from where they are.
GRAPH.reveal = (node) => {
  const view = GRAPH.view();
  const x = node.x * view.scale + view.x, y = node.y * view.scale + view.y;
  // On a small screen the panel lies over the lower part of the picture.
  const covered = getComputedStyle($("panel")).position === "absolute" && document.body.classList.contains("panel-open") ? $("panel").offsetHeight - $("range").offsetHeight : 0;
  if (x > 60 && y > 40 && x < view.width - 60 && y < view.height - covered - 60 && view.scale > 0.35) return;
  GRAPH.touched = true;
  GRAPH.network.moveTo({ position: { x: node.x, y: node.y }, scale: Math.max(view.scale, 0.6), offset: { x: 0, y: -covered / 2 }, animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 350, easingFunction: "easeInOutQuad" } });
};
// The "+n" sign at a point of the picture: the node that it belongs to, null for what belongs to none, else undefined.
GRAPH.foldAt = ({ x, y }) => {
  const sign = FOLDS.find((box) => x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h);
  return sign && sign.anchor;
};
GRAPH.move = (moving) => {
  GRAPH.moving = moving;
  if (moving && !GRAPH.springs.length) GRAPH.springs.add(DATA.vis.edges);
  GRAPH.network.setOptions({ physics: { enabled: moving } });
};
GRAPH.edgeAt = ({ x, y }) => {
  const reach = 7 / GRAPH.scale;
  let best = null, least = reach;
  for (const edge of EDGES) {
    if (!edge.seen) continue;
    const { a, b } = edge;
    const dx = b.x - a.x, dy = b.y - a.y;
    const part = Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy || 1)));
    const far = Math.hypot(x - a.x - part * dx, y - a.y - part * dy);
    if (far < least) { best = edge; least = far; }
  }
  return best;
};
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
GRAPH.key = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const zoom = { "+": 1.25, "=": 1.25, "-": 0.8 }[event.key];
  if (ARROWS[event.key]) GRAPH.step(...ARROWS[event.key]);
  else if (event.key === "Enter" && STATE.node) { openPanel(true); $("panel").focus(); }
  else if (event.key === "f" && STATE.node) focusOn(STATE.node);
  else if (event.key === "h" && STATE.node) hideNode(STATE.node);
  else if (event.key === "p" && STATE.node) pinNode(STATE.node);
  else if (event.key === "0") { GRAPH.touched = false; GRAPH.fit(); }
  else if (zoom) GRAPH.zoom(zoom);
  else return;
  event.preventDefault();
};
GRAPH.zoom = (factor) => { GRAPH.touched = true; GRAPH.network.moveTo({ scale: Math.min(4, Math.max(0.02, GRAPH.network.getScale() * factor)) }); };
GRAPH.step = (dx, dy) => {
  const seen = NODES.filter((node) => node.seen);
  if (!seen.length) return;
  const from = STATE.node && STATE.node.seen ? STATE.node : null;
  if (!from) { select(seen.reduce((best, node) => (node.weight > best.weight ? node : best))); return; }
  let best = null, least = Infinity;
  for (const node of seen) {
    const along = (node.x - from.x) * dx + (node.y - from.y) * dy;
    const across = Math.abs((node.x - from.x) * dy) + Math.abs((node.y - from.y) * dx);
    if (node !== from && along > 1 && across < along * 2 && along + across * 2 < least) { best = node; least = along + across * 2; }
  }
  if (best) select(best);
};
