"""Parts of two names put beside each other, and what that says, as numbers (``FEATURES``): compiled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lakehouse.names.likeness import ALIKE, REMEMBERED, Scratch, compiled, joined_alike, parts_alike
from lakehouse.names.packed import INITIAL, SURNAME, Packed
from lakehouse.names.reading import CHARACTERS, CUT, RUNS, WORDS

#: What is told of a pair of forms, in this order; the same whichever name comes first.
FEATURES = (
    "together",  # weight of what goes together, by how alike it is
    "together_of_shorter",  # its share of the lighter name
    "together_of_longer",  # its share of the heavier name
    "apart",  # weight without counterpart, on the side that has less of it: both names say otherwise
    "apart_of_shorter",
    "missing_of_longer",  # share of the heavier name that the other leaves out
    "worst",  # how unlike the least alike parts are that go together
    "unlike",  # mean of that over parts, by weight
    "parts",  # how many parts of some weight go together
    "characters",  # how many of them are the same Han character or syllable
    "exact",  # weight of what is alike to the letter
    "initials",
    "languages_differ",  # characters are alike in no one language
    "surname_apart",  # the first character of a name, its surname, has no counterpart
    "surnames_differ",  # parts marked as surnames do not go together
    "syllables_missing",  # characters without counterpart where the other name has none left
    "moved",  # parts stand in another order, beyond one part going from the end to the head
    "other_script",
)
COUNT = len(FEATURES)
#: Parts of a form, at most: eight words, or the sixteen syllables that they can be cut into.
MOST = 16


@compiled
def align(a: Packed, f: int, b: Packed, g: int, out: NDArray[np.float32], room: Scratch) -> int:
    """Fill ``out`` (features) for forms ``f`` and ``g``, and ``room.pairs`` (first and last part, twice; likeness).

    The most alike parts are taken first, by weight; neighbours written as one go together with the other's one part.
    Returns how many pairs there are.
    """
    a0, b0 = a.parts_of[f], b.parts_of[g]
    n, m = a.parts_of[f + 1] - a0, b.parts_of[g + 1] - b0
    pairs = room.pairs
    likeness, languages, free_a, free_b, beside = room.likeness, room.spoken, room.free[0], room.free[1], room.beside
    weight_a, weight_b = 0.0, 0.0
    for i in range(n):
        weight_a += a.weight[a.part[a0 + i]]
    for j in range(m):
        weight_b += b.weight[b.part[b0 + j]]
    possible = 0
    for i in range(n):
        p = a.part[a0 + i]
        for j in range(m):
            q = b.part[b0 + j]
            # By hand, not by a function: handing the packed arrays over takes longer than the look.
            question = (np.int64(p) << 32) | np.int64(q)
            slot = ((np.int64(p) * 0x9E3779B1 + np.int64(q) * 0x85EBCA77) >> 9) & (REMEMBERED - 1)
            if room.asked[slot, 0] != question:
                alike, spoken = parts_alike(a, p, b, q, room.rows)
                room.asked[slot, 0], room.asked[slot, 1] = question, np.int64(alike * 2**24) << 8 | spoken
            answer = room.asked[slot, 1]
            likeness[0, i, j], languages[i, j] = (answer >> 8) / 2**24, answer & 255
            likeness[1, i, j], likeness[2, i, j] = 0.0, 0.0
            if likeness[0, i, j] >= ALIKE:
                room.taken[possible, 0], room.taken[possible, 1], room.taken[possible, 2] = 0, i, j
                possible += 1
    for i in range(n):
        first, p = a.spellings[a.part[a0 + i]], a.part[a0 + i]
        long_a = a.ends[first + 1] - a.ends[first]
        for j in range(m):
            q = b.part[b0 + j]
            first = b.spellings[q]
            long_b = b.ends[first + 1] - b.ends[first]
            if likeness[0, i, j] >= 0.9 or a.character[p] > 0 or b.character[q] > 0:
                continue
            if i + 1 < n and likeness[0, i + 1, j] < 0.9 and long_b > long_a:
                first = a.spellings[a.part[a0 + i + 1]]
                if abs(long_a + a.ends[first + 1] - a.ends[first] - long_b) <= 0.3 * long_b:
                    likeness[1, i, j] = joined_alike(a, p, a.part[a0 + i + 1], b, q, room)
            if j + 1 < m and likeness[0, i, j + 1] < 0.9 and long_a > long_b:
                first = b.spellings[b.part[b0 + j + 1]]
                if abs(long_b + b.ends[first + 1] - b.ends[first] - long_a) <= 0.3 * long_a:
                    likeness[2, i, j] = joined_alike(b, q, b.part[b0 + j + 1], a, p, room)
            for kind in range(1, 3):
                if likeness[kind, i, j] >= ALIKE:
                    room.taken[possible, 0], room.taken[possible, 1], room.taken[possible, 2] = kind, i, j
                    possible += 1
    free_a[:], free_b[:], beside[:] = True, True, -1
    together, unlike, exact, worst, left_a, left_b = 0.0, 0.0, 0.0, 0.0, weight_a, weight_b
    parts, characters, initials, count, taken = 0, 0, 0, 0, 0.0
    common, moved, surnames_met, surnames_crossed = 255, 0, 0, 0
    while True:
        best, kind, bi, bj = 0.0, -1, 0, 0
        for option in range(possible):
            k, i, j = room.taken[option, 0], room.taken[option, 1], room.taken[option, 2]
            alike = likeness[k, i, j]
            if not free_a[i] or not free_b[j] or (k == 1 and not free_a[i + 1]) or (k == 2 and not free_b[j + 1]):
                continue
            value = alike + 0.02 * (a.weight[a.part[a0 + i]] + b.weight[b.part[b0 + j]]) - 0.002 * abs(i - j)
            if k > 0 and alike <= 0.85:
                value -= 0.2
            if value > best:
                best, kind, bi, bj = value, k, i, j
        if kind < 0:
            break
        p, q = a.part[a0 + bi], b.part[b0 + bj]
        wa, wb, alike = a.weight[p], b.weight[q], likeness[kind, bi, bj]
        free_a[bi], free_b[bj] = False, False
        last_a, last_b = bi, bj
        if kind == 1:
            last_a = bi + 1
            free_a[last_a] = False
            wa += a.weight[a.part[a0 + last_a]]
        if kind == 2:
            last_b = bj + 1
            free_b[last_b] = False
            wb += b.weight[b.part[b0 + last_b]]
        left_a -= wa
        left_b -= wb
        weight = min(wa, wb)
        together += weight * max(0.0, (alike - ALIKE) / (1 - ALIKE))
        unlike += weight * (1 - alike)
        taken += weight
        exact += weight if alike > 0.985 else 0.0
        if weight > 0.15:
            worst = max(worst, 1 - alike)
            parts += 1
        if a.character[p] > 0 and b.character[q] > 0:
            characters += 1
        elif a.character[p] > 0 or b.character[q] > 0:
            common &= languages[bi, bj]
        initials += (a.flags[p] & INITIAL) != (b.flags[q] & INITIAL)
        if (a.flags[p] & SURNAME) != 0 and (b.flags[q] & SURNAME) != 0:
            surnames_met += 1
        elif (a.flags[p] & SURNAME) != (b.flags[q] & SURNAME):
            surnames_crossed += 1
        if count < pairs.shape[0]:
            pairs[count, 0], pairs[count, 1], pairs[count, 2], pairs[count, 3], pairs[count, 4] = (
                bi,
                last_a,
                bj,
                last_b,
                alike,
            )
            count += 1
    for k in range(count):
        beside[int(pairs[k, 0])] = int(pairs[k, 2])
    first, before = -1, -1
    for i in range(n):
        if beside[i] >= 0:
            moved += before > beside[i]
            first = beside[i] if first < 0 else first
            before = beside[i]
    moved += before > first >= 0
    lighter, heavier = max(min(weight_a, weight_b), 0.05), max(weight_a, weight_b, 0.05)
    left_a, left_b = max(left_a, 0.0), max(left_b, 0.0)
    marked_a, marked_b = False, False
    for i in range(n):
        marked_a |= (a.flags[a.part[a0 + i]] & SURNAME) != 0
    for j in range(m):
        marked_b |= (b.flags[b.part[b0 + j]] & SURNAME) != 0
    out[0] = together
    out[1] = together / lighter
    out[2] = together / heavier
    out[3] = min(left_a, left_b)
    out[4] = min(left_a, left_b) / lighter
    out[5] = abs(left_a - left_b) / heavier
    out[6] = worst
    out[7] = unlike / taken if taken > 0 else 0.5
    out[8] = parts
    out[9] = characters
    out[10] = exact
    out[11] = initials
    out[12] = common == 0
    out[13] = (a.character[a.part[a0]] > 0 and free_a[0]) or (b.character[b.part[b0]] > 0 and free_b[0])
    out[14] = marked_a and marked_b and surnames_met == 0
    apart_a, apart_b = 0, 0
    for i in range(n):
        apart_a += free_a[i] and a.character[a.part[a0 + i]] > 0
    for j in range(m):
        apart_b += free_b[j] and b.character[b.part[b0 + j]] > 0
    out[15] = (apart_a if left_b < 0.2 else 0) + (apart_b if left_a < 0.2 else 0)
    out[16] = max(min(moved, 3) - 1, 0)
    out[17] = (a.character[a.part[a0]] > 0) != (b.character[b.part[b0]] > 0)
    return count


@compiled
def comparable(a: Packed, f: int, b: Packed, g: int) -> bool:
    """Whether two forms are worth putting beside each other: syllables with characters, words with words."""
    one, other = a.kind[f], b.kind[g]
    if one == CUT or other == CUT:
        as_long: bool = a.parts_of[f + 1] - a.parts_of[f] == b.parts_of[g + 1] - b.parts_of[g]
        return CHARACTERS in (one, other) or (one + other == CUT and as_long)
    runs = RUNS in (one, other)
    return not runs or WORDS in (one, other) or one == other


@compiled
def features(
    a: Packed, b: Packed, left: NDArray[np.int64], right: NDArray[np.int64], room: Scratch
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Features of every pair of forms of the pairs of names ``left[k]`` of ``a`` and ``right[k]`` of ``b``.

    Returns for each row the pair it is of, and the forms, shape (rows, 3); and the features, shape (rows, FEATURES).
    """
    total = 0
    for k in range(len(left)):
        for f in range(a.forms[left[k]], a.forms[left[k] + 1]):
            for g in range(b.forms[right[k]], b.forms[right[k] + 1]):
                total += comparable(a, f, b, g)
    of, found = np.empty((total, 3), np.int64), np.empty((total, COUNT), np.float32)
    row = 0
    for k in range(len(left)):
        for f in range(a.forms[left[k]], a.forms[left[k] + 1]):
            for g in range(b.forms[right[k]], b.forms[right[k] + 1]):
                if comparable(a, f, b, g):
                    of[row, 0], of[row, 1], of[row, 2] = k, f, g
                    align(a, f, b, g, found[row], room)
                    row += 1
    return of, found
