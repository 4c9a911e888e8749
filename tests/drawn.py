"""Drawn frames filled up to all columns of a table."""

from __future__ import annotations

from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table


def filled(drawn: DataFrame, table: type[Table], **plain: Any) -> DataFrame:
    """``drawn`` with every column of ``table``: those not drawn as ``plain`` says, else null."""
    absent = {n: str(c.kind) for n, c in table.columns().items() if n not in drawn.columns}
    return drawn.withColumns({n: F.lit(plain.get(n)).cast(kind) for n, kind in absent.items()})
