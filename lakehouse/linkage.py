"""How probable it is that two identities are one person's: probabilistic record linkage without labels.

The model of Fellegi and Sunter (1969): of each comparison the probability of a level among pairs that are one person's
(m) and among those that are not (u); the evidence of a level is log2 m/u, and evidence adds up. The parameters, and the
share of pairs that are one person's, are estimated from the pairs themselves by expectation maximisation (Dempster,
Laird and Rubin 1977; Winkler 1988), with splink on DuckDB in memory.

Pairs that share a telephone are relatives above all, and EM finds whatever divides pairs best: it would part relatives
from colleagues. So the m of three comparisons are set: what one person's records cannot show but by mistake, another
sex or being in two places, nor often, another nationality. They hold the class that EM finds to what could be
one person. All else, the u of these three among it, is estimated.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.comparison_level_library import CustomLevel
from splink.comparison_library import CustomComparison

from lakehouse.names.matching import score
from lakehouse.names.model import NAMES_AGREE

#: Fewest pairs that parameters are estimated from; of fewer those that estimation starts from are taken.
FEWEST_PAIRS = 500
#: Fewest pairs that must show a level for its probabilities to be estimated: a few may all be of one class, and then
#: say that the other cannot show it.
FEWEST_OF_LEVEL = 20
#: Rounds of EM at most: the probability of a level that one class alone shows halves and halves, and says no more.
MOST_ROUNDS = 25
#: Weights beyond this are certainty, and kept finite.
MOST_WEIGHT = 40.0
_STARTING_SHARE = 0.01
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Comparison:
    """``levels``: of each the probability among pairs of one person and among others that estimation starts from."""

    levels: Mapping[str, tuple[float, float]]
    is_set: bool = False


COMPARISONS = {
    "names": Comparison({"alike": (0.40, 0.01), "one_family": (0.50, 0.24), "other": (0.10, 0.75)}),
    "birth": Comparison({"same": (0.20, 0.002), "misread": (0.10, 0.008), "near": (0.60, 0.50), "other": (0.10, 0.49)}),
    "sex": Comparison({"same": (0.98, 0.45), "other": (0.02, 0.55)}, is_set=True),
    "nationality": Comparison({"same": (0.95, 0.85), "other": (0.05, 0.15)}, is_set=True),
    "shared": Comparison({"document": (0.05, 0.005), "own_contact": (0.75, 0.40), "common_contact": (0.20, 0.595)}),
    # Of exits one in 250 leaves no record in the simulated feeds, and lost records are what contradicts a person alone.
    "presence": Comparison(
        {"completes": (0.02, 0.002), "alternates": (0.48, 0.06), "follows": (0.48, 0.37), "contradicts": (0.02, 0.568)},
        is_set=True,
    ),
}
_SCORED = (
    ("person_a_key", pa.string()),
    ("person_b_key", pa.string()),
    ("match_ratio", pa.float64()),
    ("match_weight_score", pa.float64()),
    *((f"{name}_evidence", pa.string()) for name in COMPARISONS),
    *((f"{name}_score", pa.float64()) for name in COMPARISONS),
    ("is_estimated", pa.bool_()),
    ("seen_together_pairs_count", pa.int64()),
    ("left_out_pairs_count", pa.int64()),
)
SCORED = pa.schema(_SCORED)
_SPARK_NAMES = {pa.string(): "string", pa.float64(): "double", pa.bool_(): "boolean", pa.int64(): "bigint"}
SCORED_DDL = ", ".join(f"{name} {_SPARK_NAMES[kind]}" for name, kind in _SCORED)


def scored(pairs: pa.Table) -> pa.Table:
    """``pairs`` of ``identity_candidates`` with probabilities and evidence, as ``SCORED``, in the order of their keys.

    The same pairs in any order give the same table: DuckDB works on one thread, in memory, and loads nothing.
    """
    ordered = pairs.sort_by([("person_a_key", "ascending"), ("person_b_key", "ascending")])
    is_estimated = len(ordered) >= FEWEST_PAIRS
    levels = ordered.append_column("names", names_levels(ordered)).append_column("pair", pa.array(range(len(ordered))))
    found = _linked(levels.select(["pair", *COMPARISONS]), is_estimated).sort_by("pair")
    columns = {name: found[name] for name in found.column_names if name != "pair"}
    columns |= {f"{name}_evidence": levels[name] for name in COMPARISONS}
    columns |= {name: ordered[name] for name in SCORED.names if name in ordered.column_names}
    columns["is_estimated"] = pa.array([is_estimated] * len(ordered))
    return pa.table({name: columns[name] for name in SCORED.names}, schema=SCORED)


def names_levels(pairs: pa.Table) -> pa.Array:
    """How names compare, by the best of their spellings: ``alike``, ``one_family`` or ``other``.

    Spellings are compared across scripts and romanisations (``lakehouse.names``), every one of a with every one of b.
    """
    rows, names_a, names_b = [], [], []
    for row, (some, others) in enumerate(zip(*(pairs[f"spellings_{s}"].to_pylist() for s in "ab"), strict=True)):
        for name in some:
            for other in others:
                rows.append(row)
                names_a.append(name)
                names_b.append(other)
    odds = score(pa.table({"name_a": pa.array(names_a, pa.string()), "name_b": pa.array(names_b, pa.string())}), False)
    best = np.full(len(pairs), -np.inf)
    np.maximum.at(best, np.array(rows, dtype=np.int64), odds["name_log_odds"].to_numpy())
    family = pairs["is_one_family"].to_numpy()
    return pa.array(np.select([best >= NAMES_AGREE, family], ["alike", "one_family"], "other"))


def _linked(levels: pa.Table, is_estimated: bool) -> pa.Table:
    connection = duckdb.connect(":memory:")
    try:
        for setting in _CLOSED:
            connection.execute(setting)
        api = DuckDBAPI(connection)
        # Each pair is one record on either side, linked by its number: what is compared is compared already.
        sides = [api.register(levels, dataset_display_name=side) for side in ("a", "b")]
        linker = Linker(sides, _settings(levels), log_level=logging.ERROR)
        if is_estimated:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on("pair"),
                estimate_without_term_frequencies=True,
                fix_u_probabilities=False,
                populate_probability_two_random_records_match_from_trained_values=True,
            )
        predicted = linker.inference.predict(warning_mode="never").as_duckdbpyrelation()
        weight = f"round(greatest(-{MOST_WEIGHT}, least({MOST_WEIGHT}, {{}})), 3) AS {{}}"
        chosen = ["pair_l AS pair", "round(match_probability, 6) AS match_ratio"]
        chosen.append(weight.format("match_weight", "match_weight_score"))
        chosen += [weight.format(f"mw_{name}", f"{name}_score") for name in COMPARISONS]
        return predicted.project(", ".join(chosen)).to_arrow_table()
    finally:
        connection.close()


#: No thread beside the worker's own, no file, no extension; the last forbids the others to be changed.
_CLOSED = (
    "SET threads = 1",
    "SET memory_limit = '2GB'",
    "SET temp_directory = ''",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET enable_external_access = false",
)


def _settings(levels: pa.Table) -> SettingsCreator:
    shown = {name: Counter(levels[name].to_pylist()) for name in COMPARISONS}
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="pair",
        blocking_rules_to_generate_predictions=[block_on("pair")],
        comparisons=[_comparison(name, declared, shown[name]) for name, declared in COMPARISONS.items()],
        probability_two_random_records_match=_STARTING_SHARE,
        max_iterations=MOST_ROUNDS,
        retain_intermediate_calculation_columns=True,
        retain_matching_columns=False,
    )


def _comparison(name: str, declared: Comparison, shown: Counter[str]) -> CustomComparison:
    unknown = CustomLevel(f"{name}_l = '{UNKNOWN}'").configure(is_null_level=True)
    levels = [
        CustomLevel(f"{name}_l = '{level}'", level).configure(
            m_probability=m,
            u_probability=u,
            fix_m_probability=declared.is_set or shown[level] < FEWEST_OF_LEVEL,
            fix_u_probability=shown[level] < FEWEST_OF_LEVEL,
        )
        for level, (m, u) in declared.levels.items()
    ]
    return CustomComparison([unknown, *levels], name)
