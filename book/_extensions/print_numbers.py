"""Give the printed book the numbers of its pages.

LaTeX would count figures, tables and theorems by itself, and otherwise. Here every number that Sphinx gave in the order
of the table of contents is written out: before each figure and table, at the head of each statement and exercise, and
in each reference to one. Statements, proofs, exercises and solutions become blocks in the manner of a paper, each with
a place that links can lead to. Nothing here touches any other format than LaTeX.
"""

from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx_exercise.nodes import (
    exercise_enumerable_node,
    exercise_latex_number_reference,
    exercise_node,
    solution_node,
)
from sphinx_proof.nodes import NODE_TYPES, proof_node, unenumerable_node

STATEMENTS = (*NODE_TYPES.values(), unenumerable_node)
EXERCISES = (exercise_enumerable_node, exercise_node)
UPRIGHT = {"remark", "example", "definition", "notation", "algorithm", "exercise", "solution", "proof"}
COUNTERS = {"figure": "figure", "table": "table", "code-block": "literalblock"}
NUMBER = r"\def\the%s{%s}"  # what LaTeX prints for the counter, and what it writes beside the label


class Block(nodes.General, nodes.Element):
    """A statement, a proof, an exercise or a solution; its first child is its head."""


class Head(nodes.General, nodes.TextElement):
    """What follows the kind and the number of a block: its title, or nothing."""


def with_pages(tree: nodes.Element, docname: str) -> Iterator[tuple[nodes.Element, str]]:
    """Yield every element below a node, and the page that it comes from."""
    for child in tree.children:
        if isinstance(child, nodes.Element):
            home = child["docname"] if isinstance(child, addnodes.start_of_file) else docname
            yield child, home
            yield from with_pages(child, home)


def number_of(env: Any, docname: str, kind: str, ids: list[str]) -> str:
    """Return the number that Sphinx gave to a thing, or nothing."""
    numbers = env.toc_fignumbers.get(docname, {}).get(kind, {})
    return next((".".join(map(str, numbers[name])) for name in ids if name in numbers), "")


def number_floats(env: Any, tree: nodes.document, docname: str) -> None:
    """Write the number of each figure, table and listing before it."""
    for node, home in list(with_pages(tree, docname)):
        kind = env.get_domain("std").get_enumerable_node_type(node)
        number = number_of(env, home, kind, node["ids"]) if kind in COUNTERS else ""
        if number:
            command = nodes.raw("", NUMBER % (COUNTERS[kind], number), format="latex")
            node.parent.insert(node.parent.index(node), command)


def block(kind: str, number: str, title: list[nodes.Node], body: list[nodes.Node], ids: list[str]) -> Block:
    """Return a block; what a directive wraps into a section without a title is laid bare."""
    made = Block("", Head("", "", *title), kind=kind, number=number, ids=ids)
    for child in body:
        made += child.children if isinstance(child, nodes.section) else [child]
    return made


def statement(env: Any, node: nodes.Element, home: str) -> Block:
    """Return the block of a theorem and its like."""
    number = number_of(env, home, node["countertype"], node["ids"])
    return block(node["realtype"], number, node[0].children, node.children[1:], node["ids"])


def proof(node: nodes.Element) -> Block:
    """Return the block of a proof, without the word that the directive puts before its text."""
    body = node[0].children if isinstance(node[0], nodes.admonition) else node.children
    first = next(iter(body[0].findall(nodes.Text)), None) if body else None
    if first is not None:
        first.parent.replace(first, nodes.Text(first.astext().removeprefix("Proof. ")))
    return block("proof", "", [], body, [])


def without(title: list[nodes.Node], *starts: str) -> list[nodes.Node]:
    """Return a title without the first of these words that it begins with: the block says them itself."""
    words = title[0].astext()
    start = next((start for start in starts if words.startswith(start)), None)
    if start is None:
        return title
    rest = words.removeprefix(start)
    return [*([nodes.Text(rest)] if rest else []), *title[1:]]


def exercise(env: Any, node: nodes.Element, home: str) -> Block:
    """Return the block of an exercise, whose title has its number already."""
    number = number_of(env, home, "exercise", node["ids"])
    title = without(node[0].children, f"Exercise {number}", "Exercise")
    return block("exercise", number, title, node.children[1:], node["ids"])


def solution(node: nodes.Element) -> Block:
    """Return the block of a solution, whose title names its exercise."""
    title = without(node[0].children, "Solution")
    return block("solution", "", title, node.children[1:], node["ids"])


def make_blocks(env: Any, tree: nodes.document, docname: str) -> None:
    """Put blocks in the place of the nodes of the two extensions, the innermost first."""
    for node, home in reversed(list(with_pages(tree, docname))):
        if isinstance(node, STATEMENTS):
            node.replace_self(statement(env, node, home))
        elif isinstance(node, proof_node):
            node.replace_self(proof(node))
        elif isinstance(node, EXERCISES):
            node.replace_self(exercise(env, node, home))
        elif isinstance(node, solution_node):
            node.replace_self(solution(node))


def write_out_references(tree: nodes.document) -> None:
    """Let a reference to a number be the link and the words that HTML has, whatever LaTeX counts."""
    for kind in (addnodes.number_reference, exercise_latex_number_reference):
        for node in list(tree.findall(kind)):
            words = nodes.inline("", node.astext())
            link = nodes.reference("", "", words, internal=True)
            link.update_basic_atts({})
            link.attributes.update({key: node[key] for key in ("refuri", "refid") if node.get(key)})
            node.replace_self(link)


def number_for_print(app: Sphinx, tree: nodes.document, docname: str) -> None:
    """Do all this to the one tree that becomes the printed book."""
    if app.builder.format == "latex":
        write_out_references(tree)
        number_floats(app.env, tree, docname)
        make_blocks(app.env, tree, docname)


def open_block(translator: Any, node: Block) -> None:
    """Begin a block."""
    style = "upright" if node["kind"] in UPRIGHT else "slanted"
    kind = node["kind"].capitalize()
    translator.body.append(f"\n\n\\begin{{bookblock}}{{{style}}}{{{kind}}}{{{node['number']}}}{{")


def close_head(translator: Any, node: Head) -> None:
    """End the head of a block, and let links lead here; the label takes the block's number with it."""
    labels = "".join(translator.hypertarget(name) for name in node.parent["ids"])
    lists = (nodes.bullet_list, nodes.enumerated_list, nodes.definition_list, nodes.math_block)
    after = node.next_node(descend=False, siblings=True)
    translator.body.append(f"}}{labels}" + (r"\leavevmode" if isinstance(after, lists) else "") + "\n")


def close_block(translator: Any, node: Block) -> None:
    """End a block."""
    translator.body.append("\n\\end{bookblock}\n\n")


def do_nothing(translator: Any, node: nodes.Element) -> None:
    """Write nothing."""


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_node(Block, latex=(open_block, close_block))
    app.add_node(Head, latex=(do_nothing, close_head))
    app.connect("doctree-resolved", number_for_print, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
