"""Person keys and thin cells: everything that stands between a person and a reader.

A person key is HMAC-SHA-256 (RFC 2104) of an identifier under a secret that
lives in one file outside the project. The secret reaches Spark as a file that
Spark itself reads, so no plan, log or error holds it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from lakehouse.errors import SetupIncomplete

#: Fewest persons or events that a published cell may stand for (UNSD handbook on
#: statistical disclosure: threshold rule; agencies use 3 to 10).
THIN_BELOW = 10

#: Value that stands for all cells of a group that are too thin to be shown.
WITHHELD = "withheld"

KEY_SCHEMA = "inner string, outer string"
_BLOCK = 64


def keyring_of(secret: bytes) -> tuple[str, str]:
    """The two padded keys of HMAC for ``secret``, in hexadecimal."""
    padded = secret.ljust(_BLOCK, b"\0")
    if len(padded) > _BLOCK:
        raise ValueError(f"the secret is longer than {_BLOCK} bytes")
    return bytes(b ^ 0x36 for b in padded).hex(), bytes(b ^ 0x5C for b in padded).hex()


def ensure_key(path: Path) -> Path:
    """Make the secret at first use, readable by its owner alone; never overwrite it.

    Raises ``SetupIncomplete`` where others may read a secret that is there.
    """
    if path.exists():
        if path.stat().st_mode & 0o077:
            raise SetupIncomplete(f"Others may read the key for person keys. Run: chmod 600 {path}")
        return path
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(",".join(keyring_of(secrets.token_bytes(32))) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path


def with_person_key(frame: DataFrame, keyring: DataFrame, identifier: Column, context: str, name: str) -> DataFrame:
    """``frame`` with a column ``name``: 32 hexadecimal digits that stand for ``identifier``.

    ``context`` separates kinds of identifiers, so that equal numbers of
    different documents get different keys. A null identifier has no key.
    ``keyring`` is one row with ``inner`` and ``outer``.
    """
    message = F.concat(F.lit(f"{context}|"), identifier.cast("string")).cast("binary")
    inside = F.unhex(F.sha2(F.concat(F.unhex("_inner"), message), 256))
    keyed = F.substring(F.sha2(F.concat(F.unhex("_outer"), inside), 256), 1, 32)
    ring = F.broadcast(keyring.select(F.col("inner").alias("_inner"), F.col("outer").alias("_outer")))
    return frame.crossJoin(ring).withColumn(name, keyed).drop("_inner", "_outer")


def pool_thin_cells(
    cells: DataFrame, pooled: str, persons: str, sums: Sequence[str] = (), per: Sequence[str] = ()
) -> DataFrame:
    """Put all cells of fewer than ten persons together, so that none can be read.

    ``cells`` has one row per ``per`` and ``pooled``. In each group ``per`` the
    cells whose count ``persons`` is below ten become one cell, called
    ``withheld``, with the sums of ``persons`` and ``sums``. A pool that is
    itself below ten takes the group's smallest other cell in as well, so that
    it cannot be found by subtraction; where a group as a whole is below ten,
    it stays as one withheld cell with null counts. ``cells_count`` tells how
    many cells each row stands for, and is never null.
    """
    measures = [persons, *sums]
    thin = F.col(persons) < THIN_BELOW
    group = [F.col(name) for name in per]
    whole = Window.partitionBy(*group)
    ascending = whole.orderBy(thin.desc(), persons, pooled)
    before = F.sum(persons).over(ascending.rowsBetween(Window.unboundedPreceding, -1))
    has_thin = F.max(thin).over(whole)
    joins_pool = thin | (has_thin & (F.coalesce(before, F.lit(0)) < THIN_BELOW))
    name = F.when(F.col("_pool"), F.lit(WITHHELD)).otherwise(F.col(pooled))
    shown = F.when(F.col(f"_{persons}") >= THIN_BELOW, True)
    return (
        cells.withColumn("_pool", joins_pool)
        .groupBy(*group, name.alias(pooled))
        .agg(F.count("*").alias("cells_count"), *(F.sum(m).alias(f"_{m}") for m in measures))
        .select(*per, pooled, "cells_count", *(F.when(shown, F.col(f"_{m}")).alias(m) for m in measures))
    )


def withhold_thin_rows(frame: DataFrame, persons: str, measures: Sequence[str]) -> DataFrame:
    """Null ``measures`` of rows that stand for fewer than ten persons; the rows stay and can be counted."""
    enough = F.col(persons) >= THIN_BELOW
    kept = [F.when(enough, F.col(n)).alias(n) if n in measures else F.col(n) for n in frame.columns]
    return frame.select(*kept)


def key_name(path: Path) -> str:
    """Eight hexadecimal digits that tell one secret from another and nothing more."""
    return hashlib.sha256(b"name of the key|" + ensure_key(path).read_bytes()).hexdigest()[:8]
