r"""The loops of the learning process: 64 replicas side by side in lanes, one block of lanes after another.

In each of the innermost loops one index runs over the lanes and no lane looks at another. So the compiler may take 4,
8 or 16 lanes into one instruction, and the bits stay the same. All numbers are ``float32`` but for the sums behind
mean and variance, which are ``float64``.

Lengths are measured in the sigmoid's unit, from the middle of the interval. A point is a whole number $k$,
$-2^{31}\le k<2^{31}$, at $x=k\,\ell/2^{31}$ where $\ell$ is half the interval's length; its label comes from comparing
$k$ with whole numbers at the true thresholds, without any rounding. Positions carry the rounding error of the last
sum with them (Kahan's summation), so that steps below the last place are not lost.

This file is also a template: for every other formula the import of `example` below is replaced by functions made from
that formula.
"""

from __future__ import annotations

from numba import njit

from lossbook.kernels.arithmetic import COMPILED, f32, fma, i32, inlined, u32, u64
from lossbook.kernels.example import drop, pull, slope, value
from lossbook.kernels.steps import LANES, cleared, drawn, keep_state, moved, next_pause, pause, state_of

HALF_OF_LANES = u64(32)
TOGETHER = 8  # points of a batch whose pulls are added up before they join the sum over the batch


@inlined
def pulled(s, total, position, law, cut):
    """Add the pull of one fresh point on a threshold at a position."""
    number, a, b, c, d = drawn(s[0], s[1], s[2], s[3])
    positive = number < cut
    weight = law[1] if positive else law[2]
    label = f32(1) if positive else f32(-1)
    return (a, b, c, d), total + pull(fma(law[0], f32(number), position), weight, label)


@inlined
def stepped(x, gradient, rate, motion):
    """Take one step of one threshold, and add to the sums that follow it."""
    origin, missed = x[5], x[6]
    position, velocity, rest = moved(x[0], x[1], x[2], gradient, rate, motion)
    shift = position - origin
    first, second = x[3] + shift, fma(shift, shift, x[4])
    return position, velocity, rest, first, second, origin, missed + max(motion[6] - position, f32(0))


@inlined
def place_of(state, lane):
    """Read what moves, and the sums."""
    return (
        state[lane],
        state[LANES + lane],
        state[u64(2) * LANES + lane],
        state[u64(3) * LANES + lane],
        state[u64(4) * LANES + lane],
        state[u64(5) * LANES + lane],
        state[u64(6) * LANES + lane],
    )


@inlined
def keep_place(state, lane, x):
    """Write what :func:`place_of` reads."""
    state[lane], state[LANES + lane], state[u64(2) * LANES + lane] = x[0], x[1], x[2]
    state[u64(3) * LANES + lane], state[u64(4) * LANES + lane] = x[3], x[4]
    state[u64(6) * LANES + lane] = x[6]


@inlined
def single_step(s, x, rate, law, cut, motion):
    """Take a step with a batch of one point."""
    s, gradient = pulled(s, f32(0), fma(motion[1], x[1], x[0]), law, cut)
    return s, stepped(x, gradient, rate, motion)


@inlined
def single_steps(words, state, rates, step, stop, law, cut, motion):
    """Take steps of one threshold with a batch of one point.

    Four steps are taken at a time while that is possible, and two lanes alternate: while one waits for the result of
    its step, the other computes.
    """
    while step + 4 <= stop:
        r0, r1, r2, r3 = rates[step], rates[step + 1], rates[step + 2], rates[step + 3]
        for lane in range(u64(0), HALF_OF_LANES):
            other = HALF_OF_LANES + lane
            s, x, t, y = state_of(words, lane), place_of(state, lane), state_of(words, other), place_of(state, other)
            s, x = single_step(s, x, r0, law, cut, motion)
            t, y = single_step(t, y, r0, law, cut, motion)
            s, x = single_step(s, x, r1, law, cut, motion)
            t, y = single_step(t, y, r1, law, cut, motion)
            s, x = single_step(s, x, r2, law, cut, motion)
            t, y = single_step(t, y, r2, law, cut, motion)
            s, x = single_step(s, x, r3, law, cut, motion)
            t, y = single_step(t, y, r3, law, cut, motion)
            keep_state(words, lane, s)
            keep_place(state, lane, x)
            keep_state(words, other, t)
            keep_place(state, other, y)
        step += 4
    while step < stop:
        rate = rates[step]
        for lane in range(u64(0), LANES):
            s, x = single_step(state_of(words, lane), place_of(state, lane), rate, law, cut, motion)
            keep_state(words, lane, s)
            keep_place(state, lane, x)
        step += 1


@inlined
def batch_step(words, state, rate, batch, law, cut, motion):
    """Take one step of one threshold with a larger batch."""
    row = u64(8) * LANES
    for lane in range(u64(0), LANES):
        state[row + lane] = f32(0)
    for _ in range(batch // TOGETHER):
        for lane in range(u64(0), LANES):
            s, total, position = state_of(words, lane), f32(0), fma(motion[1], state[LANES + lane], state[lane])
            for _ in range(TOGETHER):
                s, total = pulled(s, total, position, law, cut)
            keep_state(words, lane, s)
            state[row + lane] += total
    for _ in range(batch % TOGETHER):
        for lane in range(u64(0), LANES):
            s, position = state_of(words, lane), fma(motion[1], state[LANES + lane], state[lane])
            s, total = pulled(s, f32(0), position, law, cut)
            keep_state(words, lane, s)
            state[row + lane] += total
    for lane in range(u64(0), LANES):
        x = stepped(place_of(state, lane), state[row + lane], rate, motion)
        keep_place(state, lane, x)


@inlined
def many_draw(words, state, n, law, cuts):
    """Draw a point and find its label: every threshold that it is not below turns the sign."""
    x, label = 7 * n + 2, 7 * n + 3
    for lane in range(u64(0), LANES):
        number, a, b, c, d = drawn(*state_of(words, lane))
        keep_state(words, lane, (a, b, c, d))
        words[u64(4) * LANES + lane] = u32(number)
        state[u64(x) * LANES + lane] = law[0] * f32(number)
        state[u64(label) * LANES + lane] = f32(1)
    for k in range(n):
        cut = cuts[k]
        for lane in range(u64(0), LANES):
            sign = state[u64(label) * LANES + lane]
            below = i32(words[u64(4) * LANES + lane]) < cut
            state[u64(label) * LANES + lane] = sign if below else -sign


@inlined
def many_scores(state, n, motion):
    """Evaluate every threshold's sigmoid and slope at the point, and multiply the sigmoids from the left."""
    x, product, value_row, slope_row, left_row = 7 * n + 2, 7 * n + 4, 7 * n + 5, 8 * n + 5, 9 * n + 5
    for lane in range(u64(0), LANES):
        state[u64(product) * LANES + lane] = f32(1)
    for k in range(n):
        for lane in range(u64(0), LANES):
            looked_at = fma(motion[1], state[u64(n + k) * LANES + lane], state[u64(k) * LANES + lane])
            u = looked_at + state[u64(x) * LANES + lane]
            here, so_far = value(u), state[u64(product) * LANES + lane]
            state[u64(value_row + k) * LANES + lane] = here
            state[u64(slope_row + k) * LANES + lane] = slope(u)
            state[u64(left_row + k) * LANES + lane] = so_far
            state[u64(product) * LANES + lane] = so_far * here


@inlined
def many_pulls(state, n, law):
    """Add the pull of the point on every threshold: all sigmoids but its own, from the left and from the right."""
    label, product, value_row, slope_row = 7 * n + 3, 7 * n + 4, 7 * n + 5, 8 * n + 5
    left_row, part_row = 9 * n + 5, 12 * n + 5
    for lane in range(u64(0), LANES):
        sign = state[u64(label) * LANES + lane]
        weight = law[1] if sign > f32(0) else law[2]
        state[u64(label) * LANES + lane] = weight * drop(sign * state[u64(product) * LANES + lane], sign)
        state[u64(product) * LANES + lane] = f32(1)
    for k in range(n - 1, -1, -1):
        for lane in range(u64(0), LANES):
            right = state[u64(product) * LANES + lane]
            others = state[u64(left_row + k) * LANES + lane] * right
            share = state[u64(label) * LANES + lane] * (state[u64(slope_row + k) * LANES + lane] * others)
            state[u64(part_row + k) * LANES + lane] += share
            state[u64(product) * LANES + lane] = right * state[u64(value_row + k) * LANES + lane]


@inlined
def many_errors(state, n, motion, edges, pairs, sorting):
    """Add what is missed of the positives, and what is wrongly taken for positive, after a step."""
    row, wanted, found, odd = 10 * n + 5, 7 * n + 2, 7 * n + 3, 7 * n + 4
    for k in range(n):
        for lane in range(u64(0), LANES):
            inside = min(max(state[u64(k) * LANES + lane], motion[4]), motion[5])
            state[u64(row + k) * LANES + lane] = inside
            state[u64(row + n + k) * LANES + lane] = edges[k]
    for lane in range(u64(0), LANES):
        state[u64(found) * LANES + lane] = (motion[5] if n % 2 == 0 else f32(0)) - motion[4]
        state[u64(odd) * LANES + lane] = f32(0)
        state[u64(wanted) * LANES + lane] = motion[6]
    for pair in range(len(pairs) + 1):
        if pair == sorting:  # the n parameters are in order: every other gap is taken for positive
            for k in range(n):
                sign = f32(1) if k % 2 == 0 else f32(-1)
                for lane in range(u64(0), LANES):
                    state[u64(found) * LANES + lane] += sign * state[u64(row + k) * LANES + lane]
        if pair < len(pairs):
            low, high = u64(row + pairs[pair, 0]) * LANES, u64(row + pairs[pair, 1]) * LANES
            for lane in range(u64(0), LANES):
                left, right = state[low + lane], state[high + lane]
                state[low + lane], state[high + lane] = min(left, right), max(left, right)
    for k in range(2 * n):  # truth and prediction differ in every other gap of all 2 n places
        sign = f32(-1) if k % 2 == 0 else f32(1)
        for lane in range(u64(0), LANES):
            state[u64(odd) * LANES + lane] += sign * state[u64(row + k) * LANES + lane]
    for lane in range(u64(0), LANES):
        surplus = state[u64(found) * LANES + lane] - state[u64(wanted) * LANES + lane]
        wrong = state[u64(odd) * LANES + lane]
        state[u64(6 * n) * LANES + lane] += max(f32(0.5) * (wrong - surplus), f32(0))
        state[u64(6 * n + 1) * LANES + lane] += max(f32(0.5) * (wrong + surplus), f32(0))


@inlined
def many_step(words, state, n, rate, batch, law, cuts, motion, edges, pairs, sorting):
    """Take one step of n thresholds."""
    cleared(state, 6 * n + 2, n)
    for group in range((batch + TOGETHER - 1) // TOGETHER):
        cleared(state, 12 * n + 5, n)
        for _ in range(min(TOGETHER, batch - group * TOGETHER)):
            many_draw(words, state, n, law, cuts)
            many_scores(state, n, motion)
            many_pulls(state, n, law)
        for k in range(n):
            for lane in range(u64(0), LANES):
                state[u64(6 * n + 2 + k) * LANES + lane] += state[u64(12 * n + 5 + k) * LANES + lane]
    for k in range(n):
        for lane in range(u64(0), LANES):
            position, velocity, rest = moved(
                state[u64(k) * LANES + lane],
                state[u64(n + k) * LANES + lane],
                state[u64(2 * n + k) * LANES + lane],
                state[u64(6 * n + 2 + k) * LANES + lane],
                rate,
                motion,
            )
            shift = position - state[u64(5 * n + k) * LANES + lane]
            state[u64(k) * LANES + lane], state[u64(n + k) * LANES + lane] = position, velocity
            state[u64(2 * n + k) * LANES + lane] = rest
            state[u64(3 * n + k) * LANES + lane] += shift
            state[u64(4 * n + k) * LANES + lane] = fma(shift, shift, state[u64(4 * n + k) * LANES + lane])
    many_errors(state, n, motion, edges, pairs, sorting)


@njit(cache=True, **COMPILED)
def advance_single(words, state, totals, rates, first, stop, span, law, cuts, motion, scale, trajectory, column):
    """Run one threshold within the interval, with a batch of one point, block after block."""
    for block in range(words.shape[0]):
        step = first
        while step < stop:
            ahead = next_pause(step, stop, span[1], span[2])
            single_steps(words[block], state[block], rates, step - first, ahead - first, law, cuts[0], motion)
            step = ahead
            here = column + block * int(LANES)
            pause(state[block], totals[block], 1, step, span, motion, True, scale, trajectory, here)


@njit(cache=True, **COMPILED)
def advance_batch(words, state, totals, rates, first, stop, span, batch, law, cuts, motion, scale, trajectory, column):
    """Run one threshold within the interval from one step to another, block after block."""
    for block in range(words.shape[0]):
        step = first
        while step < stop:
            ahead = next_pause(step, stop, span[1], span[2])
            for now in range(step - first, ahead - first):
                batch_step(words[block], state[block], rates[now], batch, law, cuts[0], motion)
            step = ahead
            here = column + block * int(LANES)
            pause(state[block], totals[block], 1, step, span, motion, True, scale, trajectory, here)


@njit(cache=True, **COMPILED)
def advance_many(
    words, state, totals, rates, first, stop, span, batch, law, cuts, motion, network, scale, trajectory, column
):
    """Run n thresholds from one step to another, block after block."""
    n, (edges, pairs, sorting) = len(cuts), network
    for block in range(words.shape[0]):
        step = first
        while step < stop:
            ahead = next_pause(step, stop, span[1], span[2])
            for now in range(step - first, ahead - first):
                rate = rates[now]
                many_step(words[block], state[block], n, rate, batch, law, cuts, motion, edges, pairs, sorting)
            step = ahead
            here = column + block * int(LANES)
            pause(state[block], totals[block], n, step, span, motion, False, scale, trajectory, here)


@njit(cache=True, **COMPILED)
def evaluate(points, values, slopes, margins, drops, pulls):
    """Evaluate the formulas at points, to be held against a more exact route: of both labels, of weight 1."""
    for i in range(len(points)):
        u, m = points[i], margins[i]
        values[i], slopes[i] = value(u), slope(u)
        drops[0, i], drops[1, i] = drop(m, f32(1)), drop(m, f32(-1))
        pulls[0, i], pulls[1, i] = pull(u, f32(1), f32(1)), pull(u, f32(1), f32(-1))
