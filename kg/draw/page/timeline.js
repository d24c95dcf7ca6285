// Actions and contracts over time, one band for each company; bars where only a month or year is known.

const LINE = { names: 158, row: 26, pad: 8 };

function bandsOf(events) {
  const degree = new Map();
  const found = events.map((node) => [node, [...node.companies]]);
  for (const [, list] of found) for (const company of list) degree.set(company, (degree.get(company) || 0) + 1);
  const bands = new Map();
  for (const [node, list] of found) {
    const company = list.sort((a, b) => degree.get(b) - degree.get(a) || a.index - b.index)[0] || null;
    if (!bands.has(company)) bands.set(company, []);
    bands.get(company).push(node);
  }
  return [...bands].sort(([a, p], [b, q]) => (a === null) - (b === null) || q.length - p.length || (a && b ? a.index - b.index : 0));
}
function drawTimeline() {
  const box = $("view-timeline");
  const events = NODES.filter((node) => node.on && node.happens && node.span).sort((a, b) => a.span.first - b.span.first || a.index - b.index);
  const undated = NODES.filter((node) => node.on && node.happens && !node.span);
  if (!events.length) { fill(box, el("p", { class: "hint pad" }, "Nothing that is shown has a date.")); return; }
  const narrow = box.clientWidth < 500;
  const scale = timeScale(events, box.clientWidth - (narrow ? 0 : LINE.names) - 24);
  const { at, width } = scale;
  const names = [];
  const parts = [], bands = [];
  let y = 34;
  for (const [company, nodes] of bandsOf(events)) {
    const lanes = [];
    const top = y;
    if (narrow) y += 20;
    const marks = nodes.map((node) => {
      const x = at((node.span.first + node.span.last) / 2), x1 = at(node.span.first), x2 = at(node.span.last);
      const label = shorten(node.label, 30) + (sizeShort(node) ? ` (${sizeShort(node)})` : "");
      const from = Math.min(x1, x - 11), to = Math.max(x2 + 4, x + 14 + label.length * 6.6 + 8);
      let lane = lanes.findIndex((end) => end <= from);
      if (lane < 0) lane = lanes.push(0) - 1;
      lanes[lane] = to;
      return mark(node, { x, x1, x2, y: y + LINE.pad + lane * LINE.row + LINE.row / 2 }, label);
    });
    y += lanes.length * LINE.row + LINE.pad * 2;
    const name = svg("text", { x: 12, y: top + (narrow ? 18 : 27), class: "band-name" });
    name.textContent = shorten(company ? company.label : "no company named", narrow ? 40 : 17);
    bands.push(svg("rect", { x: 0, y: top, width, height: y - top, class: bands.length % 2 ? "band odd" : "band" }));
    names.push(svg("rect", { x: 0, y: top, width: LINE.names, height: y - top, class: names.length % 4 ? "band odd" : "band" }), name);
    parts.push(...marks);
    if (narrow) parts.push(name);
  }
  const frame = (wide, ...children) => svg("svg", { width: wide, height: y + 10, viewBox: `0 0 ${wide} ${y + 10}`, role: "group", "aria-label": "Timeline of actions and contracts" }, children);
  fill(box, el("div", { class: "time" }, narrow ? null : el("div", { class: "names" }, frame(LINE.names, names)), frame(width, bands, ticks(scale, y), parts)),
    undated.length ? el("section", { class: "pad" }, el("h3", {}, `Without a date (${undated.length})`), el("ul", { class: "undated" }, undated.slice(0, 100).map((node) => el("li", {}, nodeButton(node))))) : "");
}
// A year is as wide as it is busy: quiet ones shrink, so that the story fits on few screens.
function timeScale(events, room) {
  const year = (time) => new Date(time).getUTCFullYear();
  const first = year(Math.min(...events.map((node) => node.span.first))), last = year(Math.max(...events.map((node) => node.span.last)));
  const busy = new Array(last - first + 1).fill(0);
  for (const node of events) busy[year((node.span.first + node.span.last) / 2) - first] += 1;
  const tail = 200;
  const wanted = busy.map((count) => Math.min(900, 46 + count * 36));
  const total = wanted.reduce((sum, width) => sum + width, 0);
  // Rather deep than wide: reading goes down more easily than to the side.
  const stretch = Math.min(1, (Math.max(room, 900) * 1.1) / (total + tail)) * Math.max(1, (room - tail) / total);
  const starts = [16];
  for (const width of wanted) starts.push(starts[starts.length - 1] + Math.max(38, width * stretch));
  const at = (time) => {
    const index = Math.max(0, Math.min(busy.length - 1, year(time) - first));
    const begin = Date.UTC(first + index, 0, 1), end = Date.UTC(first + index + 1, 0, 1);
    return starts[index] + ((time - begin) / (end - begin)) * (starts[index + 1] - starts[index]);
  };
  return { at, first, last, width: starts[starts.length - 1] + tail };
}
function ticks({ at, first, last }, bottom) {
  const marks = [];
  for (let month = first * 12; month <= last * 12 + 12; month += 1) {
    const x = at(Date.UTC(Math.floor(month / 12), month % 12, 1));
    const wide = at(Date.UTC(Math.floor(month / 12) + 1, 0, 1)) - at(Date.UTC(Math.floor(month / 12), 0, 1));
    if (month % (wide > 420 ? 3 : wide > 200 ? 6 : 12)) continue;
    const text = svg("text", { x: x + 4, y: 20, class: month % 12 ? "tick minor" : "tick" });
    text.textContent = month % 12 ? MONTHS[month % 12].slice(0, 3) : String(month / 12);
    marks.push(svg("line", { x1: x, x2: x, y1: 8, y2: bottom, class: month % 12 ? "tick-line minor" : "tick-line" }), text);
  }
  return marks;
}
function mark(node, { x, x1, x2, y }, label) {
  const text = svg("text", { x: x + 14, y: y + 4, class: node.cancelled ? "mark-text cancelled" : node.planned ? "mark-text planned" : "mark-text" });
  text.textContent = label;
  const hint = svg("title");
  hint.textContent = [node.label, node.when, aside(node)].filter(Boolean).join(" · ");
  const chosen = () => select(node, true);
  const look = node.kind;
  const made = svg("g", { class: node === STATE.node ? "mark chosen" : "mark", tabindex: 0, role: "button", "aria-label": hint.textContent, "data-key": keyOf(node) }, hint,
    x2 - x1 > 20 ? svg("line", { x1, x2, y1: y, y2: y, class: "span", stroke: look.colour }) : null,
    svg("rect", { x: x - 13, y: y - 13, width: 30 + label.length * 6.6, height: 26, class: "hit" }),
    svg("path", { d: SHAPES[look.shape], transform: `translate(${x} ${y}) scale(9.5)`, fill: look.colour, class: node.planned || node.cancelled ? "sign hollow" : "sign" }),
    svg("path", { d: ICONS[look.icon], transform: `translate(${x} ${y}) scale(.52) translate(-12 -12)`, fill: "none", stroke: node.planned || node.cancelled ? INK.ink : look.ink, "stroke-width": 2.2, "stroke-linecap": "round" }), text);
  made.addEventListener("click", chosen);
  made.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); chosen(); } });
  return made;
}
