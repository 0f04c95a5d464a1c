"""The library's layout: modules import only what stands above them, and each has its tests at the mirrored path."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.chapters import ROOT

ORDER = [
    "arguments",
    "balls",
    "complex_balls",
    "series",
    "formula",
    "numeric",
    "patience",
    "verdict",
    "sigmoid",
    "problem",
    "loss",
    "reading",
    "javascript",
    "quadrature",
    "gain",
    "multistart",
    "proof",
    "certified",
    "routes",
    "kernels",
    "sgd",
    "theory",
    "metrics",
    "comparison",
    "sweep",
    "detection",
    "descent",
    "paper",
    "claims",
    "figures",
    "wording",
    "card",
    "cli",
    "__main__",
]


def modules(root: Path) -> list[Path]:
    """Return every module of the library, relative to its package."""
    package = root / "src" / "lossbook"
    return sorted(path.relative_to(package) for path in package.rglob("*.py"))


def owner(path: Path) -> str:
    """Return the name in ORDER that a module belongs to: its own, or its package's."""
    return path.parts[0].removesuffix(".py")


def absolute(node: ast.ImportFrom, path: Path) -> list[str]:
    """Return the dotted name that a `from ... import` starts at."""
    package = ["lossbook", *path.parent.parts]
    start = package[: len(package) - node.level + 1] if node.level else []
    return start + (node.module.split(".") if node.module else [])


def imported(root: Path, path: Path) -> Iterator[str]:
    """Yield the names in ORDER (or `lossbook` itself) from which a module imports."""
    for node in ast.walk(ast.parse((root / "src" / "lossbook" / path).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            chains = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = absolute(node, path)
            chains = [[*base, alias.name] for alias in node.names] if base == ["lossbook"] else [base]
        else:
            continue
        for chain in chains:
            if chain[0] == "lossbook":
                yield chain[1] if len(chain) > 1 and chain[1] in ORDER else "lossbook"


def layout_faults(root: Path) -> list[str]:
    """Return one line for each import against the order, and for each module without its place or its test."""
    lines = []
    for path in modules(root):
        name = owner(path)
        if name == "__init__":
            continue
        if name not in ORDER:
            lines.append(f"{path}: not in the order of modules")
            continue
        allowed = {*ORDER[: ORDER.index(name)], name}
        lines += [
            f"{path}: imports {other}, which is not above it" for other in imported(root, path) if other not in allowed
        ]
        test = Path("tests", path.parent, f"test_{path.name}")
        if path.name != "__init__.py" and not (root / test).is_file():
            lines.append(f"{path}: no {test}")
    return lines


def test_library_keeps_its_layout() -> None:
    assert modules(ROOT), "no library found"
    assert layout_faults(ROOT) == []


def write(root: Path, name: str, text: str) -> None:
    """Write a made-up file."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A made-up library that keeps the order."""
    write(tmp_path, "src/lossbook/__init__.py", "from lossbook.loss import x\n")
    write(tmp_path, "src/lossbook/formula.py", "import ast\nfrom lossbook import arguments\n")
    write(tmp_path, "src/lossbook/sigmoid/__init__.py", "from lossbook.sigmoid.axioms import y\n")
    write(tmp_path, "src/lossbook/sigmoid/axioms.py", "from ..formula import x\nfrom . import families\n")
    for name in ("tests/test_formula.py", "tests/sigmoid/test_axioms.py"):
        write(tmp_path, name, "")
    return tmp_path


def test_made_up_library_passes(tree: Path) -> None:
    assert layout_faults(tree) == []


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("formula.py", "from lossbook.gain import x\n", "imports gain"),
        ("formula.py", "import lossbook.sigmoid.axioms\n", "imports sigmoid"),
        ("formula.py", "from lossbook import gain\n", "imports gain"),
        ("formula.py", "from . import problem\n", "imports problem"),
        ("formula.py", "def f():\n    from .metrics import x\n", "imports metrics"),
        ("formula.py", "from lossbook import OddSigmoid\n", "imports lossbook"),
        ("formula.py", "import lossbook\n", "imports lossbook"),
        ("sigmoid/axioms.py", "from ..problem import x\n", "imports problem"),
        ("sigmoid/families.py", "", "no tests/sigmoid/test_families.py"),
        ("surprise.py", "", "not in the order"),
    ],
)
def test_fault_is_caught(tree: Path, name: str, text: str, fault: str) -> None:
    write(tree, f"src/lossbook/{name}", text)
    found = layout_faults(tree)
    assert len(found) == 1
    assert fault in found[0]
