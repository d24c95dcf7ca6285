// The side panel: what is known of one node or line, each statement with the sentence that proves it.

function openPanel(open) {
  document.body.classList.toggle("panel-open", open);
  $("toggle-panel").setAttribute("aria-expanded", String(open));
}
const safeLink = (url) => (/^https?:\/\//i.test(url || "") ? url : null);

function quoteBlock(index, named = true) {
  const [source, text] = DATA.quotes[index];
  const { title, id, date, url } = DATA.sources[source];
  const span = spanOf(date);
  const name = title || id || "source without a name";
  const link = safeLink(url);
  return el("figure", { class: "quote" }, el("blockquote", { dir: "auto" }, text || "(no quote kept)"),
    named !== false && el("figcaption", {}, link ? el("a", { href: link, target: "_blank", rel: "noopener noreferrer", dir: "auto" }, name) : el("span", { dir: "auto" }, name), span ? `, ${span.text}` : null));
}
function proof(quotes) {
  const different = [...new Set(quotes)];
  if (!different.length) return null;
  const sources = new Set(different.map((index) => DATA.quotes[index][0])).size;
  return el("details", { class: "proof" }, el("summary", {}, sources > 1 ? `${sources} sources` : different.length > 1 ? `${different.length} quotes` : "quote"), different.map((index) => quoteBlock(index)));
}
const nodeButton = (node) => el("button", { class: node.cancelled ? "node cancelled" : "node", "data-key": keyOf(node), onclick: () => select(node, true) }, badge(node.cls, 20), el("span", { dir: "auto" }, node.label));
const aside = (node) => (node.happens ? [node.when, peopleText(node), node.status && node.status !== "occurred" && humanise(node.status)].filter(Boolean).join(" · ") : "");

function badges(node) {
  return el("p", { class: "badges" }, node.when && el("span", {}, node.when), peopleText(node) && el("span", { class: "strong" }, peopleText(node)),
    node.status && el("span", { class: node.cancelled ? "status cancelled" : node.planned ? "status planned" : "status" }, humanise(node.status)));
}
// By source and sentence: one sentence often states several things, and is then shown once.
function drawFacts(node) {
  const bySource = new Map();
  for (const [predicate, value, quote, sure, denied] of node.facts) {
    const source = DATA.quotes[quote][0];
    if (!bySource.has(source)) bySource.set(source, new Map());
    if (!bySource.get(source).has(quote)) bySource.get(source).set(quote, new Map());
    bySource.get(source).get(quote).set(`${predicate}\u0000${value}`, { predicate, value, sure, denied });
  }
  const date = (source) => DATA.sources[source].date || "9";
  const blocks = [...bySource].sort(([a], [b]) => (date(a) < date(b) ? -1 : 1)).map(([, quotes]) => el("li", { class: "source" },
    [...quotes].map(([quote, facts], index) => el("div", { class: "said" }, quoteBlock(quote, index === quotes.size - 1), el("ul", { class: "chips" }, [...facts.values()].map(chip))))));
  const title = blocks.length ? `What the sources say (${blocks.length} ${blocks.length === 1 ? "source" : "sources"})` : "Its sources are with its relations above.";
  return el("section", { class: "facts" }, el("h3", {}, title), el("ul", {}, blocks));
}
const chip = ({ predicate, value, sure, denied }) => el("li", { class: denied === "negated" ? "chip denied" : "chip" }, el("span", { class: "predicate" }, humanise(predicate)), el("span", { class: "value", dir: "auto" }, shorten(value, 120)),
  denied && el("span", { class: "sure" }, denied === "negated" ? "denied" : denied), sure != null && sure < 0.995 && el("span", { class: "sure", title: "how sure the reading is" }, `${Math.round(sure * 100)} %`));
function drawNode(node) {
  const roles = [...rolesOf(node)].map(([phrase, items]) => el("section", { class: "role" }, el("h3", {}, phrase), el("ul", {},
    items.slice(0, 60).map(({ other, quotes, name }) => el("li", {}, nodeButton(other), name && el("span", { class: "aside", dir: "auto" }, name), aside(other) && el("span", { class: "aside" }, aside(other)), proof(quotes))),
    items.length > 60 ? el("li", { class: "hint" }, `and ${items.length - 60} more: see the table`) : null)));
  const kindText = [node.kind === OTHER ? humanise(node.cls) : node.kind.name, node.form && humanise(node.form)].filter(Boolean);
  fill($("panel"), 
    el("div", { class: "panel-head" }, badge(node.cls, 40), el("div", {}, el("p", { class: "kicker" }, [...new Set(kindText)].join(" · ")), el("h2", { class: node.cancelled ? "cancelled" : "", dir: "auto" }, node.label)),
      el("button", { class: "close", "aria-label": "Close", onclick: () => select(null) }, "×")),
    badges(node),
    el("div", { class: "actions" }, el("button", { id: "focus", onclick: () => focusOn(node) }, STATE.focus === node ? "Wider circle" : "Only what surrounds it"),
      el("button", { id: "path", onclick: () => askPath(node) }, "Connection to …"),
      el("button", { id: "pin", "aria-pressed": String(STATE.pins.has(node)), title: "Keep it in view and in its place, whatever is filtered (P)", onclick: () => pinNode(node) }, STATE.pins.has(node) ? "Unpin" : "Pin"),
      el("button", { id: "hide", title: "Take it out of the picture (H)", onclick: () => hideNode(node) }, "Hide"),
      BEHIND.has(node) && el("button", { id: "fold", onclick: () => toggleFold(node) }, STATE.open.has(node) ? `Fold ${BEHIND.get(node).length} around it` : `Unfold ${BEHIND.get(node).length} around it`), (STATE.focus || STATE.path) && el("button", { onclick: () => change({ focus: null, path: null }, true) }, "Show all")),
    el("div", { id: "path-box" }), absentOf(node) ? el("p", { class: "hint" }, `${number.format(absentOf(node))} more around it are not in this file; draw them with --focus.`) : null, ...roles,
    drawFacts(node));
  $("panel").scrollTop = 0;
}
function pinNode(node) {
  const pins = new Set(STATE.pins);
  if (!pins.delete(node)) pins.add(node);
  change({ pins });
}
function hideNode(node) {
  const pins = new Set([...STATE.pins].filter((other) => other !== node));
  change({ gone: new Set([...STATE.gone, node]), pins, node: null, ...(STATE.focus === node ? { focus: null } : {}) });
  say(`${node.label} is hidden.`);
}
function showEdge(edge) {
  const parts = edge.roles.map(([role, quotes]) => el("section", { class: "role" }, el("h3", {}, roleOf(role).out), [...new Set(quotes)].map((index) => quoteBlock(index))));
  fill($("panel"), el("div", { class: "panel-head" }, el("div", {}, el("p", { class: "kicker" }, "Relation"), el("h2", {}, edge.roles.map(([role]) => roleOf(role).out).join(", "))),
    el("button", { class: "close", "aria-label": "Close", onclick: () => select(null) }, "×")),
  el("ul", { class: "ends" }, el("li", {}, nodeButton(edge.a)), el("li", {}, nodeButton(edge.b))), ...parts);
  openPanel(true);
}

function shortestPath(from, to) {
  const before = new Map([[from, null]]);
  let front = [from];
  while (front.length && !before.has(to)) {
    const next = [];
    for (const node of front) for (const { other } of node.links) if (!before.has(other)) { before.set(other, node); next.push(other); }
    front = next;
  }
  if (!before.has(to)) return null;
  const path = [];
  for (let node = to; node; node = before.get(node)) path.unshift(node);
  return path;
}
function askPath(from) {
  const input = el("input", { type: "search", "aria-label": `Connection from ${from.label} to`, placeholder: "Name of the other end", role: "combobox", "aria-expanded": "false", autocomplete: "off" });
  const hits = el("ul", { class: "hits inline", role: "listbox", hidden: true });
  const note = el("p", { class: "hint" });
  $("path-box").replaceChildren(input, hits, note);
  suggest(input, hits, (to) => {
    const path = shortestPath(from, to);
    if (path) change({ path, focus: null, node: null }, true);
    else note.textContent = `Nothing connects the two in this picture.`;
  });
  input.focus();
}
function drawPath() {
  const steps = STATE.path.map((node, index) => {
    const next = STATE.path[index + 1];
    const link = next && node.links.find(({ other }) => other === next);
    return el("li", {}, nodeButton(node), aside(node) && el("span", { class: "aside" }, aside(node)),
      link && el("div", { class: "step" }, el("span", {}, link.edge.roles.map(([role]) => (link.out ? roleOf(role).out : roleOf(role).back)).join(", ")), proof(link.edge.roles.flatMap(([, quotes]) => quotes))));
  });
  fill($("panel"), el("div", { class: "panel-head" }, el("div", {}, el("p", { class: "kicker" }, "Shortest connection"), el("h2", { dir: "auto" }, `${STATE.path[0].label} – ${STATE.path[STATE.path.length - 1].label}`)),
    el("button", { class: "close", "aria-label": "Close", onclick: () => change({ path: null }, true) }, "×")), el("ul", { class: "path" }, steps));
}

// What a reader asks first: what was protested, by whom, with how many, and what came of it.
const sentenceOf = (action) => {
  const who = [...new Set(BY_ROLES.flatMap((role) => linked(action, [role])))].map((node) => node.label);
  return [who.length ? `by ${who.slice(0, 2).join(" and ")}${who.length > 2 ? ` and ${who.length - 2} more` : ""}` : "", aside(action)].filter(Boolean).join(" · ");
};
// What a contract is worth, in the sources' words.
const worthOf = (thing) => [...new Set(thing.facts.filter((fact) => fact[0] === "contractValue").map((fact) => fact[1]))].slice(0, 3).join(" / ");
function protested() {
  const found = new Map();
  const add = (thing, action) => { if (!found.has(thing)) found.set(thing, new Set()); found.get(thing).add(action); };
  for (const action of NODES) {
    if (!ACTIONS.has(action.cls) || !action.on) continue;
    for (const thing of linked(action, ["concerns", "inResponseTo", "target", "opposes"])) {
      if (thing.cls === "Contract") add(thing, action);
      // An action about a public body is about the company's contracts with it, or, where none is known, work for it.
      else if (thing.cls === "GovernmentBody" && linked(action, ["concerns"]).includes(thing)) {
        const contracts = linked(thing, ["buyer"], false).filter((contract) => linked(contract, ["supplier"]).some((company) => action.companies.includes(company)));
        for (const matter of contracts.length ? contracts : [thing]) add(matter, action);
      } else if (thing.cls === "Technology") { const contracts = linked(thing, ["covers"], false); for (const contract of contracts.length ? contracts : [thing]) add(contract, action); }
    }
  }
  return [...found].filter(([thing]) => thing.on).sort((a, b) => b[1].size - a[1].size || b[0].weight - a[0].weight);
}
function drawOverview() {
  const seen = NODES.filter((node) => node.on);
  const size = (node) => node.lo || node.hi || 0;
  const largest = seen.filter((node) => ACTIONS.has(node.cls) && size(node)).sort((a, b) => size(b) - size(a)).slice(0, 6);
  const busiest = seen.filter((node) => node.kind.group === "actors").sort((a, b) => b.links.length - a.links.length).slice(0, 6).filter((node) => node.links.length);
  const contested = protested().slice(0, 12);
  const count = (test) => seen.filter(test).length;
  const facts = [[count((node) => ACTIONS.has(node.cls)), "actions"], [count((node) => node.cls === "Contract"), "contracts"], [count((node) => node.kind.group === "actors"), "people and organizations"], [DATA.sources.filter((source) => source.id || source.title).length, "sources"]];
  fill($("panel"), 
    el("p", { class: "kicker" }, "At a glance"),
    el("dl", { class: "glance" }, facts.map(([value, name]) => el("div", {}, el("dd", {}, number.format(value)), el("dt", {}, name)))),
    el("p", { class: "hint" }, "Click any sign or name to read the sentences behind it."),
    contested.length ? el("section", { class: "role" }, el("h3", {}, "What was protested, by whom, and what came of it"), el("ul", { class: "cards" }, contested.map(([thing, actions]) => el("li", { class: "card" }, thing.cls === "GovernmentBody" && el("p", { class: "kicker" }, "Work for"), nodeButton(thing),
      el("p", { class: "aside" }, [linked(thing, ["supplier"]).map((node) => node.label).join(", "), linked(thing, ["buyer"]).map((node) => node.label).join(", ")].filter(Boolean).join(" for "), worthOf(thing) && ` · ${worthOf(thing)}`, thing.status && el("span", { class: thing.cancelled ? "status cancelled" : "status" }, humanise(thing.status))),
      el("ul", {}, [...actions].sort((a, b) => ((a.start || "9") < (b.start || "9") ? -1 : 1)).map((action) => el("li", {}, nodeButton(action), el("span", { class: "aside" }, sentenceOf(action))))))))) : null,
    largest.length ? el("section", { class: "role" }, el("h3", {}, "Largest actions"), el("ul", {}, largest.map((node) => el("li", {}, nodeButton(node), el("span", { class: "aside" }, sentenceOf(node)))))) : null,
    busiest.length ? el("section", { class: "role" }, el("h3", {}, "Most connected"), el("ul", {}, busiest.map((node) => el("li", {}, nodeButton(node), el("span", { class: "aside" }, `${node.links.length} links`))))) : null);
}
function drawPanel() {
  if (STATE.node) drawNode(STATE.node);
  else if (STATE.path) drawPath();
  else drawOverview();
}
