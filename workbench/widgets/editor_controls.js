// One control for each kind of field. A control is {root, key, read(), fill(value), slot}: what it looks like, what it is called, what
// stands in it, and where problems are said. `form` offers typed, wrong, commit, live, refill.

const MONO = new Set(["expression", "type", "json"]);

function makeControl(form, spec, prefix = "") {
  const key = prefix + keyOf(spec.path), id = `${form.id}-${++made}`;
  const control = { spec, key, id, prefix, slot: make("div", { class: "wbe-slot", id: `${id}-wrong`, "aria-live": "polite" }) };
  const build = { checkbox: checkControl, choices: choicesControl, names: namesControl, select: selectControl }[spec.kind] ?? textControl;
  const held = form.typed.has(key) ? form.typed.get(key) : spec.value;
  const { box, label } = build(form, control, held);
  const help = spec.help ? make("div", { class: "wbe-help", id: `${id}-help` }, spec.help) : "";
  const wide = ["expression", "json", "choices", "names"].includes(spec.kind) && !spec.narrow || (spec.kind === "type" && String(held ?? "").length > 24);
  control.root = make("div", { class: `wbe-field wbe-${spec.kind}${wide ? " wbe-wide" : ""}`, "data-control": key }, label, box, control.slot, help);
  form.controls.set(key, control);
  return control;
}

function labelled(control, more = {}) {
  const { spec, id } = control;
  return make("label", { for: id, ...more }, spec.label, spec.required ? make("span", { class: "wbe-needed", title: "needed" }, " *") : "");
}

const described = ({ id, spec }) => [`${id}-wrong`, spec.help ? `${id}-help` : ""].filter(Boolean).join(" ");

function textControl(form, control, held) {
  const { spec, id, key } = control, isLong = ["prose", "json", "expression"].includes(spec.kind);
  const fixed = spec.field === "was";
  const box = make(isLong ? "textarea" : "input", { id, class: `wbx-input${MONO.has(spec.kind) ? " wbe-mono" : ""}`, spellcheck: spec.kind === "prose" ? "true" : "false",
    autocomplete: "off", "aria-describedby": described(control), "aria-required": spec.required ? "true" : null, rows: isLong ? "1" : null,
    type: isLong ? null : spec.kind === "number" ? "number" : "text", min: spec.kind === "number" ? "0" : null, readonly: fixed, "data-key": key,
    list: spec.offers ? `${form.id}-${spec.offers.replace(/ /g, "-")}` : null,
    oninput: () => { grow(box); form.type(control); },
    onchange: () => form.commit(control),
    onkeydown: (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && spec.kind !== "prose" && spec.kind !== "json") { event.preventDefault(); form.commit(control, true); }
      if (event.key === "Escape" && form.forget(control)) event.preventDefault();
    } });
  box.value = held ?? "";
  control.read = () => spec.kind === "number" ? (box.value.trim() === "" ? "" : Number(box.value)) : box.value;
  control.fill = (value) => { box.value = value ?? ""; grow(box); };
  control.focus = () => { box.focus(); box.select?.(); };
  control.mark = (wrong) => box.setAttribute("aria-invalid", String(wrong));
  if (isLong) requestAnimationFrame(() => grow(box));
  return { box, label: labelled(control) };
}

function grow(box) {
  if (box.tagName !== "TEXTAREA") return;
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, 260)}px`;
}

function checkControl(form, control, held) {
  const { spec, id, key } = control;
  const input = make("input", { id, type: "checkbox", "data-key": key, "aria-describedby": described(control), onchange: () => { form.type(control); form.commit(control); } });
  input.checked = Boolean(held);
  control.read = () => input.checked;
  control.fill = (value) => { input.checked = Boolean(value); };
  control.focus = () => input.focus();
  control.mark = () => {};
  return { box: make("div", { class: "wbe-check" }, input, make("label", { for: id }, spec.label)), label: "" };
}

function selectControl(form, control, held) {
  const { spec, id, key } = control;
  const box = make("select", { id, class: "wbx-input", "data-key": key, "aria-describedby": described(control), onchange: () => { form.type(control); form.commit(control); } });
  if (!spec.options.includes(held)) box.append(make("option", { value: "" }, spec.required ? "choose…" : "–"));
  for (const each of spec.options) box.append(make("option", { value: each }, each === "" ? "–" : each.replace(/_/g, " ")));
  box.value = held ?? "";
  control.read = () => box.value;
  control.fill = (value) => { box.value = value; };
  control.focus = () => box.focus();
  control.mark = (wrong) => box.setAttribute("aria-invalid", String(wrong));
  return { box, label: labelled(control) };
}

function choicesControl(form, control, held) {
  const { spec, id, key } = control;
  const boxes = spec.options.map((each, at) => {
    const input = make("input", { type: "checkbox", id: `${id}-${at}`, value: each, "data-key": `${key}${at}`, onchange: () => { form.type(control); form.commit(control); } });
    return [input, make("span", { class: "wbe-check" }, input, make("label", { for: `${id}-${at}` }, each.replace(/_/g, " ")))];
  });
  control.fill = (value) => boxes.forEach(([input]) => { input.checked = (value ?? []).includes(input.value); });
  control.fill(held);
  control.read = () => boxes.filter(([input]) => input.checked).map(([input]) => input.value);
  control.focus = () => boxes[0]?.[0].focus();
  control.mark = () => {};
  return { box: make("div", { role: "group", "aria-labelledby": `${id}-label`, class: "wbe-choice" }, ...boxes.map(([, box]) => box)),
    label: make("span", { id: `${id}-label`, class: "wbe-label" }, spec.label) };
}

// Several names: chips in a row, and a line to type another.
function namesControl(form, control, held) {
  const { spec, id, key } = control;
  let names = held === null ? null : [...held];
  const chips = make("span", { class: "wbe-chips", role: "list", "aria-label": spec.label });
  const input = make("input", { id, class: "wbe-another", "data-key": key, autocomplete: "off", spellcheck: "false", "aria-describedby": described(control),
    list: spec.offers ? `${form.id}-${spec.offers.replace(/ /g, "-")}` : null, onchange: () => take(), onkeydown: (event) => {
      if (event.key === "Enter" && !input.value.trim()) { event.preventDefault(); form.commit(control, true); }
      else if (event.key === "Enter" || (event.key === "," && input.value.trim())) { event.preventDefault(); take(); }
      if (event.key === "Backspace" && !input.value && names?.length) { event.preventDefault(); change(names.slice(0, -1)); }
      if (event.key === "Escape" && form.forget(control)) event.preventDefault();
    } });
  const change = (to) => { names = to; draw(); form.type(control); form.commit(control); };
  const take = () => {
    const word = input.value.trim().replace(/,$/, "");
    input.value = "";
    if (word && !names?.includes(word)) change([...(names ?? []), word]);
  };
  const move = (at, by) => {
    const to = at + by;
    if (to < 0 || to >= names.length) return;
    const next = [...names];
    [next[at], next[to]] = [next[to], next[at]];
    change(next);
    chips.querySelectorAll("button")[to]?.focus();
  };
  const draw = () => {
    chips.replaceChildren(...(names ?? []).map((name, at) => make("span", { role: "listitem", class: "wbe-chip" }, name,
      make("button", { type: "button", class: "wbe-bare", title: "remove (Alt + arrows move)", "aria-label": `remove ${name}`, "data-key": `${key}×${name}`,
        onclick: () => change(names.filter((each) => each !== name)),
        onkeydown: (event) => { const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]; if (by && event.altKey) { event.preventDefault(); move(at, by); } } }, "×"))));
    if (spec.nullable && names !== null) chips.append(make("button", { type: "button", class: "wbe-bare", onclick: () => change(null) }, "leave open"));
    input.placeholder = names === null ? "left open; type a name to list some" : names.length ? "and…" : "type a name";
  };
  draw();
  control.read = () => names;
  control.fill = (value) => { names = value === null ? null : [...value]; draw(); };
  control.focus = () => input.focus();
  control.mark = (wrong) => input.setAttribute("aria-invalid", String(wrong));
  return { box: make("div", { class: "wbx-input wbe-several", onclick: (event) => { if (event.target === event.currentTarget) input.focus(); } }, chips, input), label: labelled(control) };
}

// What is wrong, in words, and a caret below the spot where it is known.
function sayWrong(control, problem, more) {
  const { slot } = control;
  slot.replaceChildren();
  control.mark?.(problem?.severity === "error");
  control.root?.classList.toggle("wbe-is-wrong", Boolean(problem && problem.severity === "error"));
  if (!problem) return;
  const sign = { error: "✗", warning: "▲", info: "ℹ" }[problem.severity] ?? "✗";
  const text = typeof control.read?.() === "string" ? control.read() : "";
  if (problem.column && text) {
    const line = text.split("\n")[(problem.line ?? 1) - 1] ?? "", from = Math.max(0, problem.column - 1 - 30);
    const shown = `${from ? "…" : ""}${line.slice(from, from + 64)}`;
    slot.append(make("pre", { class: "wbe-caret", "aria-hidden": "true" }, `${said(shown)}\n${" ".repeat(problem.column - 1 - from + (from ? 1 : 0))}^`));
  }
  slot.append(make("span", { class: `wbe-said wbe-${problem.severity}` }, `${sign} ${problem.message}${problem.hint ? `; ${problem.hint}` : ""}`), ...(more ? [more] : []));
}
