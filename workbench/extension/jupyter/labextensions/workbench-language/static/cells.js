// The kernel writes a cell: it opens a comm to "workbench:cells" with {action, text, marker, after} and is answered
// {ok: true, cell} or {ok: false, why}. A cell written before is known by its marker, which stands in its metadata; one that a person
// wrote, by its first line, the magic.

const TARGET = "workbench:cells";
const MOST = { text: 1_000_000, marker: 200, after: 200 };

// The request, or what is wrong with it.
function read(data) {
  const isText = (name) => typeof data?.[name] === "string" && data[name].length <= MOST[name];
  if (!["insert", "replace"].includes(data?.action)) throw new Error("the action is neither insert nor replace");
  for (const name of Object.keys(MOST)) if (!isText(name)) throw new Error(`${name} is no text of at most ${MOST[name]} characters`);
  if (!data.marker) throw new Error("the marker is empty");
  return data;
}

// Write the cell into the notebook of `panel`, and say which one it is.
function write(panel, { action, text, marker, after }) {
  const notebook = panel.content, shared = notebook.model.sharedModel;
  if (notebook.model.readOnly) throw new Error("the notebook can only be read");
  const find = (is) => shared.cells.findIndex(is);
  const code = (is) => find((cell) => cell.cell_type === "code" && is(cell));
  const marked = code((cell) => cell.getMetadata("workbench")?.marker === marker);
  const [line] = text.split("\n", 1);
  const place = marked >= 0 || !line.startsWith("%%") ? marked : code((cell) => cell.getSource().split("\n", 1)[0].trim() === line.trim());
  if (action === "replace" && place >= 0) {
    shared.cells[place].setSource(text);
    return shared.cells[place].id;
  }
  const below = find((cell) => cell.id === after);
  const index = (below >= 0 ? below : notebook.activeCellIndex) + 1;
  shared.insertCell(index, { cell_type: "code", source: text, metadata: { workbench: { marker }, trusted: true } });
  return shared.cells[index].id;
}

export function hearCells(panel, guarded) {
  const register = guarded((kernel) => kernel?.registerCommTarget(TARGET, (comm, message) => {
    let answer;
    try {
      answer = { ok: true, cell: write(panel, read(message.content.data)) };
    } catch (error) {
      answer = { ok: false, why: String(error?.message ?? error).slice(0, 300) };
    }
    comm.send(answer);
  }));
  register(panel.sessionContext.session?.kernel);
  panel.sessionContext.kernelChanged.connect((_, change) => register(change.newValue));
}
