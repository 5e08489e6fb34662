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
//
// JupyterLab sets the language of every cell anew when a kernel starts, and an editor shows a language once that is loaded: one that was
// loading meanwhile would be shown last. So the other one is waited for, and ours set again, in one go before anything is drawn.
function watch(panel, registry) {
  const seen = new WeakSet();
  let isOurDoing = false;
  const set = (model, ...mimes) => {
    isOurDoing = true;
    try { for (const mime of mimes) model.mimeType = mime; } finally { isOurDoing = false; }
  };
  const wantedBy = (model) => magicOf(model.sharedModel.getSource().slice(0, 200))?.mime;
  const fit = guarded((model) => {
    const wanted = wantedBy(model), was = model.mimeType;
    if (wanted && was !== wanted) {
      set(model, wanted);
      registry.getLanguage(was).catch(() => {}).then(guarded(() => {
        if (wantedBy(model) === model.mimeType) set(model, "text/plain", model.mimeType);
      }));
    } else if (!wanted && LANGUAGES.some((each) => each.mime === was)) set(model, panel.content.codeMimetype);
  });
  const meet = guarded((model) => {
    if (seen.has(model) || model.type !== "code") return;
    seen.add(model);
    model.sharedModel.changed.connect((_, change) => { if (change.sourceChange) fit(model); });
    model.mimeTypeChanged.connect(() => { if (!isOurDoing) fit(model); });
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
      registry.getLanguage("text/x-ipython")?.catch(() => {}); // loaded before the first kernel asks for it
      languagesFor(language, highlight).forEach((each) => registry.addLanguage(each));
      app.docRegistry.addFileType({
        name: "workbench-domain", displayName: "Domain", contentType: "file", fileFormat: "text",
        extensions: [".domain"], mimeTypes: [LANGUAGES[0].mime],
      });
      const meet = guarded((panel) => { watch(panel, registry); hearCells(panel, guarded); });
      tracker.forEach(meet);
      tracker.widgetAdded.connect((_, panel) => meet(panel));
    }),
  };
}
