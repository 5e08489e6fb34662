// The form of what is chosen. What was typed and not taken yet is kept, with what is wrong with it, until it is taken or given up.

class Form {
  // `does`: send(message), choose(path), remove(path), move(path, by); `id` makes labels unique in the page
  constructor(does, id) {
    this.does = does;
    this.id = `${id}-form`;
    this.typed = new Map();
    this.wrong = new Map();
    this.sent = new Map();
    this.controls = new Map();
    this.problems = [];
    this.adding = null;
    this.isMore = false;
    this.root = make("section", { class: "wbe-form", "aria-label": "Form" });
  }

  // --- showing ------------------------------------------------------------------------------------------------------------------

  show(message) {
    const isSame = this.message && keyOf(this.message.path) === keyOf(message.path);
    this.message = message;
    if (!isSame) {
      if (!this.adding?.isFresh) this.adding = null;
      this.root.scrollTop = 0;
    }
    this.draw();
  }

  draw() {
    const held = this.root.contains(document.activeElement) ? document.activeElement : null;
    const kept = held && { key: held.dataset.key, from: held.selectionStart, to: held.selectionEnd };
    const { message } = this, top = this.root.scrollTop;
    this.controls.clear();
    const main = [], rare = [];
    const ticks = make("div", { class: "wbe-wide wbe-ticks" });
    for (const spec of message.controls) {
      const into = spec.rare ? rare : main;
      if (spec.kind === "checkbox") { ticks.append(...this.section(spec)); if (!into.includes(ticks)) into.push(ticks); }
      else into.push(...this.section(spec));
    }
    this.overall = make("div", { class: "wbe-overall", role: "status" });
    const more = rare.length ? [make("details", { open: this.isMore, ontoggle: (event) => { this.isMore = event.target.open; } },
      make("summary", {}, "More"), make("div", { class: "wbe-grid" }, ...rare))] : [];
    this.root.replaceChildren(this.head(message), this.overall, make("div", { class: "wbe-grid" }, ...main), ...more, this.offered(message));
    this.root.scrollTop = top;
    for (const box of this.root.querySelectorAll("textarea")) grow(box);
    this.mark();
    if (kept) this.refocus(kept);
  }

  // The keyboard stays where it was; where that is gone, at the form.
  refocus({ key = "", from, to }) {
    const box = this.root.querySelector(`[data-key="${CSS.escape(key)}"]`);
    (box ?? this.root.querySelector("h3")).focus({ preventScroll: true });
    try { if (from != null) box?.setSelectionRange(from, to); } catch { /* boxes without a text to select */ }
  }

  head({ path, title, note, kind, where, about, place, of }) {
    const isElement = path.length && kind !== "group", tools = [];
    if (isElement && of > 1) {
      tools.push(button("↑", "move up", () => this.does.move(path, -1), { "aria-disabled": String(place <= 0), "data-key": "up" }),
        button("↓", "move down", () => this.does.move(path, 1), { "aria-disabled": String(place >= of - 1), "data-key": "down" }));
    }
    if (isElement) tools.push(button("Remove", `remove ${title}`, () => this.does.remove(path), { "data-key": "remove" }));
    return make("header", {}, make("div", {}, make("h3", { tabindex: "-1" }, title, note ? make("span", { class: "wbe-note" }, ` ${note}`) : ""),
      make("p", { class: "wbe-about" }, kind === "group" ? "" : make("b", {}, kind), kind === "group" ? "" : " · ", about),
      where && where !== "domain" && where !== title ? make("code", {}, where) : ""), make("span", { class: "wbx-group" }, ...tools));
  }

  offered({ lists }) {
    const all = { ...lists, ...(this.adding?.lists ?? {}) };
    return make("div", { hidden: true }, ...Object.entries(all).map(([name, words]) =>
      make("datalist", { id: `${this.id}-${name.replace(/ /g, "-")}` }, ...words.map((value) => make("option", { value })))));
  }

  // The elements that stand for one field in the form.
  section(spec) {
    if (spec.kind === "group") return [this.group(spec)];
    if (spec.kind === "rows") return [this.rows(spec)];
    if (spec.kind === "parts") return [this.parts(spec)];
    return [makeControl(this, spec).root];
  }

  plain(spec, box) {  // what has no line of its own still has a place for problems
    const control = { spec, key: keyOf(spec.path), slot: make("div", { class: "wbe-slot" }), root: box };
    this.controls.set(control.key, control);
    box.append(control.slot);
    if (spec.help) box.append(make("div", { class: "wbe-help" }, spec.help));
    return box;
  }

  group(spec) {
    const box = make("fieldset", { class: "wbe-wide wbe-group" }, make("legend", {}, spec.label), make("div", { class: "wbe-grid" },
      ...spec.controls.flatMap((each) => this.section({ ...each, narrow: true }))));
    return this.plain(spec, box);
  }

  rows(spec) {
    const rows = spec.rows.map((row, at) => {
      const path = [...spec.path, at], move = (by) => this.does.send({ type: "move", path, place: at + by });
      return make("div", { class: "wbe-row", role: "group", "aria-label": `${spec.noun} ${at + 1}` }, make("div", { class: "wbe-grid" },
        ...row.flatMap((each) => this.section({ ...each, narrow: true }))), make("span", { class: "wbx-group" },
        button("↑", `move ${spec.noun} ${at + 1} up`, () => { if (at) move(-1); }, { "aria-disabled": String(!at), "data-key": `up${keyOf(path)}` }),
        button("×", `remove ${spec.noun} ${at + 1}`, () => this.does.send({ type: "remove", path }), { "data-key": `remove${keyOf(path)}` })));
    });
    const adds = button(`+ ${spec.noun}`, `add to ${spec.label.toLowerCase()}: ${spec.noun}`, () => this.add({ path: spec.path, noun: spec.noun, controls: spec.new, lists: {} }),
      { class: "wbe-adds", "data-key": `add${keyOf(spec.path)}` });
    if (!rows.length && !this.isAdding(spec.path)) return this.plain(spec, make("div", { class: "wbe-wide wbe-parts" }, make("div", {}, make("span", { class: "wbe-label" }, spec.label), adds)));
    const box = make("fieldset", { class: "wbe-wide wbe-rows" }, make("legend", {}, spec.label), ...rows, this.isAdding(spec.path) ? this.adder() : adds);
    return this.plain(spec, box);
  }

  parts(spec) {
    const names = spec.parts.map((each) => make("button", { type: "button", class: "wbe-part", "data-key": keyOf(each.path), onclick: () => this.does.choose(each.path) },
      each.name, each.note ? make("span", { class: "wbe-note" }, ` ${each.note}`) : ""));
    if (spec.count > spec.parts.length) names.push(make("span", { class: "wbe-note" }, `and ${spec.count - spec.parts.length} more`));
    const box = make("div", { class: "wbe-wide wbe-parts", role: "group", "aria-label": spec.label }, make("div", {}, make("span", { class: "wbe-label" }, spec.label,
      make("span", { class: "wbe-note" }, spec.count ? ` ${spec.count}` : "")), ...names,
      button(`+ ${spec.noun}`, `add: ${spec.noun}`, () => this.does.send({ type: "draft", path: spec.path }), { class: "wbe-adds", "data-key": `add${keyOf(spec.path)}` })));
    if (this.isAdding(spec.path)) box.append(this.adder());
    return this.plain(spec, box);
  }

  // --- what is wrong ------------------------------------------------------------------------------------------------------------

  showProblems(problems) {
    this.problems = problems;
    if (this.message) this.mark();
  }

  // Every problem beside its field: what was refused first, else what is wrong with what stands there.
  mark() {
    const here = this.message.path, found = new Map(), overall = [];
    for (const problem of this.problems.filter((each) => isWithin(each.path, here))) {
      let path = problem.path;
      while (path.length > here.length && !this.controls.has(keyOf(path))) path = path.slice(0, -1);
      if (path.length > here.length && keyOf(problem.element) === keyOf(here)) { if (!found.has(keyOf(path))) found.set(keyOf(path), problem); }
      else if (keyOf(problem.element) === keyOf(here)) overall.push(problem);
    }
    for (const control of this.controls.values()) {
      const wrong = this.wrong.get(control.key);
      sayWrong(control, wrong ?? (this.typed.has(control.key) ? null : found.get(control.key)), wrong?.offers && this.onlyHere(control));
    }
    const signs = { error: "✗", warning: "▲", info: "ℹ" };
    this.overall.replaceChildren(...overall.map((each) => make("div", { class: `wbe-said wbe-${each.severity}` },
      `${signs[each.severity]} ${each.message}${each.hint ? `; ${each.hint}` : ""}`)));
  }

  onlyHere(control) {
    return button("Rename it here only", "rename without following mentions", () => this.transmit(control, control.read(), false));
  }

  // --- what is typed ------------------------------------------------------------------------------------------------------------

  type(control) {
    const value = control.read(), { key, spec } = control;
    this.typed.set(key, value);
    if (control.prefix) { this.wrong.delete(key); sayWrong(control, null); return; }
    clearTimeout(this.trying);
    if (["expression", "type"].includes(spec.kind))
      this.trying = setTimeout(() => { if (this.typed.has(key)) this.tried = { key, value, request: this.does.send({ type: "try", path: spec.path, value }) }; }, 250);
    else { this.wrong.delete(key); sayWrong(control, null); }
  }

  showTried({ request, problem }) {
    const { key, value, request: asked } = this.tried ?? {};
    const control = this.controls.get(key);
    if (request !== asked || !control || this.typed.get(key) !== value) return;
    problem ? this.wrong.set(key, problem) : this.wrong.delete(key);
    sayWrong(control, problem);
  }

  commit(control, byKey = false) {
    if (control.prefix) { if (byKey) this.sendAdding(); return; }
    if (!this.typed.has(control.key)) return;
    const value = this.typed.get(control.key);
    if (JSON.stringify(value) === JSON.stringify(control.spec.value)) { this.forget(control); return; }
    this.transmit(control, value, true);
  }

  transmit(control, value, everywhere) {
    clearTimeout(this.trying);
    this.tried = null;
    const { path, field } = control.spec, isName = field === "name" && keyOf(path.slice(0, -1)) === keyOf(this.message.path);
    const request = this.does.send(isName ? { type: "rename", path: path.slice(0, -1), name: value, everywhere } : { type: "set", path, value });
    this.sent.set(request, { key: control.key, value });
  }

  // Give up what was typed; says whether there was anything.
  forget(control) {
    const had = this.typed.delete(control.key) || this.wrong.has(control.key);
    this.wrong.delete(control.key);
    control.fill(control.spec.value);
    this.mark();
    return had;
  }

  // The kernel took (or refused) what was sent.
  taken(request) {
    const sent = this.sent.get(request);
    this.sent.delete(request);
    if (!sent) return;
    if (sent.adding) {
      for (const key of [...this.typed.keys()]) if (key.startsWith("+")) this.typed.delete(key);
      for (const key of [...this.wrong.keys()]) if (key.startsWith("+")) this.wrong.delete(key);
      this.adding = null;
      return;
    }
    if (JSON.stringify(this.typed.get(sent.key)) === JSON.stringify(sent.value)) this.typed.delete(sent.key);
    this.wrong.delete(sent.key);
  }

  // Says what was refused beside its fields; what has no field here comes back.
  refused({ request, fields }) {
    const sent = this.sent.get(request);
    this.sent.delete(request);
    const rest = [];
    for (const each of fields) {
      const key = (sent?.adding ? "+" : "") + keyOf(each.path), known = this.controls.has(key) ? key : sent && !sent.adding ? sent.key : "";
      const offers = each.path.at(-1) === "name" && !sent?.adding && !["duplicate_name", "missing", "string_too_short", "string_too_long", "string_pattern_mismatch"].includes(each.code);
      if (known && this.controls.has(known)) this.wrong.set(known, { ...each, offers });
      else rest.push(each);
    }
    this.mark();
    if (sent?.adding) this.controls.get("+" + keyOf(fields[0]?.path))?.focus?.();
    return rest;
  }

  // --- adding -------------------------------------------------------------------------------------------------------------------

  isAdding(path) {
    return this.adding && keyOf(this.adding.path) === keyOf(path);
  }

  add(adding) {
    for (const key of [...this.typed.keys()]) if (key.startsWith("+")) this.typed.delete(key);
    this.adding = adding;
    if (!adding.controls.length) return this.sendAdding();
    this.draw();
    const first = this.controls.get("+" + keyOf(adding.controls[0].path));
    first?.focus();
    this.root.querySelector(".wbe-adder")?.scrollIntoView({ block: "nearest" });
  }

  adder() {
    const { noun, controls } = this.adding;
    const cancel = () => { this.adding = null; this.draw(); };
    return make("div", { class: "wbe-adder", role: "group", "aria-label": `New ${noun}`, onkeydown: (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) { event.preventDefault(); cancel(); this.root.querySelector(".wbe-adds")?.focus(); } } },
      make("b", {}, `New ${noun}`), make("div", { class: "wbe-grid" }, ...controls.map((each) => makeControl(this, { ...each, narrow: true }, "+").root)),
      make("span", { class: "wbx-group" }, button("Add", `add this ${noun}`, () => this.sendAdding(), { class: "wbe-main", "data-key": "adding" }),
        button("Cancel", "add nothing", cancel, { "data-key": "cancel" })));
  }

  sendAdding() {
    const values = {};
    for (const spec of this.adding.controls) values[spec.field] = this.controls.get("+" + keyOf(spec.path)).read();
    const request = this.does.send({ type: "add", path: this.adding.path, values });
    this.sent.set(request, { adding: true });
  }

  focusFirst() {
    const first = this.root.querySelector(".wbe-grid :is(input, textarea, select, button)");
    first?.focus();
  }

  focusName() {
    const control = this.controls.get(keyOf([...this.message.path, "name"]));
    control?.focus();
  }

  focusPath(path) {
    const control = this.controls.get(keyOf(path));
    if (!control?.focus) return false;
    control.root.closest("details")?.setAttribute("open", "");
    control.focus();
    return true;
  }
}
