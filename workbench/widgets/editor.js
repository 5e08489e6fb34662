// The editor's page side: a tree, a form, and views of the design. The kernel holds the design and makes every edit; this file passes on
// what a person does, and asks for what it shows.

const EDITOR_KEYS = [
  ["arrow keys", "in the tree: up and down, open and close"],
  ["letters", "in the tree: go to the next name that begins so"],
  ["Enter", "from the tree to the form; in the form: take what was typed"],
  ["Escape", "in the form: give up what was typed"],
  ["F2", "rename what is chosen in the tree"],
  ["Insert", "add beside what is chosen, or to a kind"],
  ["Delete", "remove what is chosen"],
  ["Alt + ↑ ↓", "move what is chosen among its siblings"],
  ["Ctrl + Z, Ctrl + Y", "undo, redo (in a text they undo typing)"],
  ["/", "search"],
];

export function show({ model, el, style }) {
  const editor = new Editor(model, el, style);
  return () => editor.close();
}

class Editor {
  constructor(model, el, style) {
    this.model = model;
    this.id = `wbe${++made}-${Math.random().toString(36).slice(2, 8)}`;
    this.path = [];
    this.asked = 0;
    const does = {
      send: (message) => this.send(message), choose: (path, field) => this.choose(path, field),
      enter: () => this.form.focusFirst(), remove: (path) => this.send({ type: "remove", path }), move: (path, by) => this.move(path, by),
      rename: () => this.form.focusName(), add: (path) => this.addBeside(path),
    };
    this.tree = new Tree(does);
    this.form = new Form(does, this.id);
    this.panes = new Panes(does, this.id);
    this.build(el, style);
    this.hear = (message) => this.answered(message);
    model.on("msg:custom", this.hear);
    this.send({ type: "ready" });
  }

  close() {
    this.model.off("msg:custom", this.hear);
    clearTimeout(this.looking);
    clearTimeout(this.refreshing);
    if (this.still) this.still.style.display = "";
    this.send({ type: "gone" });
  }

  send(message) {
    const request = ++this.asked;
    this.model.send({ view: this.id, request, ...message });
    return request;
  }

  build(el, style) {
    this.search = make("input", { type: "search", class: "wbx-input", role: "combobox", placeholder: "Search the design", autocomplete: "off", spellcheck: "false",
      maxlength: "200", "aria-label": "Search the design", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${this.id}-matches`,
      oninput: () => this.typed(), onkeydown: (event) => this.searchKey(event), onblur: () => setTimeout(() => this.closeMatches(), 150) });
    this.matches = make("ul", { id: `${this.id}-matches`, class: "wbx-matches", role: "listbox", "aria-label": "Matches", hidden: true });
    this.undo = button("↶ Undo", "undo", () => this.send({ type: "undo" }));
    this.redo = button("↷ Redo", "redo", () => this.send({ type: "redo" }));
    this.saves = button("Save…", "save the changes to the design's folder", () => { this.panes.turn("changes"); }, { hidden: true });
    this.asks = button("?", "keys", () => this.toggleKeys(), { "aria-expanded": "false" });
    const bar = make("div", { class: "wbx-bar" }, make("div", { class: "wbx-search" }, this.search, this.matches), make("span", { class: "wbx-space" }),
      make("span", { class: "wbx-group", role: "group", "aria-label": "History" }, this.undo, this.redo), this.saves, this.asks);
    this.keys = make("div", { class: "wbe-keys", role: "region", "aria-label": "Keys", hidden: true },
      make("dl", {}, ...EDITOR_KEYS.flatMap(([key, does]) => [make("dt", {}, key), make("dd", {}, does)])));
    this.errors = make("div", { class: "wbx-errors", role: "alert" });
    this.status = make("span", { role: "status", "aria-live": "polite" });
    const body = make("div", { class: "wbe-body" }, this.tree.root, this.form.root, this.panes.root);
    this.root = make("div", { class: "wbx wbe", role: "region", "aria-label": "Editor", onkeydown: (event) => this.rootKey(event) },
      make("style", {}, style), bar, this.keys, this.errors, body, make("div", { class: "wbx-foot" }, this.status));
    el.append(this.root);
  }

  answered(message) {
    if (message.to && message.to !== this.id && message.type !== "edited") return;
    try {
      switch (message.type) {
        case "edited": return this.edited(message);
        case "look": return this.looked(message);
        case "refused": return this.refused(message);
        case "tried": return this.form.showTried(message);
        case "draft": return this.form.add(message);
        case "matches": return this.showMatches(message);
        case "problems": this.tree.showMarks(message.problems); this.form.showProblems(message.problems); return this.panes.showProblems(message);
        case "picture": return this.panes.showPicture(message);
        case "changes": return this.panes.showChanges(message);
        case "text": return this.panes.showText(message);
        case "celled": return this.say("the cell holds the design now");
        case "error": return this.fail(message.message, message.hint);
      }
    } catch (error) {
      this.fail(`the page failed to show ${message.type}: ${error.message}`, "run the cell again");
    }
  }

  say(text) {
    this.status.textContent = said(text);
  }

  fail(message, hint) {
    const line = make("div", { class: "wbx-error" }, make("span", {}, `✗ ${message}${hint ? `; ${hint}` : ""}`));
    line.append(button("×", "dismiss", () => line.remove()));
    this.errors.append(line);
    while (this.errors.children.length > 3) this.errors.firstChild.remove();
  }

  // --- what the kernel says -------------------------------------------------------------------------------------------------------

  edited(message) {
    this.still ??= coverStill(this.root);
    const mine = message.to === this.id;
    if (mine) this.form.taken(message.request);
    this.tree.top.name = message.name;
    for (const [one, what, word] of [[this.undo, message.undo, "undo"], [this.redo, message.redo, "redo"]]) {
      one.title = what ? `${word}: ${what}` : `nothing to ${word}`;
      one.setAttribute("aria-label", said(one.title));
      one.setAttribute("aria-disabled", String(!what));
    }
    this.panes.canSave = message.can_save;
    this.panes.formats = message.formats;
    this.panes.counted(message.changed);
    this.saves.hidden = !message.can_save;
    this.saves.setAttribute("aria-disabled", String(!message.changed));
    if (mine && message.go) { this.path = message.go; this.tree.openAbove(message.go); this.wantsTree = this.form.root.contains(document.activeElement); }
    if (message.told) this.say(message.told);
    this.look();
    this.refresh();
  }

  look() {
    clearTimeout(this.looking);
    this.looking = 0;
    this.send({ type: "look", path: this.path, open: this.tree.asked() });
  }

  // What costs more than a look is asked for when nothing happened for a moment.
  refresh() {
    clearTimeout(this.refreshing);
    this.refreshing = setTimeout(() => { this.send({ type: "check" }); this.panes.refresh(this.path); }, 120);
  }

  looked({ branches, form }) {
    if (this.looking) return;  // something else was chosen meanwhile
    this.tree.take(branches);
    this.path = form.path;
    this.tree.show(form.path);
    this.form.show(form);
    if (this.wantsTree) this.tree.at(this.tree.place(form.path))?.focus({ preventScroll: true });
    this.wantsTree = false;
    const field = this.wantsField;
    this.wantsField = null;
    if (field) { while (field.length > form.path.length && !this.form.focusPath(field)) field.pop(); }
  }

  refused(message) {
    const rest = this.form.refused(message);
    const told = message.fields.map((each) => each.message).join("; ");
    this.say(`not done: ${told}`);
    for (const each of rest) if (!this.panes.refusedSave(each.message, message.conflict)) this.fail(each.message, each.hint);
  }

  // --- what a person does ---------------------------------------------------------------------------------------------------------

  choose(path, field = null) {
    const isNew = keyOf(path) !== keyOf(this.path);
    if (isNew) this.say("");
    this.path = path;
    this.panes.path = path;
    this.tree.openAbove(path);
    this.wantsField = field && field.length > path.length ? [...field] : null;
    clearTimeout(this.looking);
    this.looking = setTimeout(() => { this.look(); if (isNew && this.panes.current === "picture") this.panes.refresh(this.path); }, 60);
  }

  move(path, by) {
    const { place, of } = this.form.message;
    if (keyOf(this.form.message.path) === keyOf(path) && place + by >= 0 && place + by < of) this.send({ type: "move", path, place: place + by });
  }

  // Beside an element: another of its kind; in a kind: one of it.
  addBeside(path) {
    const isKind = path.length % 2 === 1 && typeof path.at(-1) === "string";
    const kind = isKind ? path : path.length ? path.slice(0, -1) : ["resources"];
    this.path = kind;
    this.tree.openAbove(kind);
    this.look();
    this.send({ type: "draft", path: kind });
  }

  toggleKeys() {
    this.keys.hidden = !this.keys.hidden;
    this.asks.setAttribute("aria-expanded", String(!this.keys.hidden));
  }

  rootKey(event) {
    const typing = ["INPUT", "TEXTAREA", "SELECT"].includes(event.target.tagName) && event.target.type !== "checkbox";
    const letter = event.key.toLowerCase(), isControl = event.ctrlKey || event.metaKey;
    if (isControl && letter !== "z" && letter !== "y") return;
    event.stopPropagation();  // the notebook has meanings of its own for keys
    if (isControl) {
      if (typing) return;
      event.preventDefault();
      this.send({ type: letter === "y" || event.shiftKey ? "redo" : "undo" });
      return;
    }
    if (event.key === "/" && !typing) { event.preventDefault(); this.search.focus(); }
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    if (!this.keys.hidden) this.toggleKeys();
    else if (this.errors.children.length) this.errors.replaceChildren();
    else if (this.form.root.contains(event.target)) this.tree.at(this.tree.place(this.path))?.focus();
  }

  // --- searching ------------------------------------------------------------------------------------------------------------------

  typed() {
    this.chooses = false;
    clearTimeout(this.typing);
    if (!this.search.value.trim()) return this.closeMatches();
    this.typing = setTimeout(() => this.send({ type: "search", text: this.search.value }), 60);
  }

  showMatches({ text, matches }) {
    if (text !== this.search.value || document.activeElement !== this.search) return;
    this.found = matches;
    this.matches.replaceChildren(...matches.map((match, place) => make("li", { id: `${this.id}-match${place}`, role: "option",
      onpointerdown: (event) => { event.preventDefault(); this.takeMatch(place); } },
      make("b", {}, match.name), make("span", {}, match.where ? `${match.word} of ${match.where}` : match.word))));
    if (!matches.length) this.matches.append(make("li", {}, "nothing is called like that"));
    this.matches.hidden = false;
    this.search.setAttribute("aria-expanded", "true");
    this.pick(matches.length ? 0 : -1);
    this.say(matches.length ? `${matches.length} match${matches.length > 1 ? "es" : ""}` : "no matches");
    if (this.chooses) this.takeMatch(0);
  }

  pick(place) {
    this.active = place;
    [...this.matches.children].forEach((each, at) => each.setAttribute("aria-selected", String(at === place)));
    this.search.setAttribute("aria-activedescendant", place >= 0 ? `${this.id}-match${place}` : "");
    this.matches.children[place]?.scrollIntoView({ block: "nearest" });
  }

  takeMatch(place) {
    const match = this.found?.[place];
    this.closeMatches();
    if (!match) return;
    this.search.value = "";
    this.choose(match.path);
    this.tree.root.querySelector("[tabindex='0']")?.focus({ preventScroll: true });
  }

  closeMatches() {
    this.chooses = false;
    this.matches.hidden = true;
    this.search.setAttribute("aria-expanded", "false");
    this.search.removeAttribute("aria-activedescendant");
  }

  searchKey(event) {
    const count = this.found?.length ?? 0, open = !this.matches.hidden && count;
    if (event.key === "ArrowDown" && open) this.pick((this.active + 1) % count);
    else if (event.key === "ArrowUp" && open) this.pick((this.active + count - 1) % count);
    else if (event.key === "Enter" && open) this.takeMatch(this.active);
    else if (event.key === "Enter" && this.search.value.trim()) { this.typed(); this.chooses = true; }
    else if (event.key === "Escape" && (open || this.search.value)) { this.search.value = ""; this.closeMatches(); }
    else return;
    event.preventDefault();
  }
}
