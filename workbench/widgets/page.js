// What every widget of the workbench needs in its page. The kernel puts this file before the widget's own.
// Data reaches the page as text; only what the kernel made and escaped is taken in as markup.

const SVG = "http://www.w3.org/2000/svg";
let made = 0;  // numbers what needs a name of its own in the page

// What would reorder or hide text is written out, as the kernel does in pictures.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]/g;
const said = (text) => String(text).replace(HIDDEN, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, said(value));
  }
  element.append(...children.map((child) => (child instanceof Node ? child : said(child))));
  return element;
}

function drawn(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = said(text);
  return element;
}

function button(label, says, act, more = {}) {
  return make("button", { type: "button", title: says, "aria-label": says, onclick: act, ...more }, label);
}

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

// The still picture in the output before this one is for pages without a kernel; whoever covers it uncovers it when leaving.
function coverStill(root) {
  const before = root.closest(".jp-OutputArea-child")?.previousElementSibling;
  if (!before?.querySelector(".wbx-still")) return null;
  before.style.display = "none";
  return before;
}
