"""Interactive views: state and logic in plain classes, a thin widget around them, and a few files of JavaScript each.

explore(design)   the entity-relationship diagram to move in: search, cards, neighbours, rows
edit(design)      a tree and a form for each element, with picture, problems, changes and text

What stands where:

    live, said, lane            what every widget does alike: code on demand, checked messages, work beside everything else
    searching                   finding names as somebody types
    exploration, messages       what is looked at and what a message does to it, without a front end
    data                        the rows behind a design
    explorer                    the widget
    controls, entries           from Pydantic models to the controls of forms, and from what is typed back to values
    editing                     the design being edited: typed changes, undo, redo, saving
    outline, forms, picturing   the tree, the forms and the pictures of it, as plain data
    dialogue, editor_messages   what the editor answers to each message, without a front end
    editor, cells               the widget; cells that the kernel writes into the notebook
"""

from workbench.widgets.opening import edit, explore

__all__ = ["edit", "explore"]
