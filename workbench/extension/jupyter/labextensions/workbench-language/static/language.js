// The tokens of the languages, for CodeMirror. The words come from the grammars: words.js is written by `python -m workbench.extension.words`.

import { ASK, BLOCKS, CHANGE, EXPRESSION, LITERALS, SCENARIO, STEPS, TYPES } from "./words.js";

const mime = (name) => `text/x-workbench-${name}`;

// Magic -> the language of the lines below it.
export const LANGUAGES = [
  { name: "domain", title: "Domain", magics: ["domain", "change"], mime: mime("domain") },
  { name: "scenario", title: "Domain scenarios", magics: ["scenario"], mime: mime("scenario") },
  { name: "ask", title: "Domain question", magics: ["ask"], mime: mime("ask") },
];

const MAGIC = /^\s*%%(\w+)(?=[ \t\r\n]|$)/;

// The language that a cell's text is in; nothing where it is none of ours.
export function magicOf(text) {
  const found = MAGIC.exec(text)?.[1];
  return LANGUAGES.find((each) => each.magics.includes(found));
}

const TOKENS = ["magic", "keyword", "word", "type", "defined", "literal", "text", "label", "sign", "comment"];
const ours = (token) => token && `wbl-${token}`;

// [pattern, token] in the order they are tried.
const PATTERNS = [
  [/^#.*/, "comment"],
  [/^'(?:[^']|'')*(?:'|$)/, "text"],
  [/^(?:e"(?:[^"\\]|\\.)*|"(?:[^"]|"")*)(?:"|$)/, "label"],
  [/^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?/, "literal"],
  [/^\d+(?:\.\d+)?(?!\.\d)/, "literal"],
  [/^(?:<->|->|<-|<=|>=|<>|!=|\|\||[=<>+*/%|-])/, "sign"],
];
const WORD = /^[\p{L}_][\p{L}\p{N}_]*/u;
const POINTS = /^(?:<->|->|<-|\.)$/; // a name follows

const [types, literals, expression] = [TYPES, LITERALS, EXPRESSION].map((each) => new Set(each));
const spoken = { scenario: new Set(SCENARIO), ask: new Set(ASK) };

// Statements of a design that others stand below, and not only more of what they say themselves.
const OPENS = new Set(Object.keys(BLOCKS.domain.heads).filter((name) => {
  const { heads = {}, other = "" } = BLOCKS[name] ?? {};
  return name !== "domain" && [...Object.values(heads), other].some((each) => each && !each.endsWith("_facts"));
}));

// What a word is in the languages that a domain generates.
const plainly = (name) => (word, stream) => {
  if (name === "scenario" && STEPS.includes(word) && stream.start === stream.indentation()) return "keyword";
  return spoken[name].has(word) ? "word" : literals.has(word) ? "literal" : null;
};

// What a word is in the domain language: that hangs on the block its line stands in and the statement the line makes.
function structured(word, stream, state) {
  if (!state.statement) {
    const indent = stream.indentation();
    const stack = state.stack.filter((each) => each.indent < indent);
    if (!indent && state.isPatch && CHANGE.includes(word)) {
      Object.assign(state, { statement: { words: ["to"], isNaming: false }, stack: [{ indent, block: "none" }] });
      return "keyword";
    }
    const { heads = {}, other = "", words = {}, named = [] } = BLOCKS[stack.at(-1)?.block ?? "domain"] ?? {};
    const isHead = Object.hasOwn(heads, word), name = isHead ? heads[word] : other;
    state.statement = { words: words[name] ?? [], isNaming: isHead && named.includes(name) };
    state.stack = [...stack, { indent, block: name || "none" }];
    return isHead ? "keyword" : null;
  }
  const { words, isNaming } = state.statement;
  if (words.includes(word) && !state.depth) return "word"; // within parentheses are values and expressions
  if (isNaming) { state.statement = { words, isNaming: false }; return "defined"; }
  const small = word.toLowerCase(); // words of the expressions are read in any case
  return expression.has(small) ? "word" : types.has(word) ? "type" : literals.has(small) ? "literal" : null;
}

function tokenizer(name) {
  const meaning = name === "domain" ? structured : plainly(name);
  const token = (stream, state) => {
    if (stream.sol()) {
      const indent = stream.indentation(), isOpen = state.depth > 0 && (indent > (state.stack.at(-1)?.indent ?? 0) || stream.string[indent] === ")");
      Object.assign(state, isOpen ? { isPointed: false } : { statement: null, isPointed: false, depth: 0 });
      if (state.isFirst && MAGIC.test(stream.string)) {
        Object.assign(state, { isFirst: false, isPatch: MAGIC.exec(stream.string)[1] === "change" });
        stream.skipToEnd();
        return "magic";
      }
      if (stream.string.trim()) state.isFirst = false;
    }
    if (stream.eatSpace()) return null;
    for (const [pattern, kind] of PATTERNS) {
      const found = stream.match(pattern);
      if (!found) continue;
      state.isPointed = POINTS.test(found[0]);
      if (name === "domain" && kind !== "comment" && !state.statement) structured("", stream, state);
      return kind;
    }
    const [word] = stream.match(WORD) || [];
    if (!word) {
      const sign = stream.next();
      state.depth += (sign === "(") - (sign === ")");
      state.isPointed = sign === ".";
      return null;
    }
    const isPointed = state.isPointed;
    state.isPointed = false;
    return isPointed ? null : meaning(name === "domain" ? word : word.toLowerCase(), stream, state);
  };
  // A new line below the first one of a block stands inside it; any other stands where the line above does.
  const indent = (state, after, context) => {
    const top = state.stack.at(-1);
    const isBelow = top && OPENS.has(top.block) && context.lineAt(context.pos, -1).text.trim();
    return isBelow && !after.trim() ? top.indent + 2 : null;
  };
  return {
    indent,
    startState: () => ({ isFirst: true, isPatch: false, isPointed: false, depth: 0, stack: [], statement: null }),
    copyState: (state) => ({ ...state }),
    token: (stream, state) => ours(token(stream, state)),
  };
}

// What JupyterLab's registry of editor languages takes, one for each language. They are here already, not loaded when asked for:
// a cell is never shown in another language first.
export function languagesFor({ LanguageSupport, StreamLanguage, syntaxHighlighting }, { Tag, tagHighlighter }) {
  const tokenTable = Object.fromEntries(TOKENS.map((each) => [ours(each), Tag.define()])); // CodeMirror knows other ones by plain names
  const styles = TOKENS.map((each) => ({ tag: tokenTable[ours(each)], class: ours(each) }));
  const highlighting = syntaxHighlighting(tagHighlighter(styles));
  return LANGUAGES.map(({ name, title, mime }) => {
    const languageData = { commentTokens: { line: "#" }, closeBrackets: { brackets: ["(", "[", "'", '"'] } };
    const parser = StreamLanguage.define({ name: `workbench-${name}`, tokenTable, languageData, ...tokenizer(name) });
    const extensions = name === "domain" ? ["domain"] : [];
    return { name: `workbench-${name}`, displayName: title, mime, extensions, support: new LanguageSupport(parser, [highlighting]) };
  });
}
