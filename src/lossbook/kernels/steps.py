r"""What every lane loop does, whatever the formulas: draw, move, and keep sums over windows of steps.

A block is 64 replicas, one a lane. Its arrays have a row of 64 numbers for each quantity. The ``uint32`` array has four
rows for the stream and one for the point that was drawn. For n thresholds the rows of the ``float32`` array are

    0 .. n-1     position           3 n .. 4 n-1   sum of shifts since the window began
    n .. 2n-1    velocity           4 n .. 5 n-1   sum of their squares
    2n .. 3n-1   rounding carried   5 n .. 6 n-1   position at which the window began
    6 n          sum of what was missed of the positives, 6 n + 1 of what was wrongly taken for positive
    6 n + 2 ..   scratch

Sums of a window are short enough for ``float32``; at its end they join those before in ``float64``.
"""

from __future__ import annotations

from lossbook.kernels.arithmetic import f32, f64, fma, i32, inlined, rotated, u32, u64

LANES = u64(64)
WINDOW = 64  # steps


@inlined
def drawn(a, b, c, d):
    """Draw from xoshiro128++; return the number and the next state."""
    number = u32(rotated(u32(a + d), u32(7)) + a)
    shifted = u32(b << u32(9))
    c, d = u32(c ^ a), u32(d ^ b)
    b, a = u32(b ^ c), u32(a ^ d)
    return i32(number), a, b, u32(c ^ shifted), rotated(d, u32(11))


@inlined
def state_of(words, lane):
    """Read the state of a stream."""
    return words[lane], words[LANES + lane], words[u64(2) * LANES + lane], words[u64(3) * LANES + lane]


@inlined
def keep_state(words, lane, s):
    """Write the state of a stream."""
    words[lane], words[LANES + lane] = s[0], s[1]
    words[u64(2) * LANES + lane], words[u64(3) * LANES + lane] = s[2], s[3]


@inlined
def moved(position, velocity, rest, gradient, rate, motion):
    """Move one threshold by heavy ball or by Nesterov's method."""
    velocity = fma(motion[0], velocity, rate * gradient)
    move = velocity + rest
    wanted = position + move
    rest = move - (wanted - position)
    position = min(max(wanted, motion[2]), motion[3])
    return position, velocity, rest if position == wanted else f32(0)


@inlined
def cleared(state, first, rows):
    """Set rows to 0."""
    for i in range(u64(first) * LANES, u64(first + rows) * LANES):
        state[i] = f32(0)


@inlined
def next_pause(step, stop, burn_in, record_every):
    """Return the next step after which something is to be written."""
    pause = min(stop, step + WINDOW - (step - burn_in) % WINDOW)
    return min(pause, step + record_every - step % record_every) if record_every else pause


@inlined
def start_window(state, n):
    """Forget the sums, and measure from where the lanes are."""
    cleared(state, 3 * n, 2 * n)
    cleared(state, 6 * n, 2)
    for i in range(u64(n) * LANES):
        state[u64(5 * n) * LANES + i] = state[i]


@inlined
def balance_errors(state, count, motion):
    """For one threshold within the interval, get what is wrongly taken for positive from what is missed."""
    for lane in range(u64(0), LANES):
        shift = f64(state[u64(5) * LANES + lane]) - f64(motion[6])
        excess = f64(count) * shift + f64(state[u64(3) * LANES + lane])
        state[u64(7) * LANES + lane] = max(f32(f64(state[u64(6) * LANES + lane]) + excess), f32(0))


@inlined
def end_window(state, totals, n, before, count):
    """Join the sums of a window to those of the steps before it (Chan, Golub and LeVeque 1983)."""
    share = f64(count) / f64(before + count)
    for k in range(n):
        for lane in range(u64(0), LANES):
            first = f64(state[u64(3 * n + k) * LANES + lane])
            second = f64(state[u64(4 * n + k) * LANES + lane])
            mean = f64(state[u64(5 * n + k) * LANES + lane]) + first / f64(count)
            gap = mean - totals[u64(k) * LANES + lane]
            spread = max(second - first * first / f64(count), 0.0)
            totals[u64(k) * LANES + lane] += gap * share
            totals[u64(n + k) * LANES + lane] += spread + gap * gap * f64(before) * share
    for row in range(2):
        for lane in range(u64(0), LANES):
            totals[u64(2 * n + row) * LANES + lane] += f64(state[u64(6 * n + row) * LANES + lane])


@inlined
def pause(state, totals, n, step, span, motion, inside, scale, trajectory, column):
    """After a step, end a window and write the trajectory where that is due."""
    last, burn_in, record_every = span
    elapsed = step - burn_in
    if elapsed % WINDOW == 0 or step == last:
        if elapsed > 0:
            count = (elapsed - 1) % WINDOW + 1
            if inside:
                balance_errors(state, count, motion)
            end_window(state, totals, n, elapsed - count, count)
        start_window(state, n)
    if record_every and step % record_every == 0:
        row = step // record_every - 1
        for k in range(n):
            for lane in range(min(LANES, u64(trajectory.shape[1]) - u64(column))):
                position, rest = state[u64(k) * LANES + lane], state[u64(2 * n + k) * LANES + lane]
                place = scale[0] + scale[1] * (f64(position) + f64(rest))
                place = scale[2] if position == motion[2] else place
                trajectory[row, u64(column) + lane, k] = scale[3] if position == motion[3] else place
