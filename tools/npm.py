"""Fetch the few files that the book takes from npm: pinned by version and hash, kept in `_build/npm`, never committed.

    python -m tools.npm NAME ...

No Node.js is needed: a package of the registry is a tar archive.
"""

import base64
import hashlib
import io
import json
import sys
import tarfile
import urllib.request
from pathlib import Path
from urllib.error import URLError

from tools.chapters import ROOT

PINS = ROOT / "tools" / "npm.json"
KEPT = ROOT / "_build" / "npm"
REGISTRY = "https://registry.npmjs.org"
PATIENCE = 60  # seconds without an answer


class FetchError(Exception):
    """A package cannot be had, or is not the one that was pinned."""


def address(name: str, version: str) -> str:
    """Return where the registry keeps the archive of a version."""
    return f"{REGISTRY}/{name}/-/{name.rsplit('/')[-1]}-{version}.tgz"


def download(name: str, version: str) -> bytes:
    """Return the archive of a version from the registry."""
    try:
        with urllib.request.urlopen(address(name, version), timeout=PATIENCE) as answer:
            return answer.read()
    except (URLError, TimeoutError) as error:
        raise FetchError(f"{name} {version} could not be fetched from {REGISTRY}: {error}; try again later") from None


def integrity(archive: bytes) -> str:
    """Return the hash of an archive, as npm writes it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()


def extract(archive: bytes, wanted: dict[str, str]) -> dict[str, bytes]:
    """Return the wanted files of an archive, each under the name it is kept by."""
    found = {}
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        for inside, kept in wanted.items():
            try:
                member = tar.extractfile(f"package/{inside}")
            except KeyError:
                member = None
            if member is None:
                raise FetchError(f"the archive holds no file {inside}")
            found[kept] = member.read()
    return found


def package(name: str, pins: Path = PINS, kept: Path = KEPT) -> Path:
    """Return the folder with a package's files, fetched once and checked against its hash.

    `pins` holds for each package its version, the hash of its archive, and which files are kept under which names.
    The folder appears whole or not at all.
    """
    pin = json.loads(pins.read_text("utf-8"))[name]
    folder = kept / f"{name.replace('/', '-')}-{pin['version']}"
    if all((folder / file).is_file() for file in pin["files"].values()):
        return folder
    archive = download(name, pin["version"])
    if integrity(archive) != pin["integrity"]:
        raise FetchError(f"{name} {pin['version']}: the archive's hash is not the pinned one; nothing was kept")
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in extract(archive, pin["files"]).items():
        draft = folder / f"{file}.partly"
        draft.write_bytes(content)
        draft.replace(folder / file)
    return folder


def main() -> None:
    """Run from the command line."""
    for name in sys.argv[1:]:
        try:
            print(f"{name}: {package(name).relative_to(ROOT)}", flush=True)
        except FetchError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
