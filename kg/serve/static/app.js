// What is nicer with a script; every page works without it.
"use strict";

const root = document.documentElement;
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// Light and dark: the system's choice until somebody makes another.
const remembered = (() => { try { return localStorage.getItem("theme"); } catch { return null; } })();
if (remembered === "light" || remembered === "dark") root.dataset.theme = remembered;
function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}
function nameTheme(button) {
  button.textContent = isDark() ? "Light" : "Dark";
  button.setAttribute("aria-label", isDark() ? "Switch to light colours" : "Switch to dark colours");
}
const theme = make("button", { type: "button", className: "theme" });
nameTheme(theme);
theme.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* private window */ }
  nameTheme(theme);
});
one(".brand").after(theme);

for (const element of all(".js-only")) element.hidden = false;

// "/" goes to the search box.
document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof Element && event.target.closest("input, textarea, select");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    one("#find").focus();
  }
});

// A mark and its statements light up together.
for (const mark of all(".mark")) {
  const list = document.getElementById(decodeURIComponent(mark.hash.slice(1)));
  for (const [type, on] of [["mouseenter", true], ["mouseleave", false], ["focus", true], ["blur", false]]) {
    mark.addEventListener(type, () => list?.classList.toggle("lit", on));
  }
}

// The query editor.
const editor = one("#query");
if (editor) {
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) editor.form.requestSubmit();
  });
  for (const example of all("[data-query]")) {
    example.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      editor.value = example.dataset.query;
      editor.focus();
    });
  }
  const field = one("#term");
  const list = one("#term-list");
  let asked = null;
  let terms = null;
  const show = () => {
    const text = field.value.trim().toLowerCase();
    const found = (terms ?? []).filter((term) => text && `${term.name} ${term.comment}`.toLowerCase().includes(text));
    found.sort((a, b) => b.name.toLowerCase().includes(text) - a.name.toLowerCase().includes(text));
    list.replaceChildren(...found.slice(0, 30).map((term) => {
      const button = make("button", { type: "button", title: term.comment }, term.name);
      button.addEventListener("click", () => {
        editor.setRangeText(`${term.name} `, editor.selectionStart, editor.selectionEnd, "end");
        editor.focus();
      });
      return make("li", {}, button);
    }));
  };
  field.addEventListener("input", async () => {
    asked ??= fetch("/vocabulary?format=json").then((reply) => reply.json());
    terms = await asked;
    show();
  });
}
