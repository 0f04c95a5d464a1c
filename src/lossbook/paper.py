r"""The paper's numbered equations: what the extraction left of each, and how it is read.

The text extraction of the paper kept the Latin letters and digits of a formula and lost Greek letters, double-struck
letters, integral and relation signs, and the layout. So a reading can be tested: its Latin letters and digits, counted,
must be those that were left. The test can refute a reading, and cannot tell two readings with the same letters apart.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

_LOST = re.compile(r"\\text\{[^}]*\}|\\(?:mathbb|operatorname)\{[^}]*\}|\\[A-Za-z]+")


def visible(tex: str) -> Counter[str]:
    r"""Count the Latin letters and digits that a formula shows.

    Args:
        tex: the formula in LaTeX; commands (Greek letters, relations, operators), words in ``\text`` and double-struck
            letters do not count, letters in ``\mathrm`` do.

    Returns:
        how often each letter and digit occurs.

    Example:
        >>> sorted(visible(r"\sigma(\theta-a_1)").elements())
        ['1', 'a']
    """
    return Counter(character for character in _LOST.sub(" ", tex) if character.isascii() and character.isalnum())


@dataclass(frozen=True)
class Equation:
    """One numbered equation.

    Args:
        left: the letters and digits that the extraction left, as they stand there.
        tex: the reading, in LaTeX.
        choice: what in the reading is a choice; empty if the words around it leave none.
    """

    left: str
    tex: str
    choice: str = ""

    @property
    def difference(self) -> str:
        """The letters in which the reading and the extraction differ; empty if they agree."""
        read, left = visible(self.tex), visible(self.left)
        return "".join(sorted(((read - left) + (left - read)).elements()))


EQUATIONS = {
    1: Equation("01 M", r"M:\Theta\times\Omega\to\{0,1\}"),
    2: Equation("01 predic y M", r"y_{predict}=M_\theta:\Omega\to\{0,1\}", "the t is cut off in the extraction"),
    3: Equation("01 y DM", r"\hat y=DM_\theta:\Omega\to[0,1]", "the accent over y"),
    4: Equation("012 n", r"\theta_0\to\theta_1\to\theta_2\to\dots\to\theta_n", "that it stops at n"),
    5: Equation("true true S M y P x M x y x", r"S(M_\theta,y_{true})=P(\{x\in\Omega\mid M_\theta(x)=y_{true}(x)\})"),
    6: Equation(
        "1 k true k true k N M x y x S M y N",
        r"S(M_\theta,y_{true})\approx\frac{\#\{k=1,\dots,N;\ M_\theta(x_k)=y_{true}(x_k)\}}{N}",
        "the sign for counting",
    ),
    7: Equation("L", r"L:\Theta\to\mathbb{R}"),
    8: Equation(
        "true x L DM x y x dP",
        r"L(\theta)=\int_{x\in\Omega}\ell(DM_\theta(x),y_{true}(x))\,dP",
        "whether the third x stands under the integral or as a third argument",
    ),
    9: Equation("1 1 i i i i i i L m", r"\theta_{i+1}=\theta_i-\gamma_i\nabla L(\theta_i)+m(\theta_i-\theta_{i-1})"),
    10: Equation("0 1 n i i i a a", r"\Omega=\bigcup_{i=0}^n[a_i,a_{i+1}]", "which ends are closed"),
    11: Equation("1 n i i g x x", r"g_{\theta_1,\dots,\theta_n}(x)=\prod_i\sigma(\theta_i-x)", "the argument's sign"),
    12: Equation("1 M 0 g", r"M_\theta=1\text{ where }g(\theta,\cdot)\ge0"),
    13: Equation("0 M 0 g", r"M_\theta=0\text{ where }g(\theta,\cdot)<0"),
    14: Equation("b a L x dx", r"L(\theta)=\int_a^b\ell(\theta,x)\,dx"),
    15: Equation("1 true x y x g x", r"\ell(\theta,x)=1-y_{true}(x)\,g(\theta,x)"),
    16: Equation("b true a G y x g x dx", r"G(\theta)=\int_a^by_{true}(x)\,g(\theta,x)\,dx"),
    17: Equation(
        "1 1 1 1 ab aa ab aa G x dx x dx x dx x dx",
        r"G(\theta)=\int_a^{a_1}\sigma(\theta-x)dx+\int_{a_1}^b(-\sigma(\theta-x))dx"
        r"=\int_a^{a_1}\sigma(\theta-x)dx-\int_{a_1}^b\sigma(\theta-x)dx",
        "the form of the first of its two lines",
    ),
    18: Equation(
        "1 2 dG Gd a b a",
        r"G'(\theta):=\frac{dG}{d\theta}=\sigma(\theta-a)+\sigma(\theta-b)-2\sigma(\theta-a_1)",
    ),
    19: Equation(
        "1 1 2 2 G a b a a a b",
        r"G'(\theta)=\sigma(\theta-a)+\sigma(\theta-b)-2\sigma(\theta-a_1)"
        r"=-2\sigma(\theta-a_1)+\sigma(\theta-a)-\sigma(b-\theta)",
    ),
}
