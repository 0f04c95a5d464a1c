"""The numbered statements: what each says, whether it holds, and the page that proves or refutes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Numbered:
    """A numbered statement of the book.

    Attributes:
        id: C for a claim of the paper, L, M and T for the book's own; a prime marks a statement that is false.
        says: what it says, in one line.
        page: the chapter that proves or refutes it, without the folder.
    """

    id: str
    says: str
    page: str

    @property
    def holds(self) -> bool:
        """Whether the statement is true."""
        return "'" not in self.id

    @property
    def slug(self) -> str:
        """The id as it stands in names: a prime becomes the word."""
        return self.id.replace("'", "prime")

    @property
    def label(self) -> str:
        """The label of its theorem on its page."""
        return f"statement-{self.slug}"


_PROPOSITION, _DROPS, _SHARPER = "paper_proposition", "optimum_drops", "optimum_sharper"

NUMBERED = {
    one.id: one
    for one in (
        Numbered("L1", "an odd sigmoid is strictly subadditive", _PROPOSITION),
        Numbered("C6", "case 1: with equal lengths the truth is optimal", _PROPOSITION),
        Numbered("C7", "case 2: with slight imbalance the optimum lies inside, below the truth", _PROPOSITION),
        Numbered("T1", "how near the optimum is to the truth", _PROPOSITION),
        Numbered("C8", "case 3: with strong imbalance the optimum is the end", _PROPOSITION),
        Numbered("C8'", "case 3 with lengths in place of values", _PROPOSITION),
        Numbered("M", "the truth is optimal exactly when both classes drop equally", _DROPS),
        Numbered("T4", "calibrated weights make the truth optimal", _DROPS),
        Numbered("T5", "the weights decide the side of the optimum", _DROPS),
        Numbered("T6", "inverse-frequency weights over-correct", _DROPS),
        Numbered("T9", "without weights a decreasing loss is unbiased at balance alone", _DROPS),
        Numbered("T10", "calibrated weights exist for every convex loss", _DROPS),
        Numbered("T11", "a small margin needs no weights", _DROPS),
        Numbered("T4'", "calibrated weights on the whole line", _DROPS),
        Numbered("M'", "equal drops without convexity", _DROPS),
        Numbered("T2", "case 3 under a weaker condition", _SHARPER),
        Numbered("T3", "the exact border under criterion (C), and one maximum", _SHARPER),
        Numbered("T3'", "the exact border for every sigmoid", _SHARPER),
        Numbered("T7", "one maximum for all weights if the slope is log-concave", _SHARPER),
        Numbered("T7'", "one maximum for all weights and every sigmoid", _SHARPER),
        Numbered("T8", "closed forms for arctan and tanh", _SHARPER),
    )
}
