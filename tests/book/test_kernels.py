"""What a chapter's kernel says, as a page shows it."""

import sys

import pytest
from myst_nb.core import render, utils
from nbformat.v4 import new_output

from tools.chapters import ROOT

sys.path.append(str(ROOT / "book" / "_extensions"))
import kernels


def printed(*pieces: str, name: str = "stdout") -> list[dict]:
    return [new_output("stream", name=name, text=piece) for piece in pieces]


def texts(outputs: list[dict]) -> list[str]:
    return [output.get("text", "shown") for output in outputs]


@pytest.mark.parametrize(
    "pieces", [("27 pairs\n386  261\n",), ("27", " pairs\n386", "  261\n"), ("27 pairs\n", "386  261", "\n")]
)
def test_pieces_of_a_line_stay_on_it(pieces: tuple[str, ...]) -> None:
    assert texts(kernels.joined_streams(printed(*pieces))) == ["27 pairs\n386  261\n"]


def test_myst_nb_alone_would_break_the_line() -> None:
    assert texts(utils.coalesce_streams(printed("27", " pairs\n"))) == ["27\n pairs\n"]


def test_streams_and_shown_values_stay_apart() -> None:
    shown = new_output("display_data", data={"text/plain": "x"})
    outputs = [*printed("a"), *printed("careful", name="stderr"), shown, *printed("b\n")]
    assert texts(kernels.joined_streams(outputs)) == ["ab\n", "careful\n", "shown"]
    assert kernels.joined_streams([]) == []


def test_pages_are_made_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "coalesce_streams", utils.coalesce_streams)

    class App:
        def connect(self, *_: object) -> None:
            """Take no notice."""

    kernels.setup(App())
    assert render.coalesce_streams is kernels.joined_streams
