"""Interactive views: state and logic in plain classes, a thin widget around them, and one file of JavaScript each.

explore(design)   the entity-relationship diagram to move in: search, cards, neighbours, rows

What stands where:

    exploration           what is looked at and what a message does to it, without a front end
    messages, searching   what the page may say; finding names as somebody types
    data                  the rows behind a design
    lane                  work beside everything else
    explorer              the widget; explorer.js and explorer.css are fetched by the page from the kernel
"""

from workbench.widgets.opening import explore

__all__ = ["explore"]
