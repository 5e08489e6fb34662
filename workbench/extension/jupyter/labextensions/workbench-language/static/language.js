// The tokens of the languages, for CodeMirror. The words come from the grammars: words.js is written by `python -m workbench.extension.words`.

import { WORDS } from "./words.js";

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

const TOKENS = ["magic", "keyword", "type", "defined", "literal", "text", "label", "sign", "comment"];

const ours = (token) => token && `wbl-${token}`;

// [pattern, token] in the order they are tried.
const PATTERNS = [
  [/^#.*/, "comment"],
  [/^'(?:[^']|'')*(?:'|$)/, "text"],
  [/^"(?:[^"]|"")*(?:"|$)/, "label"],
  [/^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?/, "literal"],
  [/^\d+(?:\.\d+)?/, "literal"],
  [/^(?:->|<-|<=|>=|<>|!=|\|\||[=<>+*/%|-])/, "sign"],
];
const WORD = /^[\p{L}_][\p{L}\p{N}_]*/u;

function tokenizer(name) {
  const { keywords, types, literals, heads } = Object.fromEntries(
    Object.entries(WORDS[name]).map(([key, words]) => [key, new Set(words)]),
  );
  const token = (stream, state) => {
    if (stream.sol()) {
      state.isNaming = false;
      if (state.isFirst && MAGIC.test(stream.string)) { state.isFirst = false; stream.skipToEnd(); return "magic"; }
      if (stream.string.trim()) state.isFirst = false;
    }
    if (stream.eatSpace()) return null;
    for (const [pattern, kind] of PATTERNS) if (stream.match(pattern)) { state.isNaming = false; return kind; }
    const [word] = stream.match(WORD) || [];
    if (!word) { stream.next(); return null; }
    const isName = state.isNaming, small = word.toLowerCase();
    state.isNaming = heads.has(small) && !isName;
    if (isName) return "defined";
    return keywords.has(small) ? "keyword" : types.has(small) ? "type" : literals.has(small) ? "literal" : null;
  };
  return {
    startState: () => ({ isFirst: true, isNaming: false }),
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
