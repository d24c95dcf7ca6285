// How each kind of node and relation looks: one table for picture, legend, table, timeline and SVG.
// Colours are those of Okabe and Ito, told apart with any colour vision; shape and icon say the same again.

const SHAPES = {
  circle: "M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0Z",
  square: "M-.62-.9H.62A.28.28 0 0 1 .9-.62V.62A.28.28 0 0 1 .62.9H-.62A.28.28 0 0 1-.9.62V-.62A.28.28 0 0 1-.62-.9Z",
  hexagon: "M-.52-.95H.52L1.05 0L.52.95H-.52L-1.05 0Z",
  octagon: "M-.42-1H.42L1-.42V.42L.42 1H-.42L-1 .42V-.42Z",
  diamond: "M0-1.15L1.15 0L0 1.15L-1.15 0Z",
  page: "M-.8-1H.4L.85-.55V1H-.8Z",
  shield: "M0-1.05L.92-.75V.1C.92.65.5.95 0 1.15C-.5.95-.92.65-.92.1V-.75Z",
  bubble: "M-.95-.8H.95V.55H.1L-.45 1.05V.55H-.95Z",
  tag: "M-.95-.7H.5L1.05 0L.5.7H-.95Z",
};

const ICONS = {
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.4-4 3.3-6 7.5-6s7.1 2 7.5 6",
  group: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19.5c.3-3.8 2.9-5.5 6.5-5.5s6.2 1.7 6.5 5.5M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.2c2.2.7 3.4 2.5 3.6 5.3",
  company: "M5 20.5V4h9v16.5M14 9.5h5v11M3 20.5h18M8 8h3M8 12h3M8 16h3",
  government: "M3 9l9-5.5L21 9zM5.5 9v9M10 9v9M14 9v9M18.5 9v9M3 20.5h18",
  union: "M7 11V8.2a1.7 1.7 0 0 1 3.4 0V10M10.4 10V6.7a1.7 1.7 0 0 1 3.4 0V10M13.8 10V7.5a1.7 1.7 0 0 1 3.4 0V13c0 3-1.4 4.3-2.2 5v2.5H9V18c-2-1.3-3.5-3-3.5-5.5 0-1.3 1-2 2.2-2h4.8",
  civil: "M12 20C5.5 15.5 3 12.5 3 9a4.6 4.6 0 0 1 9-1.5A4.6 4.6 0 0 1 21 9c0 3.5-2.5 6.5-9 11z",
  news: "M4 5h16v14H4zM7.5 9h5v4h-5zM15.5 9h1.5M15.5 13h1.5M7.5 16h9.5",
  university: "M2 9.5l10-5 10 5-10 5zM6 11.8V17c3.3 2.3 8.7 2.3 12 0v-5.2",
  petition: "M5 15.5L15.5 5l3.5 3.5L8.5 19H5zM13 20.5h7",
  protest: "M4 10v4h3l1.5 6H11l-1-6 9 4V6l-9 4zM10 10v4",
  legal: "M12 4v16M8 20h8M4.5 7h15M6.5 7l-3 7h6zM17.5 7l-3 7h6z",
  statement: "M5 14h5V8H5v8c0 1.5-.5 2-1 2.5M14 14h5V8h-5v8c0 1.5-.5 2-1 2.5",
  contract: "M6 8h9M6 12h11M6 17c2-3 3 2 5 0s3 1 6-.5",
  technology: "M7.5 7.5h9v9h-9zM10 3.5v4M14 3.5v4M10 16.5v4M14 16.5v4M3.5 10h4M3.5 14h4M16.5 10h4M16.5 14h4",
  place: "M12 21c-4-5-6.5-8-6.5-11a6.5 6.5 0 0 1 13 0c0 3-2.5 6-6.5 11zM12 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
  demand: "M12 4.5v9M12 18v.5",
  cause: "M6.5 20.5V4M6.5 5H18l-3 3.7 3 3.8H6.5",
  other: "M12 12v.5",
};

const kind = (name, plural, group, shape, colour, icon, dark) => ({ name, plural, group, shape, colour, icon, ink: dark ? "#1b1b1b" : "#ffffff" });
const KINDS = {
  Petition: kind("Petition or letter", "Petitions, letters", "actions", "page", "#e69f00", "petition", true),
  Protest: kind("Protest or strike", "Protests, strikes", "actions", "octagon", "#d55e00", "protest"),
  UnionAction: kind("Union action", "Union actions", "actions", "hexagon", "#009e73", "union"),
  LegalAction: kind("Legal action", "Legal actions", "actions", "shield", "#cc79a7", "legal", true),
  CollectiveAction: kind("Collective action", "Collective actions", "actions", "octagon", "#e69f00", "group", true),
  PublicStatement: kind("Public statement", "Public statements", "actions", "bubble", "#8a8a8a", "statement"),
  Contract: kind("Contract", "Contracts", "deals", "page", "#f0e442", "contract", true),
  Technology: kind("Technology", "Technologies", "deals", "diamond", "#56b4e9", "technology", true),
  Company: kind("Company", "Companies", "actors", "square", "#0072b2", "company"),
  GovernmentBody: kind("Government body", "Government", "actors", "square", "#44505c", "government"),
  Union: kind("Union", "Unions", "actors", "square", "#009e73", "union"),
  CivilSocietyGroup: kind("Civil society group", "Civil society", "actors", "square", "#a64d79", "civil"),
  NewsOutlet: kind("News outlet", "News outlets", "actors", "square", "#7a7a7a", "news"),
  University: kind("University", "Universities", "actors", "square", "#5a6fb0", "university"),
  Organization: kind("Organization", "Organizations", "actors", "square", "#0072b2", "company"),
  Collective: kind("Group of people", "Groups of people", "actors", "circle", "#0072b2", "group"),
  Person: kind("Person", "People", "actors", "circle", "#56b4e9", "person", true),
  Actor: kind("Actor", "Actors", "actors", "circle", "#56b4e9", "person", true),
  Demand: kind("Demand", "Demands", "themes", "bubble", "#b9a7d6", "demand", true),
  Cause: kind("Cause", "Causes", "themes", "tag", "#9bb58a", "cause", true),
  Place: kind("Place", "Places", "themes", "circle", "#8d99a6", "place"),
};
const OTHER = kind("Other", "Other", "themes", "circle", "#8d99a6", "other");
const GROUPS = { actions: "What people did", deals: "What it was about", actors: "Who", themes: "Where and why" };
const HAPPENS = new Set(["Petition", "Protest", "UnionAction", "LegalAction", "CollectiveAction", "PublicStatement", "Contract"]);
const ACTIONS = new Set(["Petition", "Protest", "UnionAction", "LegalAction", "CollectiveAction"]);
const kindOf = (cls) => KINDS[cls] || OTHER;

// Relations fall into five families, each with a colour and a short name in the legend.
const FAMILIES = {
  by: { name: "took part, signed, led", colour: "#009e73", dark: "#35c79b" },
  against: { name: "aimed at", colour: "#d55e00", dark: "#f28a3c" },
  about: { name: "is about, asks for, answers", colour: "#7d6bb3", dark: "#b3a3e6" },
  deal: { name: "sells, buys, covers", colour: "#a8860b", dark: "#e0c341" },
  tie: { name: "belongs to, is in", colour: "#8896a4", dark: "#8896a4" },
};
const ROLES = {
  organizer: ["by", "organized by", "organized"], participant: ["by", "participants", "took part in"],
  signatory: ["by", "signed by", "signed"], supports: ["by", "supports", "supported by"], speaker: ["by", "said by", "said"],
  target: ["against", "aimed at", "target of"], addressee: ["against", "addressed to", "addressed by"],
  opposes: ["against", "opposes", "opposed by"],
  concerns: ["about", "about", "subject of"], demands: ["about", "demands", "demanded by"],
  inResponseTo: ["about", "in response to", "answered by"], place: ["tie", "took place in", "place of"],
  supplier: ["deal", "supplier", "supplies under"], buyer: ["deal", "buyer", "buys under"], covers: ["deal", "covers", "covered by"],
  supplies: ["deal", "supplies", "supplied by"], memberOf: ["tie", "belongs to", "members"],
  memberAffiliation: ["tie", "members work for", "people of"], subOrganizationOf: ["tie", "part of", "parts"],
};
const roleOf = (role) => {
  const known = ROLES[role];
  if (known) return { family: known[0], out: known[1], back: known[2] };
  const words = humanise(role);
  return { family: "tie", out: words, back: `${words} of` };
};

const humanise = (text) => String(text || "").replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[-_]/g, " ").toLowerCase();
const CANCELLED = new Set(["cancelled", "prevented", "withdrawn"]);
const PLANNED = new Set(["planned", "threatened", "proposed", "bidding"]);
