// How each kind of node and relation looks, from look.json: one table for picture, legend, table, timeline and print.
// Colours are those of Okabe and Ito, told apart with any colour vision; shape and icon say the same again.

const DATA = JSON.parse(document.getElementById("data").textContent);
const META = DATA.meta;
const { shapes: SHAPES, icons: ICONS, kinds: KINDS, groups: GROUPS, families: FAMILIES, roles: ROLES } = DATA.look;
const GRAPH = { network: null, moving: false, scale: 1, dragging: false, panning: false, turned: false, copy: null, painted: null };
const OTHER = KINDS.Other;
const HAPPENS = new Set(["Petition", "Protest", "UnionAction", "LegalAction", "CollectiveAction", "PublicStatement", "Contract"]);
const ACTIONS = new Set(["Petition", "Protest", "UnionAction", "LegalAction", "CollectiveAction"]);
const kindOf = (cls) => (Object.hasOwn(KINDS, cls) ? KINDS[cls] : OTHER);

// Relations fall into five families, each with a colour and a short name in the legend.
const roleOf = (role) => {
  if (Object.hasOwn(ROLES, role)) return ROLES[role];
  const words = humanise(role);
  return { family: "tie", out: words, back: `${words} of` };
};

const humanise = (text) => String(text || "").replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[-_]/g, " ").toLowerCase();
const CANCELLED = new Set(["cancelled", "prevented", "withdrawn"]);
const PLANNED = new Set(["planned", "threatened", "proposed", "bidding"]);
