// Paints edges, nodes and labels onto vis-network's canvas: icons, fading, and labels that never overlap.

const PATHS = new Map();
const pathOf = (text) => { if (!PATHS.has(text)) PATHS.set(text, new Path2D(text)); return PATHS.get(text); };
const INK = {};
function readTheme() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ["paper", "ink", "soft", "rim", "accent"]) INK[name] = style.getPropertyValue(`--${name}`).trim();
  INK.dark = style.getPropertyValue("--dark").trim() === "1";
}
const familyColour = (family) => (INK.dark ? FAMILIES[family].dark : FAMILIES[family].colour);

// What is in the light: the selected or hovered node with its neighbours, or everything.
const LIGHT = { centre: null, nodes: null };
function setLight(node) {
  LIGHT.centre = node;
  LIGHT.nodes = node ? nearby(node, 1) : STATE.path ? new Set(STATE.path) : null;
}
const lit = (node) => !LIGHT.nodes || LIGHT.nodes.has(node);
const litEdge = (edge) => !LIGHT.nodes || (LIGHT.centre ? edge.a === LIGHT.centre || edge.b === LIGHT.centre : LIGHT.nodes.has(edge.a) && LIGHT.nodes.has(edge.b));

function paintEdges(ctx, scale) {
  const batches = new Map();
  for (const edge of EDGES) {
    if (!edge.seen || edge.a === edge.b) continue;
    const event = edge.a.happens ? edge.a : edge.b;
    const bright = LIGHT.nodes && litEdge(edge);
    const key = `${edge.family}|${event.planned || event.cancelled ? 1 : 0}|${LIGHT.nodes ? (bright ? 2 : 0) : 1}`;
    if (!batches.has(key)) batches.set(key, []);
    batches.get(key).push(edge);
  }
  const order = [...batches].sort(([a], [b]) => a.slice(-1) - b.slice(-1));
  for (const [key, edges] of order) {
    const [family, dashed, light] = key.split("|");
    ctx.strokeStyle = ctx.fillStyle = familyColour(family);
    ctx.globalAlpha = [0.07, EDGES.length > 8000 ? 0.12 : EDGES.length > 3000 ? 0.25 : 0.5, 0.95][light];
    ctx.lineWidth = (light === "2" ? 2.6 : 1.3) * Math.max(1, 0.55 / scale);
    ctx.setLineDash(dashed === "1" ? [6, 5] : []);
    ctx.beginPath();
    for (const edge of edges) { ctx.moveTo(edge.a.x, edge.a.y); ctx.lineTo(edge.b.x, edge.b.y); }
    ctx.stroke();
    ctx.setLineDash([]);
    if (light !== "0" && (scale > 0.45 || light === "2") && ["against", "deal", "about"].includes(family)) for (const edge of edges) paintArrow(ctx, edge);
  }
  ctx.globalAlpha = 1;
}
function paintArrow(ctx, { a, b }) {
  const angle = Math.atan2(b.y - a.y, b.x - a.x);
  const x = b.x - Math.cos(angle) * (b.r + 4), y = b.y - Math.sin(angle) * (b.r + 4);
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x - Math.cos(angle - 0.42) * 10, y - Math.sin(angle - 0.42) * 10);
  ctx.lineTo(x - Math.cos(angle + 0.42) * 10, y - Math.sin(angle + 0.42) * 10);
  ctx.fill();
}

// The copy where it belongs now, and dots for what comes into sight beside it.
function paintStill(ctx, ratio, view) {
  ctx.save();
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  const { canvas, view: then } = GRAPH.copy;
  const grown = view.scale / then.scale, left = view.x - then.x * grown, top = view.y - then.y * grown;
  const right = left + then.width * grown, bottom = top + then.height * grown;
  for (const node of NODES) {
    if (!node.seen) continue;
    const x = node.x * view.scale + view.x, y = node.y * view.scale + view.y;
    if (x < 0 || y < 0 || x > view.width || y > view.height || (x > left && x < right && y > top && y < bottom)) continue;
    ctx.fillStyle = node.kind.colour;
    const half = Math.max(1.6, node.r * view.scale * 0.85);
    ctx.fillRect(x - half, y - half, half * 2, half * 2);
  }
  ctx.imageSmoothingEnabled = grown !== 1;
  ctx.drawImage(canvas, left, top, right - left, bottom - top);
  ctx.restore();
}

function paintNode(ctx, node, x, y, hover) {
  const scale = GRAPH.scale;
  const { kind: look, r } = node;
  if (r * scale < 3.2 && node !== STATE.node && !hover) { paintSpeck(ctx, node, x, y, Math.max(r * 0.85, 1.6 / scale)); return; }
  ctx.save();
  ctx.translate(x, y);
  ctx.globalAlpha = lit(node) ? 1 : 0.22;
  if (node === STATE.node || hover) {
    ctx.beginPath();
    ctx.arc(0, 0, r * 1.15 + 7, 0, 7);
    ctx.fillStyle = INK.accent;
    ctx.globalAlpha *= node === STATE.node ? 0.42 : 0.22;
    ctx.fill();
    ctx.globalAlpha = lit(node) ? 1 : 0.22;
  }
  ctx.scale(r, r);
  const shape = pathOf(SHAPES[look.shape]);
  const hollow = node.planned || node.cancelled;
  ctx.fillStyle = INK.paper;
  ctx.fill(shape);
  ctx.fillStyle = look.colour;
  if (hollow) ctx.globalAlpha *= node.cancelled ? 0.3 : 0.5;
  ctx.fill(shape);
  ctx.globalAlpha = lit(node) ? 1 : 0.22;
  ctx.strokeStyle = hollow ? look.colour : INK.rim;
  ctx.lineWidth = (hollow ? 2.4 : 1.2) / r;
  ctx.setLineDash(hollow ? [5 / r, 3.5 / r] : []);
  ctx.stroke(shape);
  ctx.setLineDash([]);
  if (STATE.pins.has(node)) {
    ctx.beginPath();
    ctx.arc(0.8, -0.8, Math.max(0.22, 4 / r), 0, 7);
    ctx.fillStyle = INK.accent;
    ctx.fill();
    ctx.stroke();
  }
  if (r * scale > 4.5) {
    ctx.scale(0.055, 0.055);
    ctx.translate(-12, -12);
    ctx.strokeStyle = hollow ? INK.ink : look.ink;
    ctx.lineWidth = 2;
    ctx.lineCap = ctx.lineJoin = "round";
    ctx.stroke(pathOf(ICONS[look.icon]));
  }
  ctx.restore();
}

// Far away only colour can be seen, and a plain square is much faster to paint.
function paintSpeck(ctx, node, x, y, half) {
  ctx.globalAlpha = lit(node) ? (node.planned || node.cancelled ? 0.5 : 1) : 0.22;
  ctx.fillStyle = node.kind.colour;
  ctx.fillRect(x - half, y - half, half * 2, half * 2);
  ctx.globalAlpha = 1;
}

// Labels are set in screen pixels, the most telling first, and only where nothing else stands.
class Space {
  constructor() { this.cells = new Map(); }
  each(box, visit) {
    for (let i = Math.floor(box.x / 80); i <= Math.floor((box.x + box.w) / 80); i += 1) for (let j = Math.floor(box.y / 40); j <= Math.floor((box.y + box.h) / 40); j += 1) if (visit(i * 100003 + j)) return true;
    return false;
  }
  // Free of other labels and signs; a hub's name may cover signs (`labels`: only labels count), for it says the most.
  free(box, own, labels = false) {
    return !this.each(box, (cell) => (this.cells.get(cell) || []).some((other) => other.own !== own && !(labels && other.own) && box.x < other.x + other.w && other.x < box.x + box.w && box.y < other.y + other.h && other.y < box.y + box.h));
  }
  take(box) { this.each(box, (cell) => { if (!this.cells.has(cell)) this.cells.set(cell, []); this.cells.get(cell).push(box); }); }
}
const WIDTHS = new Map();
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
function widthOf(ctx, text) {
  const key = ctx.font + text;
  if (!WIDTHS.has(key)) WIDTHS.set(key, ctx.measureText(text).width);
  return WIDTHS.get(key);
}
const detailOf = (node) => (node.happens ? [node.span && node.span.text.replace(/^\d+ /, ""), sizeShort(node)].filter(Boolean).join(" · ") : "");

// Where buttons lie over the picture.
function covered() {
  const picture = $("canvas").getBoundingClientRect();
  return [...document.querySelectorAll(".zoom")].map((element) => element.getBoundingClientRect()).filter((box) => box.width)
    .map((box) => ({ x: box.left - picture.left, y: box.top - picture.top, w: box.width, h: box.height, own: null }));
}

function paintLabels(ctx, ratio, view) {
  ctx.save();
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  const space = new Space();
  for (const box of covered()) space.take(box);
  const shown = [];
  for (const node of NODES) {
    if (!node.seen) continue;
    const x = node.x * view.scale + view.x, y = node.y * view.scale + view.y, r = node.r * view.scale;
    if (x < -150 || y < -60 || x > view.width + 150 || y > view.height + 60) continue;
    shown.push({ node, x, y, r });
    if (r > 3) space.take({ x: x - r, y: y - r, w: 2 * r, h: 2 * r, own: node });
  }
  FOLDS.length = 0;
  const first = (node) => (node === LIGHT.centre ? 2000 : LIGHT.nodes && LIGHT.nodes.has(node) ? 1000 : 0);
  shown.sort((p, q) => first(q.node) + q.node.weight - first(p.node) - p.node.weight || p.node.index - q.node.index);
  LABELS.length = 0;
  const spots = shown.filter(({ node }) => lit(node));
  const ahead = LIGHT.centre ? 1 : 0;
  for (const spot of spots.slice(0, ahead)) paintLabel(ctx, space, spot, view);
  if (LIGHT.nodes) paintRoles(ctx, space, view);
  for (const spot of spots.slice(ahead, GRAPH.panning ? 80 : 700)) paintLabel(ctx, space, spot, view);
  // From afar only the fullest folds: the others come into sight with the zoom.
  const folds = shown.filter(({ node }) => node.more).sort((p, q) => q.node.more - p.node.more || p.node.index - q.node.index);
  for (const spot of folds.slice(0, view.scale < 0.6 ? 16 : 200)) paintFold(ctx, space, spot);
  ctx.restore();
}
const LABELS = [];
const HUBS = new Set([...NODES].sort((a, b) => b.links.length - a.links.length).slice(0, 8).filter((node) => node.links.length > 7));
const FOLDS = [];
// "+12" at the corner of a node: so many are folded behind it, and a click unfolds them.
function paintFold(ctx, space, { node, x, y, r }) {
  const text = `+${number.format(node.more)}`;
  ctx.font = `600 11px ${FONT}`;
  const w = widthOf(ctx, text) + 10, box = { x: x + r * 0.6, y: y + r * 0.5, w, h: 16, own: null, anchor: node };
  if (!space.free(box, node, r < 12)) return;
  space.take(box);
  FOLDS.push(box);
  ctx.globalAlpha = lit(node) ? 1 : 0.3;
  ctx.fillStyle = INK.ink;
  ctx.beginPath();
  ctx.roundRect(box.x, box.y, w, 16, 8);
  ctx.fill();
  ctx.fillStyle = INK.paper;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.fillText(text, box.x + 5, box.y + 8.5);
  ctx.globalAlpha = 1;
}
function paintLabel(ctx, space, { node, x, y, r }, view) {
  const centre = node === LIGHT.centre;
  const size = node.happens || node.weight > 8 ? 13 : 12;
  const lines = centre ? wrap(node.label, 34) : wrap(node.label, 19);
  const detail = detailOf(node);
  const choices = [detail && [...lines, detail], lines, lines.length > 1 && [shorten(node.label, 20)]].filter(Boolean);
  ctx.font = `${node.happens || centre ? 600 : 500} ${size}px ${FONT}`;
  for (const rows of choices) {
    const w = Math.max(...rows.map((row) => widthOf(ctx, row))) + 4, h = rows.length * (size + 2) + 2;
    let spots = spotsAround(x, y, r, w, h, view);
    if (centre) spots = spots.map((spot) => [crossings(node, spot, w, h, view), spot]).sort(([p], [q]) => p - q).map(([, spot]) => spot);
    const spot = spots.find(([left, top]) => space.free({ x: left, y: top, w, h }, node)) || (rows === choices[choices.length - 1] && (centre ? spots[0] : HUBS.has(node) && spots.find(([left, top]) => space.free({ x: left, y: top, w, h }, node, true))));
    if (!spot) continue;
    const box = { x: spot[0], y: spot[1], w, h, label: node.label, own: null };
    space.take(box);
    LABELS.push(box);
    writeRows(ctx, rows, spot[0] + w / 2, spot[1], size, node, Boolean(detail) && rows === choices[0]);
    return;
  }
}
// Places for a label of w x h: below, above, beside, at the corners; within the picture.
function spotsAround(x, y, r, w, h, view) {
  const inside = x > 0 && x < view.width ? Math.max(4, Math.min(view.width - w - 4, x - w / 2)) : x - w / 2;
  const d = r * 0.75 + 2;
  return [[inside, y + r + 3], [inside, y - r - h - 3], [x + r + 4, y - h / 2], [x - r - w - 4, y - h / 2],
    [x + d, y + d], [x - d - w, y + d], [x + d, y - d - h], [x - d - w, y - d - h]].filter(([left, top]) => left >= 2 && left + w <= view.width - 2 && (y < 0 || y > view.height || (top >= 2 && top + h <= view.height - 2)));
}
// How many lines of `node` a label at this place would cover.
function crossings(node, [left, top], w, h, view) {
  return node.links.filter(({ other }) => other.seen && [0.15, 0.3, 0.45, 0.6, 0.75].some((part) => {
    const x = (node.x + (other.x - node.x) * part) * view.scale + view.x, y = (node.y + (other.y - node.y) * part) * view.scale + view.y;
    return x > left - 4 && x < left + w + 4 && y > top - 4 && y < top + h + 4;
  })).length;
}
function writeRows(ctx, rows, middle, top, size, node, extra) {
  ctx.textAlign = "center";
  ctx.textBaseline = "top";
  ctx.lineJoin = "round";
  rows.forEach((row, index) => {
    const last = extra && index === rows.length - 1;
    const y = top + 1 + index * (size + 2);
    ctx.font = `${last ? 400 : node.happens || node === LIGHT.centre ? 600 : 500} ${last ? size - 1 : size}px ${FONT}`;
    ctx.strokeStyle = INK.paper;
    ctx.lineWidth = 3.5;
    ctx.strokeText(row, middle, y);
    ctx.fillStyle = last || node.cancelled ? INK.soft : INK.ink;
    ctx.fillText(row, middle, y);
    if (node.cancelled && !last) {
      const half = widthOf(ctx, row) / 2;
      ctx.fillRect(middle - half, y + size / 2, half * 2, 1.4);
    }
  });
}
// Names of the relations, only along the lines in the light: elsewhere colour has to do.
function paintRoles(ctx, space, view) {
  ctx.font = `500 11px ${FONT}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (const edge of EDGES) {
    if (!edge.seen || !litEdge(edge)) continue;
    const text = edge.roles.map(([role, , name]) => name || roleOf(role).out).join(", ");
    const w = widthOf(ctx, text) + 8;
    for (const part of [0.5, 0.4, 0.62, 0.3, 0.72]) {
      const x = (edge.a.x + (edge.b.x - edge.a.x) * part) * view.scale + view.x, y = (edge.a.y + (edge.b.y - edge.a.y) * part) * view.scale + view.y;
      const box = { x: x - w / 2, y: y - 8, w, h: 16 };
      if (!space.free(box, null)) continue;
      space.take(box);
      ctx.fillStyle = INK.paper;
      ctx.globalAlpha = 0.88;
      ctx.fillRect(box.x, box.y, box.w, box.h);
      ctx.globalAlpha = 1;
      ctx.fillStyle = familyColour(edge.family);
      ctx.fillText(text, x, y);
      break;
    }
  }
}
