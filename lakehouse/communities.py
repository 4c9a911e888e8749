"""Communities of those who travel together, and which of one month is which of the month before.

Plain functions over Arrow tables; Spark calls them with one month's graph, and
with all communities' links. Same edges in any order give the same communities.
"""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

#: Constant Potts model, which finds small communities in a large graph as well (Traag, Van Dooren, Nesterov 2011):
#: a community is kept where more than this share of its pairs travel together. A tenth keeps a courier with ten
#: others in one, and two families of four that share one journey in two.
RESOLUTION = 0.1
#: Fewest persons of a community; two are an edge.
FEWEST_PERSONS = 3
SEED = 20251201

MEMBERS = "month_start_date date, person_key string, label string, persons_count bigint, edges_count bigint"
FOUNDED = "month_start_date date, label string, founded_month_date date, founder string"


def detected(edges: pa.Table) -> pa.Table:
    """Members of the communities of one month: rows as ``MEMBERS``, the label being the smallest person's key.

    ``edges`` has ``month_start_date``, the same in each row, ``person_a_key``
    and ``person_b_key``.
    """
    ends = [edges.column(name).to_numpy() for name in ("person_a_key", "person_b_key")]
    persons, numbers = np.unique(np.concatenate(ends), return_inverse=True)
    pairs = numbers.reshape(2, -1).T
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    _, first, community, size = np.unique(
        _leiden(len(persons), pairs), return_index=True, return_inverse=True, return_counts=True
    )
    within = community[pairs[:, 0]][community[pairs[:, 0]] == community[pairs[:, 1]]]
    edges_within = np.bincount(within, minlength=len(size))
    kept = size[community] >= FEWEST_PERSONS
    of_person = community[kept]
    month = edges.column("month_start_date")[0].as_py()
    return pa.table(
        {
            "month_start_date": pa.array([month] * int(kept.sum()), pa.date32()),
            "person_key": pa.array(persons[kept], pa.string()),
            "label": pa.array(persons[first[of_person]], pa.string()),
            "persons_count": pa.array(size[of_person], pa.int64()),
            "edges_count": pa.array(edges_within[of_person], pa.int64()),
        }
    )


def founded(links: pa.Table) -> pa.Table:
    """When each community was founded and by which label it was then known: rows as ``FOUNDED``.

    ``links`` has a row per community and month: ``month_start_date``, ``label``
    and ``label_before``, its label in the month before, null where it is new.
    """
    before: dict[str, tuple[Any, str]] = {}
    now: dict[str, tuple[Any, str]] = {}
    current, rows = None, []
    for link in links.sort_by([("month_start_date", "ascending"), ("label", "ascending")]).to_pylist():
        month, label = link["month_start_date"], link["label"]
        if month != current:
            before, now, current = now, {}, month
        now[label] = before.get(link["label_before"], (month, label))
        rows.append((month, label, *now[label]))
    names = ("month_start_date", "label", "founded_month_date", "founder")
    kinds = (pa.date32(), pa.string(), pa.date32(), pa.string())
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return pa.table({n: pa.array(list(c), k) for n, k, c in zip(names, kinds, columns, strict=True)})


def _leiden(persons_count: int, pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    # Imported where a graph is made, as it brings matplotlib with it.
    import igraph

    igraph.set_random_number_generator(Random(SEED))
    graph = igraph.Graph(n=persons_count, edges=pairs)
    # A negative number of iterations goes on until nothing improves (Traag, Waltman, van Eck 2019).
    found = graph.community_leiden(objective_function="CPM", resolution=RESOLUTION, n_iterations=-1)
    return np.asarray(found.membership)
