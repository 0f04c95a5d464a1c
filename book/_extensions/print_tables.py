"""Give the tables of the printed book columns that fit the page.

LaTeX cannot cut a column to the page by itself. Here a table that would fit gets plain columns; a wider one gets
columns of fixed width, ragged on the right, shared out by what their cells hold, and may go on on the next page. A
column that the source aligns to the right stays so. Nothing here touches any other format than LaTeX.
"""

import re
from collections.abc import Sequence
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

PAGE = 90.0  # characters of a table's font in a line of print
GAP = 2.5  # between two columns, in characters
MOST_ROWS = 10  # of a wide table that is not cut at the end of a page
MONO = 1.08  # a character of code is wider
COMMAND = re.compile(r"\\(?:math\w+|text|left|right|[bB]igg?[lr]?|d?frac|tfrac)(?![a-zA-Z])|[{}_^$&]|\\[,;!]")
SYMBOL = re.compile(r"\\[a-zA-Z]+\s*")


def printed(node: nodes.Node) -> str:
    """Return a text about as long as what is printed: a command of mathematics prints a sign or nothing."""
    if isinstance(node, nodes.math | nodes.math_block):
        return SYMBOL.sub("x", COMMAND.sub("", node.astext()))
    if isinstance(node, nodes.literal):
        return node.astext().ljust(round(MONO * len(node.astext())), "0")
    if isinstance(node, nodes.Element):
        return ("\n" if isinstance(node, nodes.entry) else "").join(printed(child) for child in node.children)
    return node.astext()


def longest(cells: Sequence[str]) -> float:
    """Return the width of the widest line of a column."""
    return max((len(line) for cell in cells for line in cell.splitlines()), default=1)


def longest_word(cells: Sequence[str]) -> float:
    """Return the width of the widest piece that is not cut; a name may be cut after each underscore."""
    return max((len(word) for cell in cells for word in re.split(r"[\s_]", cell)), default=1)


def widths(columns: Sequence[Sequence[str]], room: float) -> list[float] | None:
    """Return the columns' widths in characters, or None when all fit as they are.

    A column that needs no more than its even share gets what it needs. The others share what is left by the root of
    how much they hold, and none gets less than its longest word needs, as far as there is room.
    """
    wanted = [longest(cells) for cells in columns]
    if sum(wanted) <= room:
        return None
    open_, given = set(range(len(columns))), [0.0] * len(columns)
    while open_:
        left = room - sum(given)
        content = [max(longest(cells), sum(map(len, cells))) ** 0.5 for cells in columns]
        total = sum(content[place] for place in open_)
        share = {place: left * content[place] / total for place in open_}
        settled = {place: wanted[place] for place in open_ if wanted[place] <= share[place]}
        if not settled:
            words = {place: longest_word(columns[place]) + 0.5 for place in open_}
            settled = {place: words[place] for place in open_ if share[place] < words[place] < left / len(open_) * 1.5}
        if not settled:
            settled = share
        for place, width in settled.items():
            given[place] = width
        open_ -= settled.keys()
    return given


def columns_of(table: nodes.table) -> list[list[nodes.entry]]:
    """Return the cells of each column, or nothing when cells are joined."""
    rows = [list(row.findall(nodes.entry)) for row in table.findall(nodes.row)]
    entries = [entry for row in rows for entry in row]
    if not rows or len({len(row) for row in rows}) != 1 or any("morecols" in e or "morerows" in e for e in entries):
        return []
    return [list(column) for column in zip(*rows, strict=True)]


def specification(table: nodes.table) -> tuple[str, bool] | None:
    """Return what LaTeX is told of the columns, and whether the table is a wide one."""
    columns = columns_of(table)
    if not columns:
        return None
    room = PAGE - GAP * (len(columns) - 1)
    found = widths([[printed(cell) for cell in column] for column in columns], room)
    right = ["text-right" in column[-1]["classes"] for column in columns]
    if found is None:
        return "".join("r" if flag else "l" for flag in right), False
    share = (1 - 0.026 * (len(columns) - 1)) / max(room, sum(found))
    sides = [r"\raggedleft" if flag else r"\raggedright" for flag in right]
    parts = [
        rf">{{{side}\arraybackslash}}p{{{width * share:.3f}\linewidth}}"
        for side, width in zip(sides, found, strict=True)
    ]
    return "".join(parts), True


def keep_name(table: nodes.table) -> None:
    """Keep a short paragraph, which names the table below it, on the table's page."""
    place = table.parent.index(table)
    before = table.parent.children[place - 1] if place else None
    if isinstance(before, nodes.paragraph) and len(before.astext()) <= PAGE:
        rows = min(len(list(table.findall(nodes.row))), MOST_ROWS)
        table.parent.insert(place - 1, nodes.raw("", rf"\bookneed{{{rows + 5}\baselineskip}}", format="latex"))


def set_columns(app: Sphinx, tree: nodes.document, docname: str) -> None:
    """Tell LaTeX of the columns of every table."""
    if app.builder.format != "latex":
        return
    for table in list(tree.findall(nodes.table)):
        keep_name(table)
        for cell in table.findall(nodes.entry):
            if not any(child.children for child in cell.children):
                cell.children = []  # or LaTeX would set an empty paragraph, and a line for it
        found = specification(table)
        if found is None or isinstance(table.parent.children[table.parent.index(table) - 1], addnodes.tabular_col_spec):
            continue
        table.parent.insert(table.parent.index(table), addnodes.tabular_col_spec(spec=f"@{{}}{found[0]}@{{}}"))
        if found[1] and len(list(table.findall(nodes.row))) > MOST_ROWS and "longtable" not in table["classes"]:
            table["classes"].append("longtable")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("doctree-resolved", set_columns, priority=700)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
