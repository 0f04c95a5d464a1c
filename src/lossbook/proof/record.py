"""The certificates of the book by name: each is made once, and says which numbered statements it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from lossbook.proof.kernel import Theorem


@dataclass(frozen=True)
class Certificate:
    """A theorem of the book that a certificate proves.

    Attributes:
        name: of the function that proves it.
        ids: the numbered statements that it belongs to, such as C8; none for a lemma.
        sentence: what it says, in one sentence.
        prove: makes and checks it; raises ``Rejected`` if it fails.
    """

    name: str
    ids: tuple[str, ...]
    sentence: str
    prove: Callable[[], Theorem]


CERTIFICATES: dict[str, Certificate] = {}


def certificate(*ids: str) -> Callable[[Callable[[], Theorem]], Callable[[], Theorem]]:
    """Enter a function that proves a theorem into the record, and let it prove only once.

    Args:
        ids: the numbered statements that the theorem belongs to.

    Returns:
        the decorator.
    """

    def entered(prove: Callable[[], Theorem]) -> Callable[[], Theorem]:
        """Enter the function under its name."""
        once = cache(prove)
        sentence = " ".join((prove.__doc__ or "").split())
        CERTIFICATES[prove.__name__] = Certificate(prove.__name__, ids, sentence, once)
        return once

    return entered
