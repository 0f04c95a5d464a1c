"""Validate the built pages by the Nu Html Checker: errors are faults, advice is not.

    python -m tools.validate [FOLDER]

The checker is a Java program, fetched from npm by its pinned hash; it needs a Java runtime, of Debian the package
`default-jre-headless`.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools import npm
from tools.chapters import ROOT
from tools.check_links import pages_of

JAVA = "java"
PACKAGE = "default-jre-headless"
OPTIONS = ["--format", "json", "--stdout", "--exit-zero-always", "--skip-non-html", "--errors-only"]
LONGEST = 200


class NoValidatorError(Exception):
    """The checker cannot run here."""


def command() -> list[str]:
    """Return the command that runs the checker, fetched if need be."""
    java = shutil.which(JAVA)
    if java is None:
        raise NoValidatorError(f"Java is needed to validate pages and was not found: install {PACKAGE}")
    return [java, "-Xss4m", "-jar", str(npm.package("vnu-jar") / "vnu.jar"), *OPTIONS]


def messages(files: list[Path]) -> list[dict[str, Any]]:
    """Return what the checker says of these pages, all in one run."""
    done = subprocess.run([*command(), *map(str, files)], capture_output=True, text=True, check=False)
    try:
        return json.loads(done.stdout)["messages"]
    except (json.JSONDecodeError, KeyError):
        raise NoValidatorError(f"the checker ended with {done.returncode}: {done.stderr[-LONGEST:]}") from None


def line_of(message: dict[str, Any], folder: Path) -> str:
    """Return one line for a message: the page, the line in it, what is wrong, and where it begins."""
    path = Path(message["url"].removeprefix("file:"))
    page = path.relative_to(folder) if path.is_relative_to(folder) else path
    extract = " ".join(message.get("extract", "").split())[:LONGEST]
    return f"{page}:{message.get('lastLine', '?')}: {message['message']} {extract}".strip()


def faults(folder: Path) -> list[str]:
    """Return one line for each error of the pages in a folder.

    Raises:
        NoValidatorError: there is no Java, or the checker does not run.
        FetchError: it cannot be fetched.
    """
    folder = folder.resolve()
    files = pages_of(folder)
    if not files:
        return [f"{folder}: no pages"]
    return [line_of(found, folder) for found in messages(files) if found["type"] != "info"]


def main() -> None:
    """Run from the command line."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "_build" / "html"
    try:
        lines = faults(folder)
    except (NoValidatorError, npm.FetchError) as error:
        sys.exit(str(error))
    for line in lines:
        print(line, file=sys.stderr)
    sys.exit(bool(lines))


if __name__ == "__main__":
    main()
