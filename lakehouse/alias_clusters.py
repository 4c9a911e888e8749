"""Resolved persons: identities that hang together by probable pairs, and whether they can be one person's at all.

Plain functions over Arrow tables; Spark calls them with all pairs over the threshold at once.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

MEMBERS = "cluster_key string, person_key string, confidence_ratio double, links_count bigint"
_SCHEMA = pa.schema(
    [
        ("cluster_key", pa.string()),
        ("person_key", pa.string()),
        ("confidence_ratio", pa.float64()),
        ("links_count", pa.int64()),
    ]
)


def clustered(links: pa.Table) -> pa.Table:
    """Members of the connected components of ``links``: rows as ``MEMBERS``, the key being the smallest member's.

    ``links`` has ``person_a_key``, ``person_b_key`` and ``match_ratio``, the probability of each. The confidence is the
    lowest probability among the links that hold a cluster together best, those of its maximum spanning tree: whoever
    doubts that link doubts the cluster.
    """
    if not len(links):
        return _SCHEMA.empty_table()
    # Imported where a graph is made, as it brings matplotlib with it.
    import igraph

    ends = [links[name].to_numpy() for name in ("person_a_key", "person_b_key")]
    persons, numbers = np.unique(np.concatenate(ends), return_inverse=True)
    graph = igraph.Graph(n=len(persons), edges=numbers.reshape(2, -1).T)
    graph.es["probability"] = links["match_ratio"].to_numpy()
    component = np.asarray(graph.connected_components().membership)
    tree = graph.spanning_tree(weights=[-probability for probability in graph.es["probability"]])
    confidence = np.ones(component.max() + 1)
    of_edge = component[[edge.source for edge in tree.es]]
    np.minimum.at(confidence, of_edge, tree.es["probability"])
    _, first = np.unique(component, return_index=True)
    counts = np.bincount(component[numbers[: len(links)]])
    return pa.table(
        [persons[first[component]], persons, confidence[component], counts[component]],
        schema=_SCHEMA,
    )
