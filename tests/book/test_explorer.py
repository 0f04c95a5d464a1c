"""The explorer in real Chromium: its numbers are the certified ones, and a reader reaches all of it in every way.

A page is opened once for all tests that only set values; the others open their own.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

import lossbook as lb
from lossbook import javascript
from lossbook.theory.ulam import stationary_law
from tools import browser as tool
from tools import still

browser = pytest.mark.browser
NAME = "book/use_explorer.html"
CLOSE = 1e-6
Opener = Callable[..., Page]
RIGHT = 10
SIGMOIDS = {family.__name__: family for family in lb.sigmoids.ALL}
START = {"sigmoid": "arctan", "loss": "linear", "a1": 2, "theta": 3, "delta": 1, "m0": 0.5, "wp": 1, "wm": 1}
SET = "values => { lossbookExplorer.set(values); lossbookExplorer.frame(); return lossbookExplorer.numbers(); }"
SHOWN = """() => Object.fromEntries([...document.querySelectorAll("[data-number]")].map(
  element => [element.dataset.number, element.dataset.value]))"""
PERTURB = """part => {
  const kept = lossbookFormulas.sigmoids.arctan, f = kept[part];
  kept[part] = u => f(u) * (1 + 1e-5);
}"""
CERTIFIED = ("thetaStar", "bias", "rho", "gain", "gainSlope", "risk", "riskSlope", "riskStar", "A", "B")


def settings() -> dict[str, dict[str, Any]]:
    """Fifty settings: all sigmoids and losses, rare and common classes, narrow and wide scales, and weights."""
    chance = np.random.default_rng(9)
    found = {}
    for k in range(48):
        sigmoid, loss = list(SIGMOIDS)[k % 5], list(javascript.OFFERS)[k % 8]
        found[f"{k:02}-{sigmoid}-{loss}"] = {
            "sigmoid": sigmoid,
            "loss": loss,
            "a1": round(chance.choice([chance.uniform(0.1, 1), chance.uniform(1, 9), chance.uniform(9, 9.9)]), 2),
            "theta": round(chance.uniform(0, RIGHT), 2),
            "delta": float(f"{10 ** chance.uniform(-1.6, 1):.3g}"),
            "m0": round(chance.uniform(0.05, 1.2), 2),
            "wp": 1 if k % 3 else float(f"{10 ** chance.uniform(-1, 1.5):.3g}"),
            "wm": 1 if k % 2 else float(f"{10 ** chance.uniform(-1, 1):.3g}"),
        }
    found["48-the-length-reading-fails"] = {**START, "a1": 0.2, "theta": 0.1, "delta": 0.1}
    found["49-two-maxima"] = {**START, "sigmoid": "softsign", "a1": 2.475, "theta": 0, "delta": 4.95}
    return found


SETTINGS = settings()


def parts_of(setting: dict[str, Any]) -> tuple[lb.ThresholdProblem, lb.OddSigmoid, lb.MarginLoss, tuple[str, str]]:
    """Give the library's problem, sigmoid, loss and weights of a setting, exactly as its decimals say."""
    scale = Fraction(str(setting["delta"]))
    sigma = SIGMOIDS[setting["sigmoid"]](scale**2 if setting["sigmoid"] == "algebraic" else scale)
    offer = javascript.OFFERS[setting["loss"]]
    loss = offer.make(str(setting["m0"])) if offer.movable else offer.make()
    weights = str(setting["wp"]), str(setting["wm"])
    return lb.ThresholdProblem(0, [str(setting["a1"])], RIGHT), sigma, loss, weights


def certified(setting: dict[str, Any]) -> dict[str, float]:
    """Compute a setting's numbers by the library: optimum and least risk are enclosed, the others have error bounds."""
    problem, sigma, loss, weights = parts_of(setting)
    theta, truth = setting["theta"], setting["a1"]
    best = lb.minimize_risk(problem, sigma, loss, weights, digits=9)
    (ends,) = best.points
    place = float(sum(ends) / 2)
    plus, minus = lb.losses.calibrated_weights(problem, sigma, loss)
    return {
        "thetaStar": place,
        "bias": place - truth,
        "rho": plus / minus,
        "gain": float(lb.gain(problem, sigma, theta, weights)),
        "gainSlope": float(lb.gain_gradient(problem, sigma, theta, weights)[0]),
        "risk": float(lb.risk(problem, sigma, theta, loss, weights)),
        "riskSlope": float(lb.risk_gradient(problem, sigma, theta, loss, weights)[0]),
        "riskStar": float(next(one.risk[0] for one in best.local if one.interval == ends)),
        "A": truth / setting["delta"],
        "B": (RIGHT - truth) / setting["delta"],
    }


def apart(found: dict[str, Any], wanted: dict[str, float]) -> dict[str, float]:
    """Return which numbers are not equal to 1e-6 (relative for those above 1), and by how much."""
    gaps = {name: abs(float(found[name]) - value) / max(1, abs(value)) for name, value in wanted.items()}
    return {name: gap for name, gap in gaps.items() if not gap <= CLOSE}


@pytest.fixture(scope="module")
def page(chromium: Browser, book: Path) -> Iterator[Page]:
    """The page, with the learner at rest."""
    with chromium.new_context(reduced_motion="reduce", viewport=tool.SIZES["desktop"]) as context:
        yield opened(context, book)


@pytest.fixture
def open_page(chromium: Browser, book: Path) -> Iterator[Opener]:
    """What opens the page anew, with an address and settings of the browser."""
    with ExitStack() as contexts:

        def open_one(address: str = "", **look: Any) -> Page:
            """Open it."""
            settings = {"reduced_motion": "reduce", "viewport": tool.SIZES["desktop"], **look}
            return opened(contexts.enter_context(chromium.new_context(**settings)), book, address)

        yield open_one


def opened(context: BrowserContext, book: Path, address: str = "") -> Page:
    """Open the page in a context, and wait for its script, if it may run."""
    page = context.new_page()
    page.goto((book / NAME).as_uri() + address, wait_until="load")  # deferred scripts have run by then
    return page


def place_of(page: Page, board: str, x: float, y: float) -> tuple[float, float]:
    """Return where on the screen a point of a picture is."""
    page.locator(f"#explorer-board-{board}").scroll_into_view_if_needed()
    spot = page.evaluate(
        """([name, x, y]) => {
          const board = Object.values(JXG.boards).find(one => one.container === "explorer-board-" + name);
          const [, left, top] = new JXG.Coords(JXG.COORDS_BY_USER, [x, y], board).scrCoords;
          const box = board.containerObj.getBoundingClientRect();
          return [box.left + left, box.top + top];
        }""",
        [board, x, y],
    )
    return spot[0], spot[1]


def state(page: Page) -> dict[str, Any]:
    return page.evaluate("lossbookExplorer.state()")


@browser
@pytest.mark.parametrize("name", SETTINGS)
def test_the_numbers_are_the_certified_ones(page: Page, name: str) -> None:
    found = page.evaluate(SET, SETTINGS[name])
    shown = {key: float(value) for key, value in page.evaluate(SHOWN).items() if key in CERTIFIED}
    wanted = certified(SETTINGS[name])
    assert apart({**found, **shown}, wanted) == {}
    assert {"thetaStar", "gain", "risk"} <= set(shown)


@browser
@pytest.mark.parametrize(("part", "seen"), [("value", "gainSlope"), ("area", "gain")])
def test_a_perturbed_formula_would_be_seen(open_page: Opener, part: str, seen: str) -> None:
    page, wanted = open_page(), certified(START)
    assert apart(page.evaluate(SET, START), wanted) == {}
    page.evaluate(PERTURB, part)
    assert seen in apart(page.evaluate(SET, START), wanted)


@browser
def test_two_equally_good_thresholds_are_both_named(page: Page) -> None:
    tie = page.evaluate(
        """() => {
          const at = delta => lossbookModel.make({sigmoid: "softsign", loss: "linear", wp: 1, wm: 1, m0: 1, delta,
            a1: delta / 2}).optimum().local;
          let low = 10 / 2.06, high = 10 / 2.045;
          for (let k = 0; k < 60; k++) {
            const middle = (low + high) / 2, [first, second] = at(middle);
            if (first.height > second.height) low = middle; else high = middle;
          }
          return low;
        }"""
    )
    assert RIGHT / tie - 0.5 == pytest.approx(1.554024, abs=1e-6)
    found = page.evaluate(SET, {**START, "sigmoid": "softsign", "delta": tie, "a1": tie / 2})
    assert len(found["ties"]) == 2
    assert page.locator("[data-number=thetaStar]").inner_text().startswith("tied: ")
    page.evaluate(SET, START)
    assert not page.locator("[data-number=thetaStar]").inner_text().startswith("tied")


@browser
def test_an_address_carries_the_setting(open_page: Opener) -> None:
    first = open_page()
    first.locator("#explorer-sigmoid").select_option("tanh")
    first.locator("#explorer-loss").select_option("hinge")
    first.locator("#explorer-a1").fill("1.25")
    first.get_by_role("button", name="Inverse frequencies").click()
    first.wait_for_url("**/*#*wp=7*")
    second = open_page(first.url[first.url.index("#") :])
    assert state(second) == state(first)
    assert state(second) == {**state(second), "sigmoid": "tanh", "loss": "hinge", "a1": 1.25, "wp": 7, "wm": 1}
    assert second.evaluate("lossbookExplorer.numbers().thetaStar") == first.evaluate(
        "lossbookExplorer.numbers().thetaStar"
    )


@browser
@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("#a1=x", "a1 must be a number from 0.05 to 9.95; got x"),
        ("#delta=-1", "delta must be a number from 0.01 to 10; got -1"),
        ("#delta=", "delta must be a number from 0.01 to 10; got nothing"),
        ("#sigmoid=step", "sigmoid must be one of arctan"),
        ("#batch=1.5", "batch must be a whole number"),
        ("#colour=red", "there is no setting colour"),
        ("#__proto__=1", "there is no setting __proto__"),
        ("#a1=3&wp=<b>", "wp must be a number"),
        ("#a1=Infinity", "a1 must be a number"),
    ],
)
def test_a_malformed_address_falls_back_and_says_so(open_page: Opener, address: str, words: str) -> None:
    page = open_page(address)
    assert words in page.get_by_role("alert").inner_text()
    assert {name: state(page)[name] for name in START} == START


@browser
def test_an_anchor_is_no_setting(open_page: Opener) -> None:
    page = open_page("#what-it-computes")
    assert page.locator(".explorer-notice").is_hidden()
    assert page.locator("#what-it-computes").count() == 1


@browser
def test_the_links_of_the_page_set_what_they_say(open_page: Opener) -> None:
    page = open_page()
    regimes = []
    for link in page.locator("a[data-explorer-state]").all():
        link.click()
        assert page.locator(".explorer-notice").is_hidden()
        regimes.append(page.evaluate("() => { lossbookExplorer.frame(); return lossbookExplorer.numbers().regime; }"))
    assert regimes == ["pulled", "lost", "truth optimal"]


@browser
def test_without_javascript_a_picture_and_a_sentence_remain(open_page: Opener) -> None:
    page = open_page(java_script_enabled=False)
    picture = page.locator(".explorer-still img")
    assert picture.is_visible()
    assert len(picture.get_attribute("alt") or "") > 40
    assert page.get_by_text("runs in a browser with JavaScript").is_visible()
    assert page.locator(".explorer-app").count() == 0


@browser
def test_with_javascript_they_give_way(page: Page) -> None:
    assert page.locator(".explorer-still").is_hidden()
    assert page.locator(".explorer-app").is_visible()


def test_the_still_picture_is_fresh() -> None:
    assert still.PICTURE.read_text("utf-8") == still.picture()


@browser
def test_the_library_is_on_this_page_alone_with_its_licence(book: Path) -> None:
    pages = [path.relative_to(book).as_posix() for path in book.rglob("*.html")]
    assert [name for name in pages if "jsxgraphcore" in (book / name).read_text("utf-8")] == [NAME]
    assert "MIT" in (book / "_static" / "jsxgraph" / "LICENSE.MIT").read_text("utf-8")


@browser
@pytest.mark.parametrize("transport", ["http", "file"])
@pytest.mark.parametrize("size", tool.SIZES)
def test_it_loads_from_itself_alone_and_fits(chromium: Browser, book: Path, transport: str, size: str) -> None:
    with tool.serve(book) as address, chromium.new_context(viewport=tool.SIZES[size]) as context:
        base = book.as_uri() if transport == "file" else address
        page = context.new_page()
        faults = tool.listen(page, base)
        page.goto(f"{base}/{NAME}#a1=0.2&delta=0.1&view=near", wait_until="load")
        page.wait_for_function("() => lossbookExplorer.numbers().learnerSteps > 0")
        assert faults == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@browser
def test_keys_reach_every_control_and_change_the_numbers(open_page: Opener) -> None:
    page = open_page("#loss=hinge")
    wanted = page.evaluate(
        "[...document.querySelectorAll('.explorer-app :is(input, select, button)')].map(e => e.id || e.textContent)"
    )
    page.locator("#explorer-sigmoid").focus()
    reached = []
    for _ in wanted:
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        page.keyboard.press("Tab")
    assert reached == wanted
    for name in ("a1", "delta", "m0", "wp", "wm"):
        page.locator(f"#explorer-{name}").focus()
        before = page.evaluate("lossbookExplorer.numbers()")
        page.keyboard.press("ArrowRight")
        page.evaluate("lossbookExplorer.frame()")
        after = page.evaluate("lossbookExplorer.numbers()")
        assert (after["thetaStar"], after["risk"]) != (before["thetaStar"], before["risk"]), name


@browser
def test_every_control_has_a_label(page: Page) -> None:
    assert (
        page.locator(".explorer-app :is(input, select)").evaluate_all(
            "all => all.filter(one => one.labels.length !== 1 || !one.labels[0].textContent.trim()).map(one => one.id)"
        )
        == []
    )


@browser
@pytest.mark.parametrize(
    ("board", "name", "start", "end"),
    [("score", "a1", (2, 0.6), (5, 0.6)), ("score", "theta", (3, 0), (6, 0)), ("gain", "theta", (3, None), (6, 0))],
    ids=["truth", "model", "model on the gain"],
)
def test_a_mouse_drags(open_page: Opener, board: str, name: str, start: Any, end: Any) -> None:
    page = open_page()
    height = page.evaluate("lossbookExplorer.numbers().gain") if start[1] is None else start[1]
    page.mouse.move(*place_of(page, board, start[0], height))
    page.mouse.down()
    page.mouse.move(*place_of(page, board, *end), steps=5)
    page.mouse.up()
    assert state(page)[name] == pytest.approx(end[0], abs=0.1)


@browser
def test_the_point_of_the_phase_diagram_drags_truth_and_scale(open_page: Opener) -> None:
    page = open_page()
    page.mouse.move(*place_of(page, "phase", np.log10(2), np.log10(8)))
    page.mouse.down()
    page.mouse.move(*place_of(page, "phase", 0, 1), steps=5)
    page.mouse.up()
    found = state(page)
    assert found["a1"] == pytest.approx(RIGHT / 11, abs=0.1)
    assert found["delta"] == pytest.approx(RIGHT / 11, abs=0.1)


@browser
def test_a_finger_drags(open_page: Opener) -> None:
    page = open_page(viewport=tool.SIZES["phone"], has_touch=True, is_mobile=True)
    wire = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        """Send a touch."""
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    (x, y), (end, _) = place_of(page, "score", 2, 0.6), place_of(page, "score", 6, 0.6)
    touch("touchStart", (x, y))
    for share in (0.2, 0.4, 0.6, 0.8, 1.0):
        touch("touchMove", (x + share * (end - x), y))
    touch("touchEnd")
    page.wait_for_function("() => lossbookExplorer.state().a1 > 5.5")
    assert state(page)["a1"] == pytest.approx(6, abs=0.15)


def contrast(one: list[float], other: list[float]) -> float:
    """Return the contrast of two colours, as WCAG defines it."""

    def luminance(colour: list[float]) -> float:
        """Return the relative luminance."""
        parts = [part / 255 for part in colour[:3]]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))

    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


COLOURS = """() => {
  const numbers = text => text.match(/[\\d.]+/g).map(Number), seen = new Set();
  document.querySelectorAll(".explorer-board svg :is(path, ellipse, text)").forEach(element => {
    const style = getComputedStyle(element), size = parseFloat(style.strokeWidth);
    if (style.visibility === "hidden") return;
    if (element.localName === "text") seen.add(style.fill);
    else if (style.stroke !== "none" && size >= 1) seen.add(style.stroke);
  });
  return [numbers(getComputedStyle(document.body).backgroundColor), [...seen].map(numbers)];
}"""


@browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lines_stand_out_from_the_page(open_page: Opener, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    ground, colours = page.evaluate(COLOURS)
    assert len(colours) >= 5
    assert min(contrast(colour, ground) for colour in colours) >= 3
    assert (sum(ground[:3]) > 600) == (scheme == "light")


def test_contrast_sees_what_is_faint() -> None:
    assert contrast([0, 0, 0], [255, 255, 255]) == pytest.approx(21)
    assert contrast([200, 200, 200], [255, 255, 255]) < 3


@browser
def test_the_pictures_follow_the_theme_at_once(open_page: Opener) -> None:
    page = open_page(color_scheme="light")
    before = page.evaluate(COLOURS)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    after = page.evaluate(COLOURS)
    assert before[0] != after[0]
    assert {tuple(colour) for colour in before[1]}.isdisjoint(tuple(colour) for colour in after[1])


@browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_page: Opener, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(color_scheme=scheme)
    result = Axe().run(page, context="#lossbook-explorer")
    grave = [one["id"] for one in result.response["violations"] if one["impact"] in ("serious", "critical")]
    assert grave == []
    page.evaluate("document.querySelector('label[for=explorer-a1]').remove()")
    again = Axe().run(page, context="#lossbook-explorer").response["violations"]
    assert "label" in [one["id"] for one in again]


@browser
@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_the_learner_starts_by_itself_unless_little_motion_is_wanted(open_page: Opener, motion: str) -> None:
    page = open_page(reduced_motion=motion)
    page.locator("#explorer-board-histogram").scroll_into_view_if_needed()
    assert page.evaluate("lossbookExplorer.running()") == (motion != "reduce")
    if motion == "reduce":
        assert page.evaluate("lossbookExplorer.numbers().learnerSteps") == 0
        page.get_by_role("button", name="Run").click()
    page.wait_for_function("() => lossbookExplorer.numbers().learnerSteps > 50")
    page.get_by_role("button", name="Pause").click()
    steps = page.evaluate("lossbookExplorer.numbers().learnerSteps")
    page.get_by_role("button", name="Step", exact=True).click()
    assert page.evaluate("lossbookExplorer.numbers().learnerSteps") == steps + 1
    page.get_by_role("button", name="Restart").click()
    found = page.evaluate("lossbookExplorer.numbers()")
    assert (found["learnerSteps"], found["learnerTheta"]) == (0, state(page)["theta"])


@browser
def test_a_seed_decides_the_path(page: Page) -> None:
    paths = page.evaluate(
        """() => {
          const model = lossbookModel.make(lossbookState.start());
          const walk = (seed, parts) => {
            const learner = lossbookLearner.learner(3, seed);
            for (let k = 0; k < parts; k++) learner.run(model, 1000 / parts);
            return learner.report();
          };
          return [walk(1, 1), walk(1, 50), walk(2, 1)];
        }"""
    )
    assert paths[0] == paths[1]
    assert paths[0]["theta"] != paths[2]["theta"]


LEARN = """setting => {
  const model = lossbookModel.make({...lossbookState.start(), ...setting});
  const learner = lossbookLearner.learner(setting.a1, 1), found = [];
  learner.run(model, 20000);
  for (let part = 0; part < 40; part++) {
    learner.forget();
    learner.run(model, 50000);
    const {mean, variance} = learner.report();
    found.push([mean, variance + mean * mean]);
  }
  return found;
}"""


@browser
def test_the_learner_keeps_to_its_stationary_law(page: Page) -> None:
    setting = {**START, "a1": 6, "delta": 0.5, "batch": 1, "momentum": 0, "rate": 0.1}
    parts = np.array(page.evaluate(LEARN, setting))
    mean, errors = parts.mean(axis=0), parts.std(axis=0, ddof=1) / np.sqrt(len(parts))

    def away(rate: float) -> float:
        """Return how many standard errors the first two moments are from the law of a learning rate."""
        problem, sigma, *_ = parts_of(setting)
        law = stationary_law(lb.SGD(problem=problem, sigmoid=sigma, learning_rate=rate, steps=1, batch=1))
        return float(np.max(np.abs(mean - [law.mean, law.variance + law.mean**2]) / errors))

    assert away(0.1) < 4.5
    assert away(0.12) > 6


@browser
def test_the_settings_reach_all_sigmoids_losses_and_fates(page: Page) -> None:
    assert len(SETTINGS) == 50
    assert {one["sigmoid"] for one in SETTINGS.values()} == set(SIGMOIDS)
    assert {one["loss"] for one in SETTINGS.values()} == set(javascript.OFFERS)
    assert {page.evaluate(SET, one)["regime"] for one in SETTINGS.values()} >= {"pulled", "lost"}
    offered = page.evaluate("JSON.stringify([lossbookState.FIELDS.sigmoid.options, lossbookState.FIELDS.loss.options])")
    assert json.loads(offered) == [list(SIGMOIDS), list(javascript.OFFERS)]
