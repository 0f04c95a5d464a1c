"""Verdicts on the axioms: nothing false is proved, nothing true is refuted, and every refutation's point refutes.

For each formula the truth is written by hand, with the function a second time for mpmath. ``odd``, ``increasing``,
``concave`` and ``limit`` speak of a function that is defined, and continuous, on all of the real line.
"""

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable

import pytest
import sympy
from mpmath import mp, mpf
from tests import within

from lossbook.sigmoid import OddSigmoid
from lossbook.sigmoid.axioms import AXIOMS, AxiomReport, check_axioms

U = sympy.Symbol("u", real=True)

# formula: (the axioms that hold, as the initials of AXIOMS; the function)
TRUTH = {
    "tanh(u)": ("oicl", mp.tanh),
    "(exp(u)-exp(-u))/(exp(u)+exp(-u))": ("oicl", mp.tanh),
    "(exp(2*u)-1)/(exp(2*u)+1)": ("oicl", mp.tanh),
    "2/(1+exp(-u))-1": ("oicl", lambda u: mp.tanh(u / 2)),
    "1-2/(1+exp(u))": ("oicl", lambda u: mp.tanh(u / 2)),
    "2/pi*atan(sinh(u))": ("oicl", lambda u: 2 / mp.pi * mp.atan(mp.sinh(u))),
    "4/pi*atan(exp(u))-1": ("oicl", lambda u: 4 / mp.pi * mp.atan(mp.exp(u)) - 1),
    "u/sqrt(1+u**2)": ("oicl", lambda u: u / mp.sqrt(1 + u * u)),
    "u/(1+abs(u))": ("oicl", lambda u: u / (1 + abs(u))),
    "(tanh(u)+u/sqrt(1+u**2))/2": ("oicl", lambda u: (mp.tanh(u) + u / mp.sqrt(1 + u * u)) / 2),
    "(tanh(u)+tanh(u/10**9))/2": ("oicl", lambda u: (mp.tanh(u) + mp.tanh(u / 10**9)) / 2),
    "(tanh(u)+tanh(10**9*u))/2": ("oicl", lambda u: (mp.tanh(u) + mp.tanh(u * 10**9)) / 2),
    "log(cosh(u+1)/cosh(u-1))/2": ("oicl", lambda u: mp.log(mp.cosh(u + 1) / mp.cosh(u - 1)) / 2),
    "u/(abs(u)+1/(u**2+1))": ("oicl", lambda u: u / (abs(u) + 1 / (u * u + 1))),
    "asinh(u)/(1+asinh(abs(u)))": ("oicl", lambda u: mp.asinh(u) / (1 + mp.asinh(abs(u)))),
    "asinh(u)/sqrt(1+asinh(u)**2)": ("oicl", lambda u: mp.asinh(u) / mp.sqrt(1 + mp.asinh(u) ** 2)),
    "tanh(u)*(sin(u)**2+cos(u)**2)": ("oicl", mp.tanh),
    "tanh(u)*sqrt(sin(u)**2+cos(u)**2)": ("oicl", mp.tanh),
    "tanh(u)+cos(2*u)-2*cos(u)**2+1": ("oicl", mp.tanh),
    "tanh(u)+sin(u+1)-sin(u)*cos(1)-cos(u)*sin(1)": ("oicl", mp.tanh),
    "sin(u)": ("o", mp.sin),
    "u": ("oi", lambda u: u),
    "-tanh(u)": ("o", lambda u: -mp.tanh(u)),
    "2*tanh(u)": ("oic", lambda u: 2 * mp.tanh(u)),
    "tanh(u)/2": ("oic", lambda u: mp.tanh(u) / 2),
    "tanh(u)*(1+1/10**15)": ("oic", lambda u: mp.tanh(u) * (1 + mpf(10) ** -15)),
    "tanh(u)+u/100": ("oic", lambda u: mp.tanh(u) + u / 100),
    "tanh(u)+u/10**30": ("oic", lambda u: mp.tanh(u) + u / mpf(10) ** 30),
    "tanh(u)+tanh(u/10**6)/10**9": ("oic", lambda u: mp.tanh(u) + mp.tanh(u / 10**6) / 10**9),
    "asinh(u)": ("oic", mp.asinh),
    "tanh(u-1)": ("il", lambda u: mp.tanh(u - 1)),
    "tanh(u)+1/10": ("ic", lambda u: mp.tanh(u) + mpf(1) / 10),
    "tanh(u)+exp(-u**2)/1000": ("l", lambda u: mp.tanh(u) + mp.exp(-u * u) / 1000),
    "tanh(u**3)": ("oil", lambda u: mp.tanh(u**3)),
    "tanh(u+u**3)": ("oil", lambda u: mp.tanh(u + u**3)),
    "u**3/(1+abs(u)**3)": ("oil", lambda u: u**3 / (1 + abs(u) ** 3)),
    "u*abs(u)/(1+u**2)": ("oil", lambda u: u * abs(u) / (1 + u * u)),
    "tanh(u)+sin(u)/10**6": ("o", lambda u: mp.tanh(u) + mp.sin(u) / 10**6),
    "tanh(u)-u**3/10**9": ("oc", lambda u: mp.tanh(u) - u**3 / mpf(10) ** 9),
    "erf(u)+u*exp(-u**2)": ("ol", lambda u: mp.erf(u) + u * mp.exp(-u * u)),
    "tanh(u)+10*u/(1+u**2)**2": ("ol", lambda u: mp.tanh(u) + 10 * u / (1 + u * u) ** 2),
    "tanh(u-u**3/100)": ("o", lambda u: mp.tanh(u - u**3 / 100)),
    "u/(1+u**2)": ("o", lambda u: u / (1 + u * u)),
    "u/sqrt(u**2+2+cos(u))": ("ol", lambda u: u / mp.sqrt(u * u + 2 + mp.cos(u))),
    "u/(abs(u)+cos(u)+2)": ("ol", lambda u: u / (abs(u) + mp.cos(u) + 2)),
    "u/sqrt(u**2+exp(-abs(u)))": ("oil", lambda u: u / mp.sqrt(u * u + mp.exp(-abs(u)))),
    "(abs(u+1)-abs(u-1))/2": ("ol", lambda u: (abs(u + 1) - abs(u - 1)) / 2),
    "(abs(u+1)-abs(u-1))/4+tanh(u)/2": ("oicl", lambda u: (abs(u + 1) - abs(u - 1)) / 4 + mp.tanh(u) / 2),
    "tanh(u)+(abs(u-50)-abs(u+50)+100*u/50)/10**9": (
        "oi",
        lambda u: mp.tanh(u) + (abs(u - 50) - abs(u + 50) + 2 * u) / 10**9,
    ),
    "tanh(abs(u))": ("cl", lambda u: mp.tanh(abs(u))),
    "exp(u)": ("i", mp.exp),
    "cos(u)": ("", mp.cos),
    "u**2": ("", lambda u: u * u),
    "tanh(u)+u*exp(-(u**2-9)**2)": ("ol", lambda u: mp.tanh(u) + u * mp.exp(-((u * u - 9) ** 2))),
}
# Not defined on all of the real line (or not continuous): nothing may be proved but what is said.
HOLES = {
    "tanh(u)-atan(1/u)": "l",
    "tanh(u)-atan(1/u)/10": "l",
    "tanh(u)+atan(1/u)": "l",
    "tanh(u)-u/abs(u)": "",
    "tanh(u)+u/abs(u)": "",
    "erf(u)-erf(1/u)/100": "l",
    "tanh(u)-tanh(1/u)": "l",
    "-1/u": "",
    "u-1/u": "",
    "1/u": "",
    "1/(u-1)": "",
    "u/(u-1)": "l",
    "u/abs(u)": "l",
    "u/(u**2-289)": "",
    "tanh(u)+u/(10**12*(u**2-2))": "l",
    "u/sqrt((u**2-6)**2-1/100)": "",
    "tanh(u)*log(u**2)": "",
    "abs(u)**(1/3)*u/abs(u)": "",
    "log(u)": "",
    "sqrt(u)": "c",
    "u**(1/3)": "c",
    "u**u": "",
    "tanh(u)+sin(u)/u": "l",
    "tanh(u)+cos(1/u)/10**9-1/10**9": "l",
}
INITIALS = dict(zip("oicl", AXIOMS, strict=True))
CHECKED: dict[str, AxiomReport] = {}


def verdicts(formula: str) -> AxiomReport:
    """Check a formula once."""
    if formula not in CHECKED:
        with within.seconds(10):
            CHECKED[formula] = OddSigmoid.parse(formula).check()
    return CHECKED[formula]


@pytest.mark.parametrize("formula", TRUTH)
def test_nothing_false_is_proved_and_nothing_true_refuted(formula: str) -> None:
    holding = {INITIALS[letter] for letter in TRUTH[formula][0]}
    for axiom, verdict in verdicts(formula).items():
        assert verdict != ("refuted" if axiom in holding else "proved"), f"{axiom}: {verdict.reason}"


@pytest.mark.parametrize("formula", HOLES)
def test_nothing_is_proved_of_a_function_with_a_hole(formula: str) -> None:
    holding = {INITIALS[letter] for letter in HOLES[formula]}
    found = verdicts(formula)
    assert {axiom for axiom, verdict in found.items() if verdict == "proved"} <= holding


@pytest.mark.parametrize("formula", HOLES)
def test_function_with_a_hole_never_passes(formula: str) -> None:
    assert not verdicts(formula).proved


def exact(point: sympy.Expr) -> mpf:
    """An exact point at the working precision."""
    return mpf(int(point.p)) / int(point.q)


def refutes(axiom: str, point: sympy.Expr, function) -> bool:
    """Whether an axiom fails at a point, seen by differences at 80 digits."""
    with mp.workdps(80):
        if axiom == "limit":
            far = [function(mpf(10) ** k) for k in (8, 12, 40)]
            return point is sympy.oo and any(abs(value - 1) > mpf(10) ** -16 for value in far)
        u, h = exact(point), mpf(10) ** -20
        if axiom == "odd":
            return abs(function(u) + function(-u)) > mpf(10) ** -60
        if axiom == "increasing":
            steps = (h, mpf("0.001"), *(abs(u) * k / 120 for k in range(1, 121)))
            return any(function(u + s) - function(u) <= 0 or function(u) - function(u - s) <= 0 for s in steps if s)
        steps = [h, mpf("0.001"), *(u * k / 8 for k in range(1, 9))]
        return u > 0 and any(2 * function(u) <= function(u - s) + function(u + s) for s in steps)


REFUTED = [(formula, axiom) for formula, (letters, _) in TRUTH.items() for axiom in AXIOMS if axiom[0] not in letters]


@pytest.mark.parametrize(("formula", "axiom"), REFUTED)
def test_point_of_a_refutation_refutes(formula: str, axiom: str) -> None:
    verdict = verdicts(formula)[axiom]
    if verdict == "refuted":
        assert refutes(axiom, verdict.point, TRUTH[formula][1]), f"at {verdict.point}: {verdict.reason}"


def test_point_that_does_not_refute_would_be_seen() -> None:
    assert not refutes("odd", sympy.Integer(1), mp.tanh)
    assert not refutes("increasing", sympy.Integer(1), mp.tanh)
    assert not refutes("concave", sympy.Integer(1), mp.tanh)
    assert not refutes("limit", sympy.oo, mp.tanh)
    assert not refutes("concave", sympy.Integer(1), mp.sin)
    assert not refutes("increasing", sympy.Integer(1), lambda u: u)


@pytest.mark.parametrize(
    ("formula", "outcome"),
    [
        ("sin(u)", "prrr"),
        ("u", "pprr"),
        ("2*tanh(u)", "pppr"),
        ("tanh(u)+u/100", "pppr"),
        ("tanh(u-1)", "r?rp"),
        ("u**3/(1+abs(u)**3)", "p?rp"),
        ("u*abs(u)/(1+u**2)", "p?rp"),
        ("tanh(u**3)", "p?rp"),
        ("-tanh(u)", "prrr"),
        ("tanh(u)+1/10", "r??r"),
        ("u/(1+u**2)", "prrr"),
        ("tanh(u)+sin(u)/10**6", "prrr"),
        ("tanh(u)*(1+1/10**15)", "pppr"),
        ("cos(u)", "rrrr"),
    ],
)
def test_controls_get_the_verdicts_that_they_deserve(formula: str, outcome: str) -> None:
    for letter, (axiom, verdict) in zip(outcome, verdicts(formula).items(), strict=True):
        assert letter == "?" or verdict == {"p": "proved", "r": "refuted"}[letter], axiom


@pytest.mark.parametrize(
    "formula",
    [
        "(exp(u)-exp(-u))/(exp(u)+exp(-u))",
        "2/(1+exp(-u))-1",
        "u/(1+abs(u))",
        "2/pi*atan(sinh(u))",
        "(tanh(u)+u/sqrt(1+u**2))/2",
    ],
)
def test_readers_own_sigmoids_are_proved(formula: str) -> None:
    assert OddSigmoid.parse(formula).check().proved


@pytest.mark.parametrize("scale", ["10**6", "1/10**6", "7/3"])
@pytest.mark.parametrize("formula", ["sin({0}*u)", "2*tanh({0}*u)", "tanh({0}*u-1)"])
def test_refutations_keep_the_readers_unit(formula: str, scale: str) -> None:
    report = verdicts(formula.format(f"({scale})"))
    assert report.refuted
    factor = sympy.Rational(sympy.sympify(scale))
    names = {"sin({0}*u)": mp.sin, "2*tanh({0}*u)": lambda u: 2 * mp.tanh(u), "tanh({0}*u-1)": lambda u: mp.tanh(u - 1)}
    plain = names[formula]
    for verdict in report.refuted:
        assert refutes(verdict.axiom, verdict.point, lambda u: plain(u * exact(factor))), verdict.axiom


SLOW = [
    "tanh(u)+u*exp(-(u-50)**2)/10**9",
    "tanh(u)+u/(1+u**4*sin(u)**2)",
    "tanh(u*(1+sin(u)**2/10))",
    "tanh(u)+2**(10**9*u)",
    "tanh(u)+u**(u**2)",
]
CHILD = """
import resource, sys
from lossbook.sigmoid import OddSigmoid
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
print(OddSigmoid.parse(sys.argv[1]).check().proved)
"""


@pytest.mark.parametrize("formula", SLOW)
def test_check_ends(formula: str) -> None:
    """In a process of its own, because what hangs inside one long multiplication cannot be interrupted."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", CHILD, formula], capture_output=True, text=True, timeout=10, check=False
        )
    except subprocess.TimeoutExpired:
        pytest.fail("still checking after 10 s")
    assert done.returncode == 0, done.stderr[-300:]
    assert done.stdout.strip() == "False"


def test_verdicts_are_texts_with_axiom_point_and_reason() -> None:
    report = check_axioms(sympy.sin(U), U)
    assert tuple(report) == AXIOMS
    for axiom, verdict in report.items():
        assert verdict in {"proved", "refuted", "undecided"}
        assert verdict.axiom == axiom
        assert (verdict.point is not None) == (verdict == "refuted")
        assert verdict.reason
    assert [verdict.axiom for verdict in report.refuted] == [axiom for axiom in AXIOMS if report[axiom] == "refuted"]


def test_report_prints_as_a_table() -> None:
    report = check_axioms(2 * sympy.tanh(U), U)
    assert len(str(report).splitlines()) == 4
    assert report._repr_markdown_().count("\n|") == 5
    for verdict in report.values():
        assert verdict.reason in str(report)


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))],
    ids=["copy", "deepcopy", "pickle"],
)
@pytest.mark.parametrize("formula", ["u/sqrt(1+u**2)", "sin(u)"])
def test_verdicts_survive_a_copy(formula: str, copied: Callable[[AxiomReport], AxiomReport]) -> None:
    report = OddSigmoid.parse(formula).check()
    again = copied(report)
    assert again == report
    assert type(again) is AxiomReport
    for axiom, verdict in report.items():
        parts = (again[axiom].axiom, again[axiom].reason, again[axiom].point)
        assert parts == (verdict.axiom, verdict.reason, verdict.point)
