// The explorer's page side. The kernel lays out, paints and escapes; this file moves the picture, passes on what a person does, and
// shows what comes back. Data reaches the page as text; only pictures and cards, which the kernel made, are taken in as markup.

const LEAST = 0.05, MOST = 4, READABLE = 0.55, STEP = 60, TALL = [300, 640];
const KEYS = [
  ["Tab", "from the search to the trail, the tools, the picture, one resource in it, its card and its rows"],
  ["arrow keys", "on the picture: move it; on a resource: go to the next one in that direction"],
  ["Shift + arrow keys", "move the picture from anywhere in it"],
  ["+  −  0", "larger, smaller, all of it"],
  ["Enter", "open the card of a resource, or a part"],
  ["1  2  3", "focus on a resource with what lies within so many references"],
  ["r", "its rows, where data is bound"],
  ["Backspace", "back to the picture before"],
  ["/", "search"],
  ["Escape", "close what was opened last"],
];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function show({ model, el, style }) {
  const explorer = new Explorer(model, el, style);
  return () => explorer.close();
}

class Explorer {
  constructor(model, el, style) {
    this.model = model;
    this.id = `wbx${++made}-${Math.random().toString(36).slice(2, 8)}`;
    this.view = { x: 0, y: 0, k: 1 };
    this.nodes = [];
    this.current = -1;
    this.card = "";
    this.paging = null;
    this.asked = 0;
    this.build(el, style);
    this.hear = (message) => this.answered(message);
    model.on("msg:custom", this.hear);
    this.resized = new ResizeObserver(() => this.apply());
    this.resized.observe(this.canvas);
    this.send({ type: "ready" });
  }

  close() {
    this.model.off("msg:custom", this.hear);
    this.resized.disconnect();
    if (this.still) this.still.style.display = "";
    this.send({ type: "gone" });
  }

  send(message) {
    this.model.send(message);
  }

  // --- what stands in the page ------------------------------------------------------------------------------------------------

  build(el, style) {
    this.search = make("input", {
      type: "search", class: "wbx-input", role: "combobox", placeholder: "Search resources and attributes", autocomplete: "off",
      spellcheck: "false", maxlength: "200", "aria-label": "Search resources and attributes", "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": `${this.id}-matches`,
      oninput: () => this.typed(), onkeydown: (event) => this.searchKey(event),
      onblur: () => setTimeout(() => this.closeMatches(), 150),
    });
    this.matches = make("ul", { id: `${this.id}-matches`, class: "wbx-matches", role: "listbox", "aria-label": "Matches", hidden: true });
    this.trail = make("ol", { class: "wbx-trail" });
    this.depths = make("span", { class: "wbx-group", role: "group", "aria-label": "References away from the focus", hidden: true });
    for (const depth of [1, 2, 3]) {
      const says = `within ${depth} reference${depth > 1 ? "s" : ""}`;
      this.depths.append(button(`${depth}`, says, () => this.focusOn(this.focused, depth), { "data-depth": depth }));
    }
    this.extent = make("select", { class: "wbx-input", "aria-label": "Attributes shown", title: "Attributes shown",
      onchange: () => this.send({ type: "attributes", extent: this.extent.value }) });
    for (const [value, label] of [["keys", "keys"], ["all", "all attributes"], ["none", "names only"]])
      this.extent.append(make("option", { value }, label));
    this.every = button("", "draw every resource", () => this.send({ type: "all" }), { hidden: true });
    this.recount = button("⟳", "count the rows again", () => this.send({ type: "counts" }), { hidden: true });
    const zooms = make("span", { class: "wbx-group", role: "group", "aria-label": "Zoom" },
      button("−", "zoom out", () => this.zoom(1 / 1.25)),
      button("+", "zoom in", () => this.zoom(1.25)),
      button("Fit", "fit the whole picture", () => this.fit(true)));
    const asks = button("?", "keys", () => this.toggleKeys(), { "aria-expanded": "false" });
    this.asks = asks;
    const bar = make("div", { class: "wbx-bar" },
      make("div", { class: "wbx-search" }, this.search, this.matches),
      make("nav", { "aria-label": "Trail", class: "wbx-nav" }, this.trail), this.depths,
      make("span", { class: "wbx-space" }), this.every, this.extent, this.recount, zooms, asks);
    this.canvas = make("div", { class: "wbx-canvas", tabindex: "0", role: "application", "aria-label": "diagram",
      "aria-describedby": `${this.id}-how`, onkeydown: (event) => this.canvasKey(event) });
    this.hint = make("div", { class: "wbx-hint", "aria-hidden": "true", hidden: true }, "Click the picture, or hold Ctrl, to zoom with the wheel");
    const how = make("span", { id: `${this.id}-how`, class: "wbx-unseen" }, "Arrow keys move the picture, plus and minus zoom, Tab goes to a resource in it.");
    this.panel = make("aside", { class: "wbx-card", "aria-label": "Card", hidden: true });
    this.keys = make("div", { class: "wbx-keys", role: "region", "aria-label": "Keys", hidden: true },
      make("dl", {}, ...KEYS.flatMap(([key, does]) => [make("dt", {}, key), make("dd", {}, does)])));
    this.errors = make("div", { class: "wbx-errors", role: "alert" });
    this.legend = make("div", { class: "wbx-legend" });
    this.body = make("div", { class: "wbx-body" }, this.canvas, this.hint, this.panel, this.keys, how);
    this.rows = make("section", { class: "wbx-rows", "aria-label": "Rows", hidden: true });
    this.status = make("span", { role: "status", "aria-live": "polite" });
    this.source = make("code", { title: "what opens this picture" });
    const foot = make("div", { class: "wbx-foot" }, this.status, this.legend, this.source);
    this.root = make("div", { class: "wbx", role: "region", "aria-label": "Explorer",
      onkeydown: (event) => this.rootKey(event) }, make("style", {}, style), bar, this.body, this.errors, this.rows, foot);
    for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel"])
      this.canvas.addEventListener(kind, (event) => this.pointer(event));
    this.canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.pointers = new Map();
    el.append(this.root);
  }

  answered(message) {
    try {
      switch (message.type) {
        case "picture": return this.showPicture(message);
        case "card": return this.showCard(message);
        case "matches": return this.showMatches(message);
        case "reveal": return this.reveal(this.place(message.resource), true);
        case "count": return this.showCount(message);
        case "counted": return this.say(message.told);
        case "page": return this.showPage(message);
        case "stopped": return this.showStopped();
        case "error": return this.fail(message.message, message.hint, message.about);
      }
    } catch (error) {
      this.fail(`the page failed to show ${message.type}: ${error.message}`, "run the cell again");
    }
  }

  say(text) {
    this.status.textContent = said(text);
  }

  fail(message, hint, about) {
    const line = make("div", { class: "wbx-error" }, make("span", {}, `✗ ${message}${hint ? `; ${hint}` : ""}`));
    line.append(button("×", "dismiss", () => line.remove()));
    this.errors.append(line);
    while (this.errors.children.length > 3) this.errors.firstChild.remove();
    if (about !== "rows") return;
    this.waiting(false);
    if (this.paging && !this.rows.querySelector("table")) this.closeRows();
  }

  // --- the picture ------------------------------------------------------------------------------------------------------------

  showPicture(message) {
    this.still ??= coverStill(this.root);
    const hadFocus = this.svg?.contains(document.activeElement) || this.wants;
    const before = this.nodes[this.current]?.name;
    const parsed = new DOMParser().parseFromString(message.svg, "image/svg+xml").documentElement;
    const svg = document.importNode(parsed, true);
    const [left, top, width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    svg.querySelector(":scope > title")?.remove();  // it would be the tooltip of everything
    svg.removeAttribute("width"); svg.removeAttribute("height");
    svg.setAttribute("role", "group"); svg.setAttribute("aria-label", said(message.alt));
    this.svg?.remove();
    this.canvas.append(svg);
    this.svg = svg;
    this.whole = { left, top, width, height };
    this.nodes = message.nodes;
    this.focused = message.focus >= 0 ? message.nodes[message.focus].name : "";
    this.hasRows = message.has_rows;
    this.canvas.setAttribute("aria-label", said(message.alt));
    this.boxes = message.nodes.map((node, place) => this.box(node, place));
    this.lines = [...svg.querySelectorAll("[data-ends]")].map((line) => ({ line, ends: line.dataset.ends.split(" ").map(Number) }));
    this.marks = { chosen: this.mark("wbx-chosen"), ring: this.mark("wbx-ring") };
    this.showTrail(message);
    this.say(message.told);
    this.source.textContent = said(message.source);
    this.legend.replaceChildren(...message.legend.map(([sign, meaning]) =>
      make("span", {}, make("b", {}, sign), ` ${meaning}`)));
    if (!this.body.style.height) {  // the first picture decides how tall it stands; then the reader does
      const scale = Math.min(this.canvas.clientWidth / width, 1);
      this.body.style.height = `${clamp(height * scale + 24, ...TALL)}px`;
    }
    const kept = this.wants || before;
    const start = Math.max(message.focus, message.nodes.findIndex((node) => node.name === kept), 0);
    this.fit(false, message.focus >= 0 ? message.focus : -1);
    this.rove(message.focus >= 0 && !this.wants ? message.focus : start, Boolean(hadFocus));
    this.wants = "";
    this.choose();
    if (message.has_rows) this.send({ type: "counts" });
  }

  box(node, place) {
    const group = this.svg.querySelector(`[data-node="${place}"]`);
    const area = group.getBBox();
    group.setAttribute("tabindex", "-1");
    group.setAttribute("role", "button");
    group.setAttribute("aria-label", said(node.says));
    group.setAttribute("class", `wbx-node wbx-${node.kind}`);
    group.addEventListener("click", () => { if (!this.moved) { this.rove(place, true); this.clicked = true; this.open(place, false); } });
    group.addEventListener("dblclick", () => { if (node.kind === "resource") this.focusOn(node.name, 1); });
    group.addEventListener("focus", () => this.arrived(place));
    group.addEventListener("blur", () => { this.marks.ring.style.display = "none"; this.trace(-1); });
    group.addEventListener("pointerenter", () => this.trace(place));
    group.addEventListener("pointerleave", () => this.trace(this.root.contains(document.activeElement) ? this.current : -1));
    return { group, x: area.x, y: area.y, width: area.width, height: area.height };
  }

  mark(name) {
    const mark = drawn("rect", { class: name, rx: 8, "aria-hidden": "true" });
    mark.style.display = "none";
    this.boxes[0]?.group.before(mark);  // below the boxes and what stands on their edges
    return mark;
  }

  around(mark, place, by) {
    const box = this.boxes[place];
    mark.style.display = box ? "" : "none";
    if (!box) return;
    mark.setAttribute("x", box.x - by); mark.setAttribute("y", box.y - by);
    mark.setAttribute("width", box.width + 2 * by); mark.setAttribute("height", box.height + 2 * by);
  }

  place(name) {
    return this.nodes.findIndex((node) => node.name === name);
  }

  rove(place, takeFocus) {
    this.boxes[this.current]?.group.setAttribute("tabindex", "-1");
    this.current = this.boxes[place] ? place : -1;
    const group = this.boxes[this.current]?.group;
    group?.setAttribute("tabindex", "0");
    if (takeFocus) group?.focus({ preventScroll: true });
  }

  arrived(place) {
    if (place !== this.current) this.rove(place, false);
    this.around(this.marks.ring, place, 6);
    this.trace(place);
    if (!this.pointers.size) this.bring(place);
  }

  trace(place) {
    for (const { line, ends } of this.lines) line.classList.toggle("wbx-traced", ends.includes(place));
  }

  choose() {
    this.around(this.marks.chosen, this.place(this.card), 3);
  }

  showTrail(message) {
    const last = message.trail.length - 1;
    this.trail.replaceChildren(...message.trail.map((label, step) => make("li", {},
      button(label, step === last ? `${label}, shown now` : `back to ${label}`, () => this.send({ type: "back", step }),
        { "aria-current": step === last ? "page" : null }))));
    this.depths.hidden = message.kind !== "resource";
    for (const each of this.depths.children) each.setAttribute("aria-pressed", String(Number(each.dataset.depth) === message.depth));
    this.extent.value = message.extent;
    this.extent.hidden = !message.extent;
    this.every.hidden = !message.hidden || message.kind === "resource";
    this.every.textContent = `Draw all ${message.total}`;
    this.recount.hidden = !message.has_rows;
    this.steps = message.trail.length;
  }

  // --- moving -----------------------------------------------------------------------------------------------------------------

  room() {
    const covered = this.panel.hidden ? 0 : this.panel.offsetWidth;
    return { width: Math.max(this.canvas.clientWidth - covered, 80), height: Math.max(this.canvas.clientHeight, 80) };
  }

  apply() {
    if (!this.svg || !this.canvas.clientWidth) return;
    const { x, y, k } = this.view;
    this.svg.setAttribute("viewBox", `${x} ${y} ${this.canvas.clientWidth / k} ${this.canvas.clientHeight / k}`);
    if (!this.fitted) this.fit(false, this.place(this.focused));
  }

  glide(to) {
    cancelAnimationFrame(this.gliding);
    const from = { ...this.view }, begun = performance.now();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const frame = (now) => {
      const done = still ? 1 : clamp((now - begun) / 180, 0, 1), eased = 1 - (1 - done) ** 3;
      for (const name of ["x", "y", "k"]) this.view[name] = from[name] + (to[name] - from[name]) * eased;
      this.apply();
      if (done < 1) this.gliding = requestAnimationFrame(frame);
    };
    frame(begun);
    this.gliding = requestAnimationFrame(frame);
  }

  set(to) {
    cancelAnimationFrame(this.gliding);
    this.view = to;
    this.apply();
  }

  fit(whole, around = -1, smooth = whole) {
    if (!this.svg || !this.canvas.clientWidth) { this.fitted = false; return; }
    this.fitted = true;
    const { width, height } = this.room(), all = this.whole;
    let k = clamp(Math.min(width / all.width, height / all.height), LEAST, 1);
    let middle = [all.left + all.width / 2, all.top + all.height / 2];
    if (!whole && k < READABLE) {  // a first picture is read, not only seen: it begins at the focus or at its top
      k = READABLE;
      const box = this.boxes[around];
      if (box) middle = [box.x + box.width / 2, box.y + box.height / 2];
      else middle = [all.width * k <= width ? middle[0] : all.left + width / k / 2, all.height * k <= height ? middle[1] : all.top + height / k / 2];
    }
    const to = { x: middle[0] - width / k / 2, y: middle[1] - height / k / 2, k };
    smooth ? this.glide(to) : this.set(to);
    this.untouched = true;
  }

  zoom(by, at) {
    this.untouched = false;
    const { x, y, k } = this.view, next = clamp(k * by, LEAST, MOST), { width, height } = this.room();
    const [px, py] = at ?? [width / 2, height / 2];
    this.set({ x: x + px / k - px / next, y: y + py / k - py / next, k: next });
  }

  pan(across, down) {
    this.untouched = false;
    const { x, y, k } = this.view, all = this.whole, { width, height } = this.room();
    const slack = 40 / k;  // a corner of the picture always stays in sight
    this.set({ k, x: clamp(x + across / k, all.left - width / k + slack, all.left + all.width - slack),
      y: clamp(y + down / k, all.top - height / k + slack, all.top + all.height - slack) });
  }

  bring(place, centred = false) {
    const box = this.boxes[place], { k } = this.view, { width, height } = this.room();
    if (!box) return;
    const edge = 24 / k, wide = width / k, high = height / k;
    let { x, y } = this.view;
    if (centred || box.x < x + edge || box.x + box.width > x + wide - edge)
      x = centred ? box.x + box.width / 2 - wide / 2 : box.x < x + edge ? box.x - edge : Math.min(box.x + box.width - wide + edge, box.x - edge);
    if (centred || box.y < y + edge || box.y + box.height > y + high - edge)
      y = centred ? box.y + box.height / 2 - high / 2 : box.y < y + edge ? box.y - edge : Math.min(box.y + box.height - high + edge, box.y - edge);
    if (x !== this.view.x || y !== this.view.y) { this.untouched = false; this.glide({ x, y, k }); }
  }

  reveal(place, takeFocus) {
    if (place < 0) return;
    this.rove(place, takeFocus);
    if (this.view.k < READABLE) this.zoom(READABLE / this.view.k);
    this.bring(place, !this.untouched);
  }

  at(event) {
    const area = this.canvas.getBoundingClientRect();
    return [event.clientX - area.left, event.clientY - area.top];
  }

  pointer(event) {
    if (event.type === "pointerdown") {
      if (event.button !== 0) return;
      this.pointers.set(event.pointerId, this.at(event));
      this.moved = false;
      this.begun = this.at(event);
      return;
    }
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    if (event.type !== "pointermove") {
      this.pointers.delete(event.pointerId);
      this.canvas.classList.remove("wbx-dragged");
      return;
    }
    const now = this.at(event);
    if (!this.moved && Math.hypot(now[0] - this.begun[0], now[1] - this.begun[1]) > 4) {
      this.moved = true;
      this.canvas.setPointerCapture(event.pointerId);
      this.canvas.classList.add("wbx-dragged");
    }
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const apart = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]) || 1;
      this.zoom(apart(now) / apart(before), [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2]);
    } else if (this.moved) this.pan(before[0] - now[0], before[1] - now[1]);
    this.pointers.set(event.pointerId, now);
  }

  wheel(event) {
    const meant = event.ctrlKey || event.metaKey || this.canvas.contains(document.activeElement);
    this.hint.hidden = meant;
    clearTimeout(this.hinting);
    this.hinting = setTimeout(() => { this.hint.hidden = true; }, 1600);
    if (!meant) return;  // the page scrolls on
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : 1;
    this.zoom(Math.exp(-clamp(event.deltaY * lines, -300, 300) * (event.ctrlKey ? 0.008 : 0.002)), this.at(event));
  }

  // --- keys -------------------------------------------------------------------------------------------------------------------

  canvasKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const place = this.boxes?.findIndex((box) => box.group === event.target) ?? -1, node = this.nodes[place];
    const arrow = ARROWS[event.key];
    if (arrow && (event.shiftKey || !node)) this.pan(arrow[0] * STEP, arrow[1] * STEP);
    else if (arrow) { const next = this.beside(place, arrow); if (next >= 0) this.rove(next, true); }
    else if (event.key === "+" || event.key === "=") this.zoom(1.25);
    else if (event.key === "-") this.zoom(1 / 1.25);
    else if (event.key === "0") this.fit(true);
    else if (event.key === "Backspace") { if (this.steps > 1) { this.wants = node?.name ?? " "; this.send({ type: "back", step: this.steps - 2 }); } }
    else if (node && (event.key === "Enter" || event.key === " ")) this.open(place, true);
    else if (node?.kind === "resource" && ["1", "2", "3"].includes(event.key)) this.focusOn(node.name, Number(event.key));
    else if (node?.kind === "resource" && event.key === "r" && this.hasRows) this.openRows(node.name);
    else return;
    event.preventDefault();
  }

  beside(place, [across, down]) {
    const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2], from = middle(this.boxes[place]);
    let best = -1, least = Infinity;
    this.boxes.forEach((box, other) => {
      const [x, y] = middle(box), along = (x - from[0]) * across + (y - from[1]) * down;
      const aside = Math.abs((x - from[0]) * down) + Math.abs((y - from[1]) * across), far = along + 2 * aside;
      if (other !== place && along > 1 && far < least) { best = other; least = far; }
    });
    return best;
  }

  rootKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();  // the notebook has meanings of its own for single letters
    const typing = ["INPUT", "SELECT"].includes(event.target.tagName);
    if (event.key === "/" && !typing) { event.preventDefault(); this.search.focus(); }
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    if (!this.keys.hidden) this.toggleKeys();
    else if (this.errors.children.length) this.errors.replaceChildren();
    else if (!this.rows.hidden && (this.rows.contains(event.target) || this.panel.hidden)) this.closeRows();
    else if (!this.panel.hidden) this.closeCard();
  }

  toggleKeys() {
    this.keys.hidden = !this.keys.hidden;
    this.asks.setAttribute("aria-expanded", String(!this.keys.hidden));
  }

  // --- what a person asks for -------------------------------------------------------------------------------------------------

  open(place, byKey) {
    const node = this.nodes[place];
    if (node.kind === "part") { this.wants = byKey ? " " : ""; this.send({ type: "part", name: node.name }); }
    else if (node.kind === "unknown") this.say(`${node.label} is not in this domain`);
    else { this.enters = byKey; this.send({ type: "open", resource: node.name }); }
  }

  focusOn(name, depth) {
    this.wants = this.canvas.contains(document.activeElement) ? name : this.wants;
    this.send({ type: "focus", resource: name, depth });
  }

  back() {
    const group = this.boxes?.[this.current]?.group;
    (group ?? this.canvas).focus({ preventScroll: true });
  }

  // --- searching --------------------------------------------------------------------------------------------------------------

  typed() {
    this.chooses = false;
    clearTimeout(this.typing);
    if (!this.search.value.trim()) return this.closeMatches();
    this.typing = setTimeout(() => this.send({ type: "search", text: this.search.value }), 60);
  }

  showMatches({ text, matches }) {
    if (text !== this.search.value || document.activeElement !== this.search) return;
    this.found = matches;
    this.active = matches.length ? 0 : -1;
    this.matches.replaceChildren(...matches.map((match, place) => {
      const name = match.attribute ? `${match.resource}.${match.attribute}` : match.resource;
      const note = [match.label, match.note, match.alike ? "alike" : ""].filter(Boolean).join(", ");
      return make("li", { id: `${this.id}-match${place}`, role: "option", onpointerdown: (event) => { event.preventDefault(); this.take(place); } },
        make("b", {}, name), make("span", {}, note));
    }));
    if (!matches.length) this.matches.append(make("li", { class: "wbx-none" }, "nothing is called like that"));
    this.matches.hidden = false;
    this.search.setAttribute("aria-expanded", "true");
    this.pick(this.active);
    this.say(matches.length ? `${matches.length} match${matches.length > 1 ? "es" : ""}` : "no matches");
    if (this.chooses) this.take(this.active);
  }

  pick(place) {
    this.active = place;
    [...this.matches.children].forEach((each, at) => each.setAttribute("aria-selected", String(at === place)));
    this.search.setAttribute("aria-activedescendant", place >= 0 ? `${this.id}-match${place}` : "");
    this.matches.children[place]?.scrollIntoView({ block: "nearest" });
  }

  take(place) {
    const match = this.found?.[place];
    this.chooses = false;
    this.closeMatches();
    if (!match) return;
    this.wants = match.resource;
    this.send({ type: "go", resource: match.resource });
  }

  closeMatches() {
    this.matches.hidden = true;
    this.search.setAttribute("aria-expanded", "false");
    this.search.removeAttribute("aria-activedescendant");
  }

  searchKey(event) {
    const open = !this.matches.hidden, count = this.found?.length ?? 0;
    if (event.key === "ArrowDown" && open && count) this.pick((this.active + 1) % count);
    else if (event.key === "ArrowUp" && open && count) this.pick((this.active + count - 1) % count);
    else if (event.key === "Enter" && open) this.take(this.active);
    else if (event.key === "Enter" && this.search.value.trim()) { this.typed(); this.chooses = true; }
    else if (event.key === "Escape" && (open || this.search.value)) { this.search.value = ""; this.closeMatches(); }
    else return;
    event.preventDefault();
  }

  // --- the card ---------------------------------------------------------------------------------------------------------------

  showCard(message) {
    const opened = message.resource && message.resource !== this.card;
    this.card = message.resource;
    this.panel.hidden = !message.resource;
    this.choose();
    if (!message.resource) return;
    const name = message.resource, title = make("h3", { tabindex: "-1" }, name);
    const tools = make("div", { class: "wbx-tools" },
      button("Neighbours", `focus on ${name} with what it refers to or is referred to by`, () => this.focusOn(name, 1)),
      button("2 steps away", `focus on ${name} within 2 references`, () => this.focusOn(name, 2)));
    if (message.has_rows) tools.append(button("Rows", `rows of ${name}`, () => this.openRows(name)));
    const links = (label, names) => names.length ? [make("p", { class: "wbx-links" }, make("span", {}, label),
      ...names.slice(0, 40).map((each) => button(each, `go to ${each}`, () => { this.wants = each; this.send({ type: "go", resource: each }); })),
      ...(names.length > 40 ? [make("span", {}, `and ${names.length - 40} more`)] : []))] : [];
    const card = make("div", { class: "wbx-said" });
    card.innerHTML = message.html;  // made and escaped by the kernel's display room
    this.panel.setAttribute("aria-label", said(`Card of ${name}`));
    this.panel.replaceChildren(make("header", {}, title, button("×", "close the card", () => this.closeCard())), tools,
      ...links("refers to", message.refers_to), ...links("referred to by", message.referred_to_by), card);
    this.panel.scrollTop = 0;
    if (opened && this.enters) title.focus({ preventScroll: true });
    this.enters = false;
    if (opened) setTimeout(() => this.makeRoom(), this.clicked ? 350 : 0);  // a double click still meets what it began on
    this.clicked = false;
  }

  makeRoom() {
    if (this.untouched) this.fit(false, this.place(this.focused), true);
    this.bring(this.place(this.card));
  }

  closeCard() {
    if (this.panel.contains(document.activeElement)) this.back();
    this.send({ type: "close" });
  }

  // --- rows -------------------------------------------------------------------------------------------------------------------

  showCount({ resource, rows, why }) {
    const box = this.boxes?.[this.place(resource)];
    if (!box) return;
    box.group.querySelector(".wbx-count")?.remove();
    const text = rows === "" ? "no rows" : `${rows} row${rows === "1" ? "" : "s"}`;
    const pill = drawn("g", { class: "wbx-count" }), words = drawn("text", { "text-anchor": "middle" }, text);
    if (why) pill.append(drawn("title", {}, why));
    pill.append(words);
    box.group.append(pill);
    const width = words.getBBox().width + 12, left = box.x + box.width - width - 6;
    words.setAttribute("x", left + width / 2); words.setAttribute("y", box.y - 1);
    pill.insertBefore(drawn("rect", { x: left, y: box.y - 12, width, height: 16, rx: 8 }), words);
    box.group.setAttribute("aria-label", said(`${this.nodes[this.place(resource)].says}, ${text}`));
  }

  openRows(resource) {
    this.paging = { resource, first: 0, sort: "", descending: false };
    this.rows.hidden = false;
    this.entersRows = true;
    this.askPage({});
  }

  askPage(change) {
    Object.assign(this.paging, change);
    this.paging.request = ++this.asked;
    this.rows.setAttribute("aria-label", said(`Rows of ${this.paging.resource}`));
    if (!this.table || this.table.dataset.resource !== this.paging.resource) this.rows.replaceChildren();
    this.waiting(true);
    this.send({ type: "rows", ...this.paging });
  }

  waiting(does) {
    if (!this.paging) return;
    this.rows.setAttribute("aria-busy", String(does));
    this.rows.querySelector(".wbx-wait")?.remove();
    clearTimeout(this.slow);
    const line = () => this.rows.prepend(make("div", { class: "wbx-wait" }, `Reading rows of ${this.paging.resource}… `,
      button("Stop", "stop reading", () => this.send({ type: "stop" }))));
    if (does) this.slow = setTimeout(line, this.rows.children.length ? 300 : 0);
  }

  showStopped() {
    this.waiting(false);
    this.say("stopped reading rows");
    if (this.paging && !this.rows.querySelector("table")) this.closeRows();
  }

  showPage(message) {
    if (!this.paging || message.request !== this.paging.request || message.resource !== this.paging.resource) return;
    this.waiting(false);
    const { resource, first, size, total, sort, descending } = message;
    const held = this.rows.contains(document.activeElement) ? document.activeElement.dataset.key : this.entersRows ? "table" : "";
    this.entersRows = false;
    const turn = (label, says, to, off) => button(label, says, () => { if (!off) this.askPage({ first: to }); },
      { "data-key": says, "aria-disabled": String(off) });
    const last = Math.max(Math.floor((total - 1) / size) * size, 0);
    const heads = message.columns.map(({ name, masked, numeric }) => {
      const mine = name === sort, order = mine ? (descending ? "descending" : "ascending") : "none";
      const next = !mine ? { sort: name, descending: false } : descending ? { sort: "", descending: false } : { sort: name, descending: true };
      return make("th", { scope: "col", "aria-sort": order, class: numeric ? "wbx-number" : null },
        button(`${name}${mine ? (descending ? " ▼" : " ▲") : ""}${masked ? " (masked)" : ""}`, `sort by ${name}`,
          () => this.askPage({ first: 0, ...next }), { "data-key": `sort ${name}` }));
    });
    const lines = message.rows.map((row) => make("tr", {}, ...row.map((cell, place) =>
      make("td", { class: [message.columns[place].numeric ? "wbx-number" : "", cell === null ? "wbx-absent" : ""].join(" ").trim() || null },
        cell === null ? "–" : cell))));
    this.table = make("div", { class: "wbx-table", tabindex: "0", role: "region", "data-key": "table", "data-resource": resource,
      "aria-label": `${resource}, ${message.told}` },
      make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...lines)));
    this.rows.replaceChildren(make("div", { class: "wbx-pager" }, make("h3", {}, resource), make("span", {}, message.told),
      make("span", { class: "wbx-group", role: "group", "aria-label": "Pages" },
        turn("« First", "first page", 0, first <= 0), turn("‹ Previous", "previous page", Math.max(first - size, 0), first <= 0),
        turn("Next ›", "next page", first + size, first + size >= total), turn("Last »", "last page", last, first >= last)),
      make("span", { class: "wbx-space" }), button("×", "close the rows", () => this.closeRows(), { "data-key": "close" })), this.table);
    this.say(message.told);
    if (held) (this.rows.querySelector(`[data-key="${CSS.escape(held)}"]`) ?? this.table).focus({ preventScroll: held !== "table" });
  }

  closeRows() {
    if (this.rows.contains(document.activeElement)) this.back();
    this.rows.hidden = true;
    this.rows.replaceChildren();
    this.paging = null;
    this.send({ type: "stop" });
  }
}
