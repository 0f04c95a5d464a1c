"""What is wrong with the printed book, by what LaTeX wrote, and which numbers and links it has.

The numbers are read from where LaTeX puts them for links, beside each label, and from the pages as a browser gets them.
"""

import re
from html import unescape
from pathlib import Path

WIDEST = 10.0  # points by which a line may stick out: about two letters
OVERFULL = re.compile(r"^Overfull \\hbox \(([\d.]+)pt too wide\).*", re.MULTILINE)
FAULTS = re.compile(
    r"^(?:Missing character: .*|! .*|[^\s:]+\.(?:tex|sty|cls|aux|toc):\d+: .*|.*Warning: .*(?:undefined"
    r"|multiply defined|has been referenced but does not exist|Font shape .* not available).*)",
    re.MULTILINE,
)

LABEL = re.compile(r"\\newlabel\{([^}]+)\}\{\{((?:[^{}]|\{[^{}]*\})*)\}")
TARGET = re.compile(r"\\hyperref\[\\detokenize\{([^}]+)\}\]|\\(?:eq)?ref\{([^}]+)\}")
CITATION = re.compile(r"\\hyperlink\{cite\.([^}]+)\}")
ENTRY = re.compile(r"\\bibitem(?:\[[^\]]*\])?\{([^}]+)\}")
EQUATION = re.compile(r'id="equation-([^"]+)">\s*<span class="eqno">\(([^)]*)\)')
CAPTION = re.compile(
    r'<(?:div|figure|table)\s[^>]*\bid="([^"]+)"[^>]*>(?:(?!<(?:div|figure|table)\s).)*?'
    r'<span class="caption-number">\s*(\D+?)\s*([\dA-Z.]*)\s*</span>',
    re.DOTALL,
)
BLOCK = re.compile(r"\\begin\{bookblock\}\{\w+\}\{(\w+)\}\{([^}]*)\}")


def log_faults(log: str) -> list[str]:
    """Return one line for each kind of fault that LaTeX's log speaks of, in the order in which they appear."""
    wide = [match[0] for match in OVERFULL.finditer(log) if float(match[1]) > WIDEST]
    return list(dict.fromkeys([*(match[0].strip() for match in FAULTS.finditer(log)), *wide]))


def printed_numbers(aux: str) -> dict[str, str]:
    """Return the number beside each label that has one: `page:label`, an equation's as `page:equation-label`."""
    found = {}
    for label, number in LABEL.findall(aux):
        number = number.strip("{}")  # amsmath puts braces around a tag
        if number and not label.startswith("equation:"):
            found[label] = number
        elif number:
            _, page, name = label.split(":", 2)
            found[f"{page}:equation-{name}"] = number
    return found


def page_numbers(folder: Path) -> dict[str, str]:
    """Return the number of each theorem, exercise, figure, table and equation of the pages in a folder."""
    found = {}
    for path in sorted(folder.rglob("*.html")):
        page, text = path.relative_to(folder).with_suffix("").as_posix(), path.read_text("utf-8")
        for label, number in EQUATION.findall(text):
            found[f"{page}:equation-{unescape(label)}"] = number
        for label, _, number in CAPTION.findall(text):
            if number:
                found[f"{page}:{unescape(label)}"] = number
    return found


def differences(pages: dict[str, str], printed: dict[str, str]) -> list[str]:
    """Return one line for each thing of the pages whose number in print is another, or that print lacks."""
    return [
        f"{label}: {number} on its page, {printed.get(label, 'nothing')} in print"
        for label, number in pages.items()
        if printed.get(label) != number
    ]


def broken_links(tex: str, aux: str) -> list[str]:
    """Return the targets of links, references and citations that nothing in the book carries."""
    labels = {label for label, _ in LABEL.findall(aux)}
    lost = [first or second for first, second in TARGET.findall(tex) if (first or second) not in labels]
    entries = set(ENTRY.findall(tex))
    return list(dict.fromkeys([*lost, *(name for name in CITATION.findall(tex) if name not in entries)]))
