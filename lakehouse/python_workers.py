"""The process that Spark forks its Python workers from: names and declarations are loaded here, once for all of them.

Loading names takes ten seconds and half a gigabyte. Each worker did so for itself, at once with the others, and anew
after a minute without work; forked from here they have it, and share its memory.
"""

from __future__ import annotations

import gc

import pyarrow as pa
from pyspark import daemon


def load() -> None:
    """Import the declarations, and compare two names, so that tables are read and compiled code is there."""
    from lakehouse.names.matching import candidates, score
    from lakehouse.names.prepared import prepare
    from lakehouse.registry import tables

    tables()
    candidates(prepare(["LIN, SHU-HUI"]), prepare(["林淑慧"]))
    score(pa.table({"name_a": ["LIN, SHU-HUI"], "name_b": ["林淑慧"]}))
    # What the collector never looks at is never copied for a worker.
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    load()
    daemon.manager()  # type: ignore[no-untyped-call]
