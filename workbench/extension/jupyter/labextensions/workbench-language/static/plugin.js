// The plugin: cells that begin with a magic of the domain language are highlighted as such, and the kernel may write cells.

import { hearCells } from "./cells.js";
import { LANGUAGES, languagesFor, magicOf } from "./language.js";
import { STYLE } from "./style.js";

const style = document.createElement("style");
style.textContent = STYLE;

// Whatever fails in here is told in the console and goes no further: the notebook stays what it is without us.
const guarded = (work) => (...given) => {
  try {
    return work(...given);
  } catch (error) {
    console.warn("workbench-language:", error);
    return undefined;
  }
};

// Give each code cell of `panel` the language its first line asks for, and give it back when that line goes.
function watch(panel) {
  const seen = new WeakSet();
  const fit = guarded((model) => {
    const wanted = magicOf(model.sharedModel.getSource().slice(0, 200))?.mime;
    const isOurs = LANGUAGES.some((each) => each.mime === model.mimeType);
    if (wanted && model.mimeType !== wanted) model.mimeType = wanted;
    else if (!wanted && isOurs) model.mimeType = panel.content.codeMimetype;
  });
  const meet = guarded((model) => {
    if (seen.has(model) || model.type !== "code") return;
    seen.add(model);
    model.sharedModel.changed.connect((_, change) => { if (change.sourceChange) fit(model); });
    model.mimeTypeChanged.connect(() => fit(model)); // JupyterLab sets every cell's anew when a kernel starts
    fit(model);
  });
  const scan = guarded(() => {
    for (const model of panel.content.model?.cells ?? []) meet(model);
  });
  panel.context.ready.then(() => {
    scan();
    panel.content.model.cells.changed.connect(scan);
  }).catch(() => {});
}

export async function plugin(take) {
  const [{ INotebookTracker }, { IEditorLanguageRegistry }, language, highlight] = await Promise.all(
    ["@jupyterlab/notebook", "@jupyterlab/codemirror", "@codemirror/language", "@lezer/highlight"].map(take),
  );
  return {
    id: "workbench-language:plugin",
    description: "Highlights cells of the domain language, and lets the kernel insert or replace a cell.",
    autoStart: true,
    requires: [INotebookTracker, IEditorLanguageRegistry],
    activate: guarded((app, tracker, registry) => {
      document.head.append(style);
      languagesFor(language, highlight).forEach((each) => registry.addLanguage(each));
      app.docRegistry.addFileType({
        name: "workbench-domain", displayName: "Domain", contentType: "file", fileFormat: "text",
        extensions: [".domain"], mimeTypes: [LANGUAGES[0].mime],
      });
      const meet = guarded((panel) => { watch(panel); hearCells(panel, guarded); });
      tracker.forEach(meet);
      tracker.widgetAdded.connect((_, panel) => meet(panel));
    }),
  };
}
