// Colours of the tokens: at least 4.5 to 1 on the editor's ground, in light themes and in dark ones.
export const STYLE = `
.wbl-magic { color: #6f3cc3; }
.wbl-keyword { color: #00661e; font-weight: 600; }
.wbl-word { color: #00661e; }
.wbl-type { color: #0550ae; }
.wbl-defined { color: #1f2328; font-weight: 600; }
.wbl-literal { color: #0a5a72; }
.wbl-text { color: #a31515; }
.wbl-label { color: #8a3800; }
.wbl-sign { color: #7a3e00; }
.wbl-comment { color: #57636c; font-style: italic; }
[data-jp-theme-light="false"] .wbl-magic { color: #c9a6ff; }
[data-jp-theme-light="false"] :is(.wbl-keyword, .wbl-word) { color: #7bd88f; }
[data-jp-theme-light="false"] .wbl-type { color: #83bdff; }
[data-jp-theme-light="false"] .wbl-defined { color: #f0f3f6; }
[data-jp-theme-light="false"] .wbl-literal { color: #82d4ea; }
[data-jp-theme-light="false"] .wbl-text { color: #ffa69a; }
[data-jp-theme-light="false"] .wbl-label { color: #f4b880; }
[data-jp-theme-light="false"] .wbl-sign { color: #e6bb55; }
[data-jp-theme-light="false"] .wbl-comment { color: #a3b0bc; }
`;
