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
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.comparison_level_library import CustomLevel
from splink.comparison_library import CustomComparison

from lakehouse.comparisons import COMPARISONS, MOST_WEIGHT, SCORED, UNKNOWN
from lakehouse.names.agreement import NAMES_AGREE
from lakehouse.names.matching import score

#: Fewest pairs that parameters are estimated from; of fewer those that estimation starts from are taken.
FEWEST_PAIRS = 500
#: Fewest pairs that must show a level for its probabilities to be estimated: a few may all be of one class, and then
#: say that the other cannot show it.
FEWEST_OF_LEVEL = 20
#: Rounds of EM at a time, after which no probability is let below the least, and how often at most. Without it a level
#: that pairs of one class do not show comes out as impossible.
ROUNDS, MOST_TIMES = 5, 8
LEAST_PROBABILITY = 0.001
_STARTING_SHARE = 0.01

_ARROW = {"string": pa.string(), "double": pa.float64(), "boolean": pa.bool_(), "bigint": pa.int64()}
SCHEMA = pa.schema([(name, _ARROW[kind]) for name, kind in SCORED.items()])


def scored(pairs: pa.Table) -> pa.Table:
    """``pairs`` of ``identity_candidates`` with probabilities and evidence, as ``SCHEMA``, in the order of their keys.

    The same pairs in any order give the same table: DuckDB works on one thread, in memory, and loads nothing.
    """
    ordered = pairs.sort_by([("person_a_key", "ascending"), ("person_b_key", "ascending")])
    is_estimated = len(ordered) >= FEWEST_PAIRS
    levels = ordered.append_column("names", names_levels(ordered)).append_column("pair", pa.array(range(len(ordered))))
    found = _linked(levels.select(["pair", *COMPARISONS]), is_estimated).sort_by("pair")
    columns = {name: found[name] for name in found.column_names if name != "pair"}
    columns |= {f"{name}_evidence": levels[name] for name in COMPARISONS}
    columns |= {name: ordered[name] for name in SCORED if name in ordered.column_names}
    columns["is_estimated"] = pa.array([is_estimated] * len(ordered))
    return pa.table({name: columns[name] for name in SCORED}, schema=SCHEMA)


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
        rare = {
            (name, level)
            for name in COMPARISONS
            for level, pairs in Counter(levels[name].to_pylist()).items()
            if pairs < FEWEST_OF_LEVEL
        }
        model = Model({name: dict(declared.levels) for name, declared in COMPARISONS.items()}, _STARTING_SHARE)
        for _ in range(MOST_TIMES if is_estimated else 0):
            before, model = model, _learnt(Linker(sides, _settings(model, rare), log_level=logging.ERROR), model)
            if model.differs_from(before) < LEAST_PROBABILITY:
                break
        linker = Linker(sides, _settings(model, rare), log_level=logging.ERROR)
        predicted = linker.inference.predict(warning_mode="never").as_duckdbpyrelation()
        weight = f"round(greatest(-{MOST_WEIGHT}, least({MOST_WEIGHT}, {{}})), 3) AS {{}}"
        chosen = ["pair_l AS pair", "round(match_probability, 6) AS match_ratio"]
        chosen.append(weight.format("match_weight", "match_weight_score"))
        chosen += [weight.format(f"mw_{name}", f"{name}_score") for name in COMPARISONS]
        return predicted.project(", ".join(chosen)).to_arrow_table()
    finally:
        connection.close()


@dataclass(frozen=True)
class Model:
    """``levels``: of each comparison the levels' m and u; ``share``: pairs of one person of all pairs."""

    levels: dict[str, dict[str, tuple[float, float]]]
    share: float

    def differs_from(self, other: Model) -> float:
        """The largest difference of any parameter."""
        return max(
            abs(self.share - other.share),
            *(
                abs(mine - its)
                for name, levels in self.levels.items()
                for level, parameters in levels.items()
                for mine, its in zip(parameters, other.levels[name][level], strict=True)
            ),
        )


def _learnt(linker: Linker, model: Model) -> Model:
    """``model`` after some rounds of EM; what no pair shows stays as it is."""
    linker.training.estimate_parameters_using_expectation_maximisation(
        block_on("pair"),
        estimate_without_term_frequencies=True,
        fix_u_probabilities=False,
        populate_probability_two_random_records_match_from_trained_values=True,
    )
    told: dict[str, Any] = linker.misc.save_model_to_json()
    levels = {name: dict(known) for name, known in model.levels.items()}
    for comparison in told["comparisons"]:
        known = levels[comparison["output_column_name"]]
        for level in comparison["comparison_levels"]:
            label = level["label_for_charts"]
            if label in known:
                m, u = (level.get(f"{which}_probability") for which in "mu")
                known[label] = (_over_least(m, known[label][0]), _over_least(u, known[label][1]))
    return Model(levels, _over_least(told["probability_two_random_records_match"], model.share))


def _over_least(probability: Any, otherwise: float) -> float:
    return max(LEAST_PROBABILITY, probability) if isinstance(probability, float) else otherwise


#: No thread beside the worker's own, no file, no extension; the last forbids the others to be changed.
_CLOSED = (
    "SET threads = 1",
    "SET memory_limit = '2GB'",
    "SET temp_directory = ''",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET enable_external_access = false",
)


def _settings(model: Model, rare: Set[tuple[str, str]]) -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="pair",
        blocking_rules_to_generate_predictions=[block_on("pair")],
        comparisons=[_comparison(name, levels, rare) for name, levels in model.levels.items()],
        probability_two_random_records_match=model.share,
        max_iterations=ROUNDS,
        retain_intermediate_calculation_columns=True,
        retain_matching_columns=False,
    )


def _comparison(name: str, levels: Mapping[str, tuple[float, float]], rare: Set[tuple[str, str]]) -> CustomComparison:
    unknown = CustomLevel(f"{name}_l = '{UNKNOWN}'").configure(is_null_level=True)
    shown = [
        CustomLevel(f"{name}_l = '{level}'", level).configure(
            m_probability=m,
            u_probability=u,
            fix_m_probability=COMPARISONS[name].is_set or (name, level) in rare,
            fix_u_probability=(name, level) in rare,
        )
        for level, (m, u) in levels.items()
    ]
    return CustomComparison([unknown, *shown], name)
