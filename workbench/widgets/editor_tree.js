// The design as a tree (WAI-ARIA's): elements and their parts, one line each. It knows what is open and what is chosen; what stands
// there comes from the kernel.

const keyOf = (path) => JSON.stringify(path);
const isWithin = (path, above) => path.length >= above.length && above.every((step, at) => step === path[at]);

class Tree {
  // `does`: choose(path), enter(), remove(path), rename(path), add(path), move(path, by)
  constructor(does) {
    this.does = does;
    this.branches = new Map();
    this.open = new Map();
    this.marks = new Map();
    this.chosen = [];
    this.root = make("div", { class: "wbe-tree", role: "tree", "aria-label": "Design", onkeydown: (event) => this.key(event),
      onclick: (event) => this.click(event) });
    this.top = { path: [], name: "", kind: "domain", note: "", opens: true };
    this.setOpen([], true);
    this.setOpen(["resources"], true);
  }

  setOpen(path, is) {
    if (is) this.open.set(keyOf(path), path);
    else this.open.delete(keyOf(path));
  }

  openAbove(path) {
    for (let end = 0; end < path.length; end++) this.setOpen(path.slice(0, end), true);
  }

  asked() {
    return [...this.open.values()];
  }

  take(branches) {
    const known = new Set(branches.map((each) => keyOf(each.path)));
    for (const [key] of this.open) if (!known.has(key)) this.open.delete(key);  // what is gone is no longer open
    this.branches = new Map(branches.map((each) => [keyOf(each.path), each.entries]));
  }

  // --- drawing ------------------------------------------------------------------------------------------------------------------

  show(path) {
    this.chosen = path;
    const held = this.root.contains(document.activeElement);
    const lines = [];
    this.collect({ ...this.top }, 1, 1, 1, lines);
    this.lines = lines;
    this.root.replaceChildren(...lines.map((line) => this.line(line)));
    const chosen = this.at(this.place(path));
    chosen?.setAttribute("tabindex", "0");
    if (!chosen) this.root.firstChild?.setAttribute("tabindex", "0");
    if (held) (chosen ?? this.root.firstChild)?.focus({ preventScroll: true });
    this.into(chosen);
  }

  into(item) {  // scrolls the tree only, never the page
    if (!item) return;
    const top = item.offsetTop - this.root.offsetTop, room = this.root.clientHeight;
    if (top < this.root.scrollTop || top + item.offsetHeight > this.root.scrollTop + room) this.root.scrollTop = top - room / 3;
  }

  collect(entry, level, place, of, lines) {
    const children = this.branches.get(keyOf(entry.path)), isOpen = entry.opens && this.open.has(keyOf(entry.path)) && children;
    lines.push({ entry, level, place, of, isOpen: Boolean(isOpen) });
    if (isOpen) children.forEach((child, at) => this.collect(child, level + 1, at + 1, children.length, lines));
  }

  line({ entry, level, place, of, isOpen }) {
    const isChosen = keyOf(entry.path) === keyOf(this.chosen), mark = this.mark(entry.path, isOpen);
    const note = entry.kind === "group" ? `(${entry.note})` : entry.note;
    return make("div", { role: "treeitem", class: `wbe-item wbe-of-${entry.kind.replace(/ /g, "-")}`, "aria-level": level, "aria-posinset": place,
      "aria-setsize": of, "aria-selected": String(isChosen), "aria-expanded": entry.opens ? String(isOpen) : null, tabindex: "-1",
      "data-key": keyOf(entry.path), style: `padding-left: ${6 + (level - 1) * 13}px`,
      "aria-label": [entry.name, entry.kind === "group" ? `${entry.note} of them` : entry.kind, entry.kind === "group" ? "" : entry.note,
        mark ? `${mark.count} problem${mark.count > 1 ? "s" : ""}` : ""].filter(Boolean).join(", "),
      title: note ? `${entry.name} ${note}` : entry.name },
      make("span", { class: "wbe-twist", "aria-hidden": "true" }, entry.opens ? (isOpen ? "▾" : "▸") : ""),
      make("span", { class: "wbe-name" }, entry.name), make("span", { class: "wbe-note" }, note),
      mark ? make("span", { class: `wbe-mark wbe-${mark.severity}`, "aria-hidden": "true" }, mark.severity === "error" ? "✗" : "▲") : "");
  }

  // Problems of what stands here; of a closed one also those of what stands below.
  mark(path, isOpen) {
    return this.marks.get((isOpen ? "=" : "") + keyOf(path));
  }

  showMarks(problems) {
    this.marks = new Map();
    const count = (key, severity) => {
      const mark = this.marks.get(key) ?? { count: 0, severity };
      this.marks.set(key, { count: mark.count + 1, severity: severity === "error" ? severity : mark.severity });
    };
    for (const { element, severity } of problems) {
      if (severity === "info") continue;
      count("=" + keyOf(element), severity);
      for (let end = 0; end <= element.length; end++) count(keyOf(element.slice(0, end)), severity);
    }
    if (this.lines) this.show(this.chosen);
  }

  // --- moving about -------------------------------------------------------------------------------------------------------------

  place(path) {
    const key = keyOf(path);
    return this.lines.findIndex((line) => keyOf(line.entry.path) === key);
  }

  at(place) {
    return this.root.children[place];
  }

  click(event) {
    const item = event.target.closest("[role=treeitem]");
    if (!item) return;
    const line = this.lines[[...this.root.children].indexOf(item)];
    if (event.target.classList.contains("wbe-twist") && line.entry.opens) return this.toggle(line);
    if (line.entry.kind === "group" && keyOf(line.entry.path) === keyOf(this.chosen)) return this.toggle(line);
    if (line.entry.opens && !line.isOpen) this.setOpen(line.entry.path, true);
    this.go(line.entry.path);
  }

  toggle(line) {
    this.setOpen(line.entry.path, !line.isOpen);
    if (line.isOpen && isWithin(this.chosen, line.entry.path)) this.chosen = line.entry.path;
    this.does.choose(this.chosen);
  }

  go(path) {
    this.at(this.place(this.chosen))?.setAttribute("aria-selected", "false");
    this.chosen = path;
    const item = this.at(this.place(path));
    item?.setAttribute("aria-selected", "true");
    item?.focus({ preventScroll: true });
    this.into(item);
    this.does.choose(path);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey) return;
    const here = this.place(this.chosen), line = this.lines[here];
    if (!line) return;
    const to = (place) => { if (this.lines[place]) this.go(this.lines[place].entry.path); };
    const path = line.entry.path, isElement = path.length && line.entry.kind !== "group";
    switch (event.key) {
      case "ArrowDown": event.altKey ? isElement && this.does.move(path, 1) : to(here + 1); break;
      case "ArrowUp": event.altKey ? isElement && this.does.move(path, -1) : to(here - 1); break;
      case "Home": to(0); break;
      case "End": to(this.lines.length - 1); break;
      case "ArrowRight": if (line.entry.opens && !line.isOpen) this.toggle(line); else if (line.isOpen) to(here + 1); break;
      case "ArrowLeft":
        if (line.isOpen && path.length) this.toggle(line);
        else to(this.lines.findLastIndex((each, at) => at < here && each.level === line.level - 1));
        break;
      case "Enter": case " ": this.does.enter(); break;
      case "F2": if (line.entry.kind !== "group") this.does.rename(path); break;
      case "Insert": this.does.add(path); break;
      case "Delete": if (isElement) this.does.remove(path); break;
      default: {
        if (event.key.length !== 1 || event.altKey || event.key === "/") return;
        const letter = event.key.toLowerCase(), fits = (each) => each.entry.name.toLowerCase().startsWith(letter);
        const next = this.lines.findIndex((each, at) => at > here && fits(each));
        to(next >= 0 ? next : this.lines.findIndex(fits));
      }
    }
    event.preventDefault();
  }
}
