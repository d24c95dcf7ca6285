// The data of the page as linked objects, and small helpers for dates, counts and elements.

const $ = (id) => document.getElementById(id);

// Every text reaches the page through textContent or an attribute set here: none is ever parsed as HTML.
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return node;
}
const fill = (node, ...children) => node.replaceChildren(...children.flat(Infinity).filter((child) => child != null && child !== false && child !== ""));
function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) if (value != null) node.setAttribute(name, value);
  node.append(...children.flat(Infinity).filter(Boolean));
  return node;
}

const NODES = DATA.nodes.map((node, index) => {
  const { x = 0, y = 0 } = DATA.vis.nodes[index] || {};
  const folded = node.at !== undefined;
  return { ...node, index, kind: kindOf(node.cls), happens: HAPPENS.has(node.cls), x, y, folded, placed: !folded, links: [], on: true, seen: !folded };
});
const EDGES = DATA.edges.map((edge, index) => {
  const a = NODES[edge.a], b = NODES[edge.b];
  const made = { index, a, b, roles: edge.roles, family: roleOf(edge.roles[0][0]).family, on: true, seen: true };
  a.links.push({ edge: made, other: b, out: true });
  if (a !== b) b.links.push({ edge: made, other: a, out: false });
  return made;
});

// Short keys for the address bar: what all identifiers begin with is left out.
const PREFIX = (() => {
  if (NODES.length < 2) return "";
  const first = NODES.reduce((least, { id }) => (id < least ? id : least), NODES[0].id), last = NODES.reduce((most, { id }) => (id > most ? id : most), "");
  let end = 0;
  while (end < first.length && first[end] === last[end]) end += 1;
  return first.slice(0, first.lastIndexOf("/", end) + 1);
})();
const BY_KEY = new Map(NODES.map((node) => [node.id.slice(PREFIX.length), node]));
const keyOf = (node) => node.id.slice(PREFIX.length);

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
function spanOf(text) {
  const parts = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?/.exec(text || "");
  if (!parts) return null;
  const [year, month, day] = parts.slice(1).map((part) => (part ? Number(part) : null));
  if (day) return { first: Date.UTC(year, month - 1, day), last: Date.UTC(year, month - 1, day), text: `${day} ${MONTHS[month - 1]} ${year}` };
  if (month) return { first: Date.UTC(year, month - 1, 1), last: Date.UTC(year, month, 0), text: `${MONTHS[month - 1]} ${year}` };
  return { first: Date.UTC(year, 0, 1), last: Date.UTC(year, 11, 31), text: String(year) };
}
const number = new Intl.NumberFormat("en");
function sizeText(node) {
  const { lo, hi } = node;
  if (lo == null && hi == null) return "";
  if (lo === hi) return number.format(lo);
  // A minimum such as 451 comes from "more than 450".
  if (hi == null) return lo > 10 && lo % 10 === 1 ? `more than ${number.format(lo - 1)}` : `at least ${number.format(lo)}`;
  if (lo == null) return `up to ${number.format(hi)}`;
  return `${number.format(lo)}–${number.format(hi)}`;
}
// The sources' own words ("some 500", "thousands"), where they are kept; several if sources differ.
const sizeWords = (node) => [...new Set(node.facts.filter((fact) => fact[0] === "size").map((fact) => fact[1].replace(/\s+/g, " ").trim().replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())))];
function peopleText(node) {
  const words = sizeWords(node);
  if (!words.length) return sizeText(node) && `${sizeText(node)} people`;
  return words.slice(0, 3).map((text) => (/(dozens|scores|hundreds|thousands|millions)$/i.test(text) ? `${text} of people` : `${text} people`)).join(" / ");
}
const sizeShort = (node) => (sizeWords(node).length === 1 && node.hi != null && node.lo !== node.hi && sizeWords(node)[0].length < 17 ? sizeWords(node)[0] : node.lo != null && node.hi == null ? `${number.format(node.lo > 10 && node.lo % 10 === 1 ? node.lo - 1 : node.lo)}+` : sizeText(node));
for (const node of NODES) {
  node.span = spanOf(node.start);
  node.when = node.span ? node.span.text : "";
  node.alone = !node.links.length;
  node.cancelled = CANCELLED.has(node.status);
  node.planned = PLANNED.has(node.status);
  node.sure = node.facts.reduce((best, fact) => Math.max(best, fact[3] == null ? 1 : fact[3]), node.facts.length ? 0 : 1);
  node.weight = node.links.length + (node.happens ? 3 + Math.log10((node.lo || node.hi || 0) + 1) * 3 : 0) - (node.kind.group === "themes" ? 4 : 0);
}
// Roles that `node` plays or fills, as Map(phrase -> [{other, role, quotes}]): its own first, then who, against whom, about what.
function rolesOf(node) {
  const found = new Map();
  for (const out of [true, false]) {
    for (const link of node.links) {
      if (link.out !== out) continue;
      for (const [role, quotes, name] of link.edge.roles) {
        const phrase = out ? roleOf(role).out : roleOf(role).back;
        if (!found.has(phrase)) found.set(phrase, []);
        found.get(phrase).push({ other: link.other, role, quotes, out, name });
      }
    }
  }
  const rank = ([, [item]]) => (item.out ? 0 : 10) + Object.keys(FAMILIES).indexOf(roleOf(item.role).family);
  return new Map([...found].sort((a, b) => rank(a) - rank(b)));
}
const linked = (node, roles, out = true) => [...new Set(node.links.filter((link) => link.out === out && link.edge.roles.some(([role]) => roles.includes(role))).map((link) => link.other))];
const BY_ROLES = ["signatory", "participant", "organizer", "speaker"];
const AGAINST_ROLES = ["addressee", "target"];
const ABOUT_ROLES = ["concerns", "inResponseTo", "demands", "covers"];

// The companies that an action or contract is about: those it names, else those of its people, technology or contract.
const companiesOf = (node) => {
  const near = node.links.map(({ other }) => other);
  const direct = near.filter((other) => other.cls === "Company");
  const through = near.filter((other) => ["Collective", "Technology", "Contract", "Person"].includes(other.cls)).flatMap((other) => other.links.map((link) => link.other));
  return [...new Set(direct.length ? direct : through.filter((other) => other.cls === "Company"))];
};
for (const node of NODES) {
  node.companies = node.happens ? companiesOf(node) : [];
  node.causes = node.happens ? [...new Set(node.links.map(({ other }) => other).filter((other) => other.cls === "Cause"))] : [];
}
// What the file holds but does not draw at first stands behind the node that is nearest to it (null: behind none).
const BEHIND = new Map();
for (const node of NODES) {
  if (!node.folded) continue;
  node.anchor = node.at < 0 ? null : NODES[node.at];
  if (!BEHIND.has(node.anchor)) BEHIND.set(node.anchor, []);
  BEHIND.get(node.anchor).push(node);
}
const absentOf = (node) => DATA.absent[node ? String(node.index) : "-1"] || 0;

function shorten(text, limit) {
  const letters = Array.from(String(text).replace(/\s+/g, " ").trim());
  if (letters.length <= limit) return letters.join("");
  const cut = letters.slice(0, limit - 1).join("");
  const space = cut.lastIndexOf(" ");
  return `${(space > limit * 0.6 ? cut.slice(0, space) : cut).replace(/[\s,;:.–-]+$/, "")}…`;
}
// Two lines of about `width` letters: enough to recognise; the whole name is in the panel.
function wrap(text, width) {
  const words = shorten(text, width * 2).split(" ");
  const lines = [""];
  for (const word of words) {
    const line = lines[lines.length - 1];
    if (line && line.length + word.length + 1 > width && lines.length < 2) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines.map((line) => shorten(line, width + 4));
}
const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

function badge(cls, size = 22) {
  const look = kindOf(cls);
  return svg("svg", { viewBox: "-1.3 -1.3 2.6 2.6", width: size, height: size, class: "badge", "aria-hidden": "true" },
    svg("path", { d: SHAPES[look.shape], fill: look.colour, class: "badge-edge" }),
    svg("path", { d: ICONS[look.icon], transform: "scale(.058) translate(-12 -12)", fill: "none", stroke: look.ink, "stroke-width": 2.2, "stroke-linecap": "round", "stroke-linejoin": "round" }));
}
const say = (text) => { $("live").textContent = text; };
