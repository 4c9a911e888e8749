"""``python -m benchmarks.names``: how well names are matched, by region and kind, how fast, and the weights tuned anew.

``accuracy`` reads the published pairs (``--pairs``), which are not the project's, and names of simulated people, which
nobody tuned on. ``speed`` times simulated travellers against simulated list entries. ``tune`` prints weights.
"""

from __future__ import annotations

import time
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import numpy as np
import pyarrow as pa
import typer
from numpy.typing import NDArray

from benchmarks.drawn_names import LISTED, SHARES, people
from benchmarks.name_pairs import Pair, labelled, same_person
from benchmarks.name_tuning import RANDOM_PAIRS, Compared, compare, fit, random_pairs
from lakehouse.names.agreement import NAMES_AGREE
from lakehouse.names.matching import candidates, score
from lakehouse.names.prepared import prepare

PAIRS = Path(__file__).resolve().parents[2] / "shared" / "names"
FALSE_SHARE = 1e-4
RECALL = 0.85
app = typer.Typer(add_completion=False)
_Folder = Annotated[Path, typer.Option(help="Folder with labelled_pairs.csv and same_person_pairs.csv.")]


def _precision(compared: Compared, recall: float = RECALL) -> tuple[float, float]:
    """Best precision at no less than ``recall``, and average precision."""
    truth, odds = np.array([pair.match for pair in compared.pairs]), compared.odds()
    order = np.argsort(-odds, kind="stable")
    hits, ends = np.cumsum(truth[order]), np.append(np.diff(odds[order]) < 0, True)
    precision = hits / np.arange(1, len(order) + 1)
    reached = ends & (hits >= recall * truth.sum())
    return float(precision[reached].max()), float(precision[truth[order]].mean())


def _threshold(different: Compared) -> float:
    """Log odds above which ``FALSE_SHARE`` of the pairs of different persons lies."""
    odds = np.sort(different.odds())
    return float(odds[-int(len(odds) * FALSE_SHARE) - 1])


def _recalls(pairs: list[Pair], hit: NDArray[np.bool_]) -> None:
    cells: dict[str, list[bool]] = defaultdict(list)
    persons: dict[str, list[bool]] = defaultdict(list)
    for pair, found in zip(pairs, hit.tolist(), strict=True):
        for cell in (f"{pair.region} {pair.kind}", f"all {pair.kind}", "all"):
            cells[cell].append(found)
        persons[pair.group].append(found)
    cells["all, each person counting once"] = [float(np.mean(found)) for found in persons.values()]  # type: ignore[misc]
    for cell in sorted(cells):
        print(f"  {cell:36} {np.mean(cells[cell]):6.2f} {len(cells[cell]):7,}")


@app.command()
def accuracy(pairs: _Folder = PAIRS, random: Annotated[int, typer.Option(help="Random pairs.")] = 1_000_000) -> None:
    """Print precision on labelled pairs, and recall at 1 false match in 10,000 random pairs by region and kind."""
    for title, tuned in (("tuned on", True), ("held back", False)):
        precision, average = _precision(compare([pair for pair in labelled(pairs) if pair.tuned_on == tuned]))
        print(
            f"labelled persons, {title}: precision {precision:.3f} at recall {RECALL}; average precision {average:.3f}"
        )
    everybody = same_person(pairs)
    held = [pair for pair in everybody if not pair.tuned_on]
    for title, those in (("held back", held), ("all, tuned on too", everybody)):
        different = compare(random_pairs(those, random, seed=7))
        threshold = _threshold(different)
        print(f"\nsame person, {title}: recall at 1 false in 10,000 of {len(different.pairs):,} pairs, {threshold:.2f}")
        _recalls(those, compare(those).odds() > threshold)
        within = np.array([len(set(pair.region.split())) == 1 for pair in different.pairs])
        false = (different.odds()[within] > threshold).mean()
        print(f"  false among random pairs of one region: {false * 1e4:.1f} in 10,000")
    print(f"\nsimulated people, characters against passport, log odds over {NAMES_AGREE}")
    for origin in ("TWN", "HKG", "MAC", "CHN", "SGP", "KOR", "VNM"):
        drawn = people(1_500, 11, {origin: 1})
        rows = list(zip(drawn["native"], drawn["passport"], drawn["romanisation"].cast(str), strict=True))
        simulated = [Pair(a, b, True, f"{n}", origin, kind) for n, (a, b, kind) in enumerate(rows) if not a.isascii()]
        crossed = [Pair(a.one, b.other, False, "", origin, "") for a, b in pairwise(simulated)]
        kinds: dict[str, list[bool]] = defaultdict(list)
        for pair, odds in zip(simulated, compare(simulated).odds(), strict=True):
            kinds[pair.kind].append(bool(odds > NAMES_AGREE))
        false = float((compare(crossed).odds() > NAMES_AGREE).mean())
        shares = ", ".join(f"{kind} {np.mean(hits):.2f} ({len(hits)})" for kind, hits in sorted(kinds.items()))
        print(f"  {origin}: {shares}; others of the region taken for them: {false * 1e4:.0f} in 10,000")


@app.command()
def speed(travellers: int = 10_000, entries: int = 100_000, flight: int = 300) -> None:
    """Time travellers against list entries on one core, and one flight in a warm process."""
    listed = people(entries, 1, LISTED)["passport"].to_list()
    coming = people(travellers, 2, SHARES)["passport"].to_list()
    prepare(listed[:10])
    candidates(prepare(coming[:2]), prepare(listed[:2]))
    score(pa.table({"name_a": coming[:2], "name_b": coming[:2]}))
    begun = time.perf_counter(), time.process_time()
    ready = prepare(listed)
    print(
        f"{entries:,} entries read: {time.perf_counter() - begun[0]:.1f} s ({time.process_time() - begun[1]:.1f} s CPU)"
    )
    begun = time.perf_counter(), time.process_time()
    found = candidates(prepare(coming), ready)
    wall, spent = time.perf_counter() - begun[0], time.process_time() - begun[1]
    print(
        f"{travellers:,} travellers against them: {wall:.1f} s ({spent:.1f} s of processor), {found.num_rows:,} pairs;"
        f" a million on 4 cores so: {wall * 250_000 / travellers:.0f} s ({spent * 250_000 / travellers:.0f} s)"
    )
    aboard = people(flight, 3, SHARES)["passport"].to_list()
    begun = time.perf_counter(), time.process_time()
    found = candidates(prepare(aboard), ready)
    likely = found.filter(np.asarray(found["name_log_odds"]) > NAMES_AGREE)
    names = [
        [source[n] for n in likely[side].to_pylist()] for source, side in ((aboard, "left_row"), (listed, "right_row"))
    ]
    score(likely.append_column("name_a", [names[0]]).append_column("name_b", [names[1]]))
    print(f"a flight of {flight}: {time.perf_counter() - begun[0]:.2f} s, with reasons for {likely.num_rows:,} pairs")


@app.command()
def tune(pairs: _Folder = PAIRS) -> None:
    """Fit the weights on the tuned share and print them for ``lakehouse.names.model``."""
    those = [pair for pair in same_person(pairs) if pair.tuned_on]
    different = compare(random_pairs(those, RANDOM_PAIRS, seed=1))
    weights, intercept = fit(compare([pair for pair in labelled(pairs) if pair.tuned_on]), compare(those), different)
    for name, weight in weights.items():
        print(f'    "{name}": {weight:.2f},')
    print(f"INTERCEPT = {intercept:.2f}")


if __name__ == "__main__":
    app()
