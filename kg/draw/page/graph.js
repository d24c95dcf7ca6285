// vis-network holds the nodes, moves and zooms; painting is canvas.js, the rest of the page is told of clicks.

const GRAPH = { network: null, moving: false, scale: 1, dragging: false, panning: false };

GRAPH.start = () => {
  readTheme();
  GRAPH.turn();
  GRAPH.items = new vis.DataSet(DATA.vis.nodes.map((node) => ({ ...node, hidden: !NODES[node.id].on, ctxRenderer: GRAPH.render })));
  const edges = new vis.DataSet(DATA.vis.edges);
  GRAPH.network = new vis.Network($("canvas"), { nodes: GRAPH.items, edges }, DATA.vis.options);
  const network = GRAPH.network;
  network.on("beforeDrawing", (ctx) => {
    GRAPH.scale = network.getScale();
    if (GRAPH.moving || GRAPH.dragging) GRAPH.readPositions();
    paintEdges(ctx, GRAPH.scale);
  });
  network.on("afterDrawing", (ctx) => paintLabels(ctx, ctx.canvas.width / ctx.canvas.clientWidth, GRAPH.view()));
  network.on("click", ({ nodes, pointer }) => {
    if (nodes.length) select(NODES[nodes[0]]);
    else { const edge = GRAPH.edgeAt(pointer.canvas); if (edge) showEdge(edge); else if (STATE.node) select(null); }
  });
  network.on("doubleClick", ({ nodes }) => { if (nodes.length) focusOn(NODES[nodes[0]]); });
  network.on("hoverNode", ({ node }) => { $("canvas").classList.add("over"); GRAPH.light(NODES[node]); });
  network.on("blurNode", () => { $("canvas").classList.remove("over"); GRAPH.light(null); });
  network.on("dragStart", ({ nodes }) => { GRAPH.dragging = nodes.length > 0; GRAPH.panning = nodes.length === 0; });
  network.on("dragEnd", () => { GRAPH.readPositions(); GRAPH.dragging = GRAPH.panning = false; network.redraw(); });
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
  for (const node of NODES) {
    [node.x, node.y] = [node.y, node.x];
    Object.assign(DATA.vis.nodes[node.index], { x: node.x, y: node.y });
  }
};
GRAPH.render = ({ ctx, id, x, y, state: { hover } }) => ({
  drawNode: () => paintNode(ctx, NODES[id], x, y, hover),
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
let resting = null;
GRAPH.zooming = () => {
  GRAPH.panning = true;
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
  const changed = DATA.vis.nodes.filter(({ id }) => GRAPH.items.get(id).hidden === NODES[id].on).map(({ id }) => ({ id, hidden: !NODES[id].on }));
  if (changed.length) GRAPH.items.update(changed);
  setLight(STATE.node);
  GRAPH.network.redraw();
};
GRAPH.fit = () => {
  const seen = NODES.filter((node) => node.on);
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
GRAPH.move = (moving) => {
  GRAPH.moving = moving;
  GRAPH.network.setOptions({ physics: { enabled: moving } });
};
GRAPH.edgeAt = ({ x, y }) => {
  const reach = 7 / GRAPH.scale;
  let best = null, least = reach;
  for (const edge of EDGES) {
    if (!edge.on) continue;
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
  else if (event.key === "0") { GRAPH.touched = false; GRAPH.fit(); }
  else if (zoom) GRAPH.zoom(zoom);
  else return;
  event.preventDefault();
};
GRAPH.zoom = (factor) => { GRAPH.touched = true; GRAPH.network.moveTo({ scale: Math.min(4, Math.max(0.02, GRAPH.network.getScale() * factor)) }); };
GRAPH.step = (dx, dy) => {
  const seen = NODES.filter((node) => node.on);
  if (!seen.length) return;
  const from = STATE.node && STATE.node.on ? STATE.node : null;
  if (!from) { select(seen.reduce((best, node) => (node.weight > best.weight ? node : best))); return; }
  let best = null, least = Infinity;
  for (const node of seen) {
    const along = (node.x - from.x) * dx + (node.y - from.y) * dy;
    const across = Math.abs((node.x - from.x) * dy) + Math.abs((node.y - from.y) * dx);
    if (node !== from && along > 1 && across < along * 2 && along + across * 2 < least) { best = node; least = along + across * 2; }
  }
  if (best) select(best);
};
