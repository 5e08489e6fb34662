// What stands beside the form: the picture, the problems, the changes, the text. Only the one that is seen is asked for.

class Panes {
  // `does`: send(message), choose(path, field); `id` makes labels unique in the page
  constructor(does, id) {
    this.does = does;
    this.id = `${id}-pane`;
    this.current = "picture";
    this.tabs = {};
    const labels = { picture: "Picture", problems: "Problems", changes: "Changes", text: "Text" };
    const list = make("div", { role: "tablist", class: "wbe-tabs", "aria-label": "Views", onkeydown: (event) => this.key(event) });
    this.panel = make("div", { role: "tabpanel", class: "wbe-panel", id: this.id, tabindex: "0" });
    for (const [name, label] of Object.entries(labels)) {
      this.tabs[name] = make("button", { type: "button", role: "tab", id: `${this.id}-${name}`, "aria-controls": this.id, onclick: () => this.turn(name) }, label);
      list.append(this.tabs[name]);
    }
    this.root = make("section", { class: "wbe-panes", "aria-label": "Views of the design" }, list, this.panel);
    this.problems = { problems: [], total: 0, errors: 0 };
    this.who = "";
    this.why = "";
    this.mark();
  }

  turn(name) {
    this.current = name;
    this.mark();
    this.panel.replaceChildren();
    if (name === "problems") this.drawProblems();
    else this.refresh(this.path);
  }

  mark() {
    for (const [name, tab] of Object.entries(this.tabs)) {
      tab.setAttribute("aria-selected", String(name === this.current));
      tab.tabIndex = name === this.current ? 0 : -1;
    }
    this.panel.setAttribute("aria-labelledby", `${this.id}-${this.current}`);
  }

  key(event) {
    const names = Object.keys(this.tabs), at = names.indexOf(this.current);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.turn(names[(to + names.length) % names.length]);
    this.tabs[this.current].focus();
  }

  // Ask for what is seen.
  refresh(path) {
    this.path = path;
    const asks = { picture: { type: "picture", path }, changes: { type: "changes" }, text: { type: "text", format: this.format ?? "" } }[this.current];
    if (asks) this.does.send(asks);
  }

  counted(changed) {
    this.tabs.changes.textContent = changed ? `Changes (${changed})` : "Changes";
  }

  // --- picture ------------------------------------------------------------------------------------------------------------------

  showPicture({ svg, alt, nodes, chosen, told }) {
    if (this.current !== "picture") return;
    const picture = document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true);
    picture.querySelector(":scope > title")?.remove();
    picture.setAttribute("role", "group");
    picture.setAttribute("aria-label", said(alt));
    picture.style.maxWidth = `${picture.getAttribute("width")}px`;
    picture.removeAttribute("width"); picture.removeAttribute("height");
    nodes.forEach(({ label, path }, place) => {
      const box = picture.querySelector(`[data-node="${place}"]`);
      if (!path || !box) return;
      const go = () => this.does.choose(path);
      box.setAttribute("tabindex", "0"); box.setAttribute("role", "button"); box.setAttribute("aria-label", said(`edit ${label}`));
      box.setAttribute("class", `wbe-node${place === chosen ? " wbe-is-chosen" : ""}`);
      box.addEventListener("click", go);
      box.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); go(); } });
    });
    this.panel.replaceChildren(make("div", { class: "wbe-picture" }, picture), told ? make("div", { class: "wbe-note" }, told) : "");
    const box = picture.querySelector(".wbe-is-chosen")?.getBoundingClientRect(), room = this.panel.getBoundingClientRect();
    if (box && box.bottom > room.bottom) this.panel.scrollTop += box.top + box.height / 2 - room.top - room.height / 2;
  }

  // --- problems -----------------------------------------------------------------------------------------------------------------

  showProblems(message) {
    this.problems = message;
    this.tabs.problems.textContent = message.total ? `Problems (${message.total})` : "Problems";
    this.tabs.problems.classList.toggle("wbe-error", message.errors > 0);
    if (this.current === "problems") this.drawProblems();
  }

  drawProblems() {
    const { problems, total } = this.problems, signs = { error: "✗", warning: "▲", info: "ℹ" };
    if (!problems.length) return this.panel.replaceChildren(make("p", { class: "wbe-good" }, "✓ No problems found."));
    const list = make("ul", { class: "wbe-list" }, ...problems.map((each) => make("li", {},
      make("button", { type: "button", class: "wbe-line", onclick: () => this.does.choose(each.element, each.path) },
        make("span", { class: `wbe-${each.severity}` }, `${signs[each.severity]} ${each.severity}`), make("code", {}, each.where),
        make("span", {}, each.message + (each.hint ? `; ${each.hint}` : ""))))));
    this.panel.replaceChildren(list, total > problems.length ? make("p", { class: "wbe-note" }, `and ${total - problems.length} more`) : "");
  }

  // --- changes ------------------------------------------------------------------------------------------------------------------

  showChanges({ changes, total, log }) {
    if (this.current !== "changes") return;
    const held = this.panel.contains(document.activeElement) ? document.activeElement.dataset.key : "";
    const list = make("ol", { class: "wbe-list" }, ...changes.map(({ text, safety, why, path }) => make("li", {},
      make("button", { type: "button", class: "wbe-line", title: why, onclick: () => this.does.choose(path) },
        make("span", { class: `wbe-pill wbe-is-${safety}` }, safety), make("span", {}, text, make("span", { class: "wbe-note" }, ` ${why}`))))));
    const parts = [total ? list : make("p", {}, "Nothing was changed yet.")];
    if (total > changes.length) parts.push(make("p", { class: "wbe-note" }, `and ${total - changes.length} more`));
    if (total) parts.push(button("Discard all", "take back everything that is not saved; it can be undone", () => this.does.send({ type: "discard" }), { "data-key": "discard" }));
    if (this.canSave) parts.unshift(this.saver(total));
    if (log.length) parts.push(make("details", {}, make("summary", {}, "Saved before"), make("ul", { class: "wbe-list" }, ...log.map((each) => make("li", {}, each)))));
    this.panel.replaceChildren(...parts);
    if (held) this.panel.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus();
  }

  saver(total) {
    const save = () => this.does.send({ type: "save", by: this.who, why: this.why });
    const line = (label, name) => {
      const id = `${this.id}-${name}`;
      const box = make("input", { id, class: "wbx-input", "data-key": name, oninput: () => { this[name] = box.value; },
        onkeydown: (event) => { if (event.key === "Enter") { event.preventDefault(); save(); } } });
      box.value = this[name];
      return [make("label", { for: id }, label), box];
    };
    this.trouble = make("div", { class: "wbe-slot", role: "alert" });
    return make("div", { class: "wbe-saver" }, ...line("Who", "who"), ...line("Why", "why"),
      button("Save", "keep the changes as a step of the log", save, { class: "wbe-main", "data-key": "save", "aria-disabled": String(!total) }), this.trouble);
  }

  refusedSave(message, isConflict) {
    if (!this.trouble?.isConnected) return false;
    this.trouble.replaceChildren(make("span", { class: "wbe-said wbe-error" }, `✗ ${message}`),
      isConflict ? button("Take in what others saved", "bring both together; your changes stay", () => this.does.send({ type: "take_in" })) : "");
    return true;
  }

  // --- text ---------------------------------------------------------------------------------------------------------------------

  showText({ format, text }) {
    if (this.current !== "text") return;
    this.format = format;
    const choice = make("select", { class: "wbx-input", "aria-label": "Format", onchange: () => { this.format = choice.value; this.refresh(this.path); } },
      ...this.formats.map((each) => make("option", { value: each }, each)));
    choice.value = format;
    const code = make("pre", { class: "wbe-code", tabindex: "0", "aria-label": `the design as ${format}` });
    code.textContent = said(text);
    this.panel.replaceChildren(make("div", { class: "wbe-tools" }, choice,
      button("Copy", "copy the text", (event) => this.copy(text, event.currentTarget)),
      button("To cell", "put the design into a cell of the notebook, or the cell written before up to date", () => this.does.send({ type: "cell" }))), code);
  }

  async copy(text, from) {
    const done = (label) => { from.textContent = label; setTimeout(() => { from.textContent = "Copy"; }, 1500); };
    try {
      await navigator.clipboard.writeText(text);
      done("Copied");
    } catch {  // no clipboard without a secure page: the text is marked, to be copied by hand
      getSelection().selectAllChildren(this.panel.querySelector(".wbe-code"));
      done("Marked: press Ctrl+C");
    }
  }
}
