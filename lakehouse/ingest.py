"""New deliveries of a source into its bronze tables."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from lakehouse.audit import Audit, Auditor
from lakehouse.compile.spark import schema
from lakehouse.declare import PROVENANCE, Bronze, Source, Supersession
from lakehouse.errors import SourceSurprise
from lakehouse.formats import SparkFormat
from lakehouse.landing import Delivery, Part, Verdict, batches, judge, rows_by_file, scan
from lakehouse.ops.file_ledger import FileLedger
from lakehouse.publication import MOST_TOUCHED, Publication, fingerprint
from lakehouse.store import ReadFault, Store, of_rows

log = logging.getLogger(__name__)

#: Tables of one source that are published at a time.
TABLES_AT_ONCE = 3

LEDGER_ROW = Row(*FileLedger.columns())


@dataclass(frozen=True)
class Ingested:
    """What a run did with the files of one source."""

    source: Source
    verdicts: tuple[Verdict, ...]
    files_known: int
    rows_count: int
    audits: tuple[Audit, ...] = ()

    def files(self, outcome: str) -> int:
        """How many files met ``outcome``."""
        return sum(len(v.delivery.files) for v in self.verdicts if v.outcome == outcome)


def ingest(store: Store, auditor: Auditor, source: Source, tables: list[type[Bronze]]) -> Ingested:
    """Read what is new in the source's landing folder; the ledger's commit makes it visible.

    A delivery with a structural fault is refused whole and the others go on.
    Raises ``PromiseBroken`` where an audit of accepted files fails.
    """
    with store.locked(tables[0]):
        deliveries = scan(store.settings.landing, source)
        verdicts: list[Verdict] = []
        audits: list[Audit] = []
        for batch in batches(deliveries):
            judged, checked = _ingest(store, auditor, source, tables, batch)
            verdicts += judged
            audits += checked
        known = sum(len(d.files) for d in deliveries) - sum(len(v.delivery.files) for v in verdicts)
        rows = sum(p.rows_count for v in verdicts for p in v.parts)
        return Ingested(source, tuple(verdicts), known, rows, tuple(audits))


def _ingest(
    store: Store, auditor: Auditor, source: Source, tables: list[type[Bronze]], batch: list[Delivery]
) -> tuple[list[Verdict], list[Audit]]:
    verdicts = judge(source, tables, batch, store.ledger())
    try:
        audits = _publish(store, auditor, verdicts)
    except Exception:
        damaged = _damaged(verdicts)
        if not damaged:
            raise
        verdicts = [
            Verdict(v.delivery, "refused", damaged[v.delivery.name]) if v.delivery.name in damaged else v
            for v in verdicts
        ]
        audits = _publish(store, auditor, verdicts)
    _record(store, source, verdicts)
    # What was read goes before the next batch is read.
    return [replace(v, parts=tuple(p.emptied() for p in v.parts)) for v in verdicts], audits


def _publish(store: Store, auditor: Auditor, verdicts: list[Verdict]) -> list[Audit]:
    parts: dict[type[Bronze], list[Part]] = {}
    for verdict in verdicts:
        for part in verdict.parts:
            parts.setdefault(part.table, []).append(part)
    in_order = sorted(parts, key=lambda table: table.full_name())
    with ThreadPoolExecutor(TABLES_AT_ONCE) as pool:
        return list(pool.map(lambda table: _publish_table(store, auditor, table, parts[table]), in_order))


def _publish_table(store: Store, auditor: Auditor, table: type[Bronze], parts: list[Part]) -> Audit:
    rows_count = sum(p.rows_count for p in parts)
    suited = store.suited_to(rows_count)
    if isinstance(table.format, SparkFormat):
        staged = suited.staged_already(table, _of_files(suited, table, parts), rows_count, None)
    else:
        local = _of_parts(suited, table, parts)
        landed = suited.staged_already(table, suited.hold(table, local), rows_count, local)
        staged = replace(landed, counts=landed.counts | _counts(parts), read_faults=_read_faults(parts))
    audit = auditor.audit(staged)
    said = Publication(store.run_id, {}, {}, fingerprint(table), staged.counts, _touched(table, parts, staged.local))
    only = {"source_sha256": suited.left_behind({p.file.sha256 for p in parts}, table)}
    suited.publish(staged, said, only, store.last(table))
    return audit


def _touched(table: type[Bronze], parts: list[Part], local: pa.Table | None) -> dict[str, list[str]]:
    """Values of the slice column that these files speak of; nothing where they replace others, which may differ."""
    if table.source.supersession is not Supersession.EACH:
        return {}
    if table.slice == "source_delivery":
        values: set[str | None] = {p.delivery for p in parts}
    elif local is None or any(p.release_number > 1 for p in parts):
        return {}
    else:
        values = set(local[table.slice].unique().to_pylist())
    known = {value for value in values if value is not None}
    return {str(table.slice): sorted(known)} if len(known) == len(values) <= MOST_TOUCHED else {}


def _of_parts(store: Store, table: type[Bronze], parts: list[Part]) -> pa.Table:
    _ = store.spark  # A session has to be there before types are parsed.
    declared = to_arrow_schema(schema(table))
    own = pa.schema([declared.field(name) for name in (*table.raw_columns(), "source_line")])
    found = pa.concat_tables([(_of_records(p, own) if p.columns is None else p.columns).cast(own) for p in parts])
    of_part = [_provenance(store, part) for part in parts]
    place = pa.array(np.repeat(np.arange(len(parts)), [part.rows_count for part in parts]))
    for name in of_part[0]:
        told = pa.array([facts[name] for facts in of_part], declared.field(name).type)
        found = found.append_column(name, told.take(place))
    return found.select(declared.names)


def _of_records(part: Part, own: pa.Schema) -> pa.Table:
    columns: dict[str, list[Any]] = {name: [record.values.get(name) for record in part.records] for name in own.names}
    return pa.table(columns | {"source_line": [record.line for record in part.records]}, schema=own)


def _counts(parts: list[Part]) -> dict[str, int]:
    refused = sum(p.refused_count for p in parts)
    blanked = sum(len(p.faulty) for p in parts) - refused
    return {"staged": sum(p.rows_count for p in parts) + refused, "refused": refused, "blanked": blanked}


def _read_faults(parts: list[Part]) -> dict[str, tuple[ReadFault, ...]]:
    """What reading found wrong with single records, by delivery; one that replaces another is there in any case."""
    return {
        part.delivery: tuple(
            ReadFault(part.file.sha256, record.line, fault) for record in part.faulty for fault in record.faults
        )
        for part in parts
        if part.faulty or part.release_number > 1
    }


def _of_files(store: Store, table: type[Bronze], parts: list[Part]) -> DataFrame:
    reader = store.spark.read  # A session has to be there before types are parsed.
    raw = [f for f in schema(table).fields if f.name not in PROVENANCE]
    landed = reader.schema(StructType(raw)).parquet(*(str(p.file.path) for p in parts))
    facts = [(p.file.path.as_uri(), *_provenance(store, p).values()) for p in parts]
    names = list(_provenance(store, parts[0]))
    kinds = ", ".join(f"{n} {table.columns()[n].kind}" for n in names)
    of_file = of_rows(store.spark, facts, f"_uri string, {kinds}")
    uri = F.regexp_replace(F.col("_metadata.file_path"), "^file:/+", "file:///")
    line = (F.col("_metadata.row_index") + 1).alias("source_line")
    return landed.select("*", line, uri.alias("_uri")).join(F.broadcast(of_file), "_uri").drop("_uri")


def _provenance(store: Store, part: Part) -> dict[str, Any]:
    return {
        "source_file": part.file.name,
        "source_sha256": part.file.sha256,
        "source_delivery": part.delivery,
        "release_number": part.release_number,
        "ingested_at_utc": store.at,
        "run_id": store.run_id,
    }


def _damaged(verdicts: list[Verdict]) -> dict[str, str]:
    """Deliveries whose files Spark cannot read through, with the fault: footers alone do not tell."""
    found = {}
    for verdict in verdicts:
        for part in verdict.parts:
            if isinstance(part.table.format, SparkFormat):
                try:
                    part.table.format.verify(part.file.path)
                except SourceSurprise as surprise:
                    found[verdict.delivery.name] = f"{part.file.name}: {surprise}"
    return found


def _record(store: Store, source: Source, verdicts: list[Verdict]) -> None:
    """Put verdicts into the ledger; what stands there already is not said twice."""
    said = {(r["source_file"], r["source_sha256"], r["outcome"], r["reason"]) for r in store.ledger()}
    rows = []
    for verdict in verdicts:
        counted = rows_by_file(verdict.parts)
        for file in verdict.delivery.files:
            if (file.name, file.sha256, verdict.outcome, verdict.reason) in said:
                continue
            accepted = verdict.outcome == "accepted"
            rows.append(
                LEDGER_ROW(
                    source.name,
                    file.name,
                    file.sha256,
                    verdict.delivery.name,
                    verdict.delivery.sha256,
                    verdict.release_number,
                    verdict.outcome,
                    verdict.reason,
                    file.bytes_count,
                    counted[file.name] if accepted else None,
                    store.at,
                    store.run_id,
                )
            )
    if rows:
        store.record(rows)
