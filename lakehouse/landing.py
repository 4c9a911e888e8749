"""Landed files: which there are, which are new, and what becomes of each delivery.

Everything here is decided from names, bytes and the ledger; no table is read or
written.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from math import isfinite
from pathlib import Path
from statistics import median
from typing import Any, Protocol

import pyarrow as pa

from lakehouse.declare import Bronze, Source, Supersession
from lakehouse.errors import SourceSurprise
from lakehouse.formats import ArrowFormat, DriverFormat, Record, SparkFormat
from lakehouse.read_ahead import Found, LandedFile, read_ahead

_CHUNK = 1 << 20

#: Files of a batch are read together, and held until they are published: bytes, as they are unpacked.
BATCH_BYTES = 384 << 20


class LedgerRow(Protocol):
    """What is read of a row of ``ops.file_ledger``."""

    def __getitem__(self, name: str) -> Any: ...


@dataclass(frozen=True)
class Delivery:
    """Files that are accepted or refused together."""

    name: str
    files: tuple[LandedFile, ...]

    @property
    def sha256(self) -> str:
        """Hash over the files' base names and hashes: equal content under another name is equal."""
        listed = sorted((Path(f.name).name if len(self.files) > 1 else "", f.sha256) for f in self.files)
        return hashlib.sha256(repr(listed).encode()).hexdigest()


@dataclass(frozen=True)
class Part:
    """One file of an accepted delivery on its way into its bronze table."""

    table: type[Bronze]
    file: LandedFile
    delivery: str
    release_number: int
    rows_count: int
    records: tuple[Record, ...] = field(default=(), repr=False)
    #: The same where the format gives columns.
    columns: pa.Table | None = field(default=None, repr=False)
    #: Records with faults, without their values; those that are refused stand here alone.
    faulty: tuple[Record, ...] = field(default=(), repr=False)

    @property
    def refused_count(self) -> int:
        """Records that are kept out of the table."""
        return sum(record.is_refused for record in self.faulty)

    def emptied(self) -> Part:
        """This part without what was read of the file."""
        return replace(self, records=(), columns=None)


@dataclass(frozen=True)
class Verdict:
    """What became of a delivery: ``outcome`` is accepted, refused or repeated."""

    delivery: Delivery
    outcome: str
    reason: str = ""
    release_number: int | None = None
    parts: tuple[Part, ...] = ()


def scan(landing: Path, source: Source) -> list[Delivery]:
    """Deliveries in the source's landing folder, in natural order of their names."""
    folder = landing / source.name
    if not folder.is_dir():
        return []
    found: dict[str, list[Path]] = {}
    for path in sorted((p for p in folder.rglob("*") if p.is_file()), key=lambda p: natural(str(p))):
        inside = path.relative_to(folder)
        if any(piece.startswith((".", "_")) for piece in inside.parts):
            continue
        if source.parted:
            name = source.name
        elif source.foldered and len(inside.parts) > 1:
            name = f"{source.name}/{inside.parent}"
        else:
            name = f"{source.name}/{inside}"
        found.setdefault(name, []).append(path)
    return [Delivery(name, tuple(_landed(p, landing) for p in paths)) for name, paths in found.items()]


def current(source: Source, ledger: Iterable[LedgerRow]) -> list[LedgerRow]:
    """Ledger rows of the files whose records readers of the source see."""
    accepted = [r for r in ledger if r["source"] == source.name and r["outcome"] == "accepted"]
    if source.supersession is Supersession.ALL:
        return accepted
    newest: dict[str, int] = {}
    for row in accepted:
        newest[row["source_delivery"]] = max(row["release_number"], newest.get(row["source_delivery"], 0))
    if source.supersession is Supersession.LATEST and newest:
        last = max(newest, key=natural)
        newest = {last: newest[last]}
    return [r for r in accepted if newest.get(r["source_delivery"]) == r["release_number"]]


def judge(
    source: Source,
    tables: Sequence[type[Bronze]],
    deliveries: Sequence[Delivery],
    ledger: Sequence[LedgerRow],
) -> list[Verdict]:
    """A verdict on every delivery that the ledger does not hold yet.

    A delivery whose bytes are known is repeated, or passed over where it stands
    under its own name. Structural faults refuse it whole; all are named at once.
    """
    own = [r for r in ledger if r["source"] == source.name]
    known = {r["delivery_sha256"]: r["source_delivery"] for r in own if r["outcome"] == "accepted"}
    releases: dict[str, int] = {}
    for row in own:
        if row["outcome"] == "accepted":
            name = row["source_delivery"]
            releases[name] = max(releases.get(name, 0), row["release_number"])
    usual = _usual_rows(tables, own)
    new = (file for delivery in deliveries if delivery.sha256 not in known for file in delivery.files)
    ahead = read_ahead([(file, tuple(t for t in tables if is_part(file.name, t))) for file in new])
    verdicts = []
    for delivery in deliveries:
        if delivery.sha256 in known:
            first = known[delivery.sha256]
            if first != delivery.name:
                verdicts.append(Verdict(delivery, "repeated", f"the same content as {first}"))
            continue
        release = releases.get(delivery.name, 0) + 1
        try:
            parts = _parts(source, tables, delivery, release, ahead)
            _check_volume(parts, usual)
        except SourceSurprise as surprise:
            verdicts.append(Verdict(delivery, "refused", str(surprise)))
            continue
        for part in parts:
            usual[part.table].append(rows_by_file(parts)[part.file.name])
        known[delivery.sha256], releases[delivery.name] = delivery.name, release
        verdicts.append(Verdict(delivery, "accepted", "", release, parts))
    return verdicts


def all_known(deliveries: Iterable[Delivery], ledger: Iterable[LedgerRow]) -> bool:
    """Whether every delivery was accepted under its own name, so that nothing is to be judged."""
    known = {(row["source_delivery"], row["delivery_sha256"]) for row in ledger if row["outcome"] == "accepted"}
    return all((delivery.name, delivery.sha256) in known for delivery in deliveries)


def batches(deliveries: Iterable[Delivery]) -> Iterator[list[Delivery]]:
    """Deliveries in their order, as many at a time as the driver's memory holds once they are read."""
    batch: list[Delivery] = []
    weight = 0
    for delivery in deliveries:
        mine = sum(file.weight for file in delivery.files)
        if batch and weight + mine > BATCH_BYTES:
            yield batch
            batch, weight = [], 0
        batch.append(delivery)
        weight += mine
    yield batch


def is_part(file: str, table: type[Bronze]) -> bool:
    """Whether a landed file is the part of a delivery that becomes ``table``."""
    return fnmatch(Path(file).name, table.part)


def natural(text: str) -> list[tuple[int, int, str]]:
    """Sort key that puts ``release-10`` behind ``release-9``."""
    return [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in re.split(r"(\d+)", text) if p]


def _landed(path: Path, landing: Path) -> LandedFile:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return LandedFile(path, str(path.relative_to(landing)), digest.hexdigest(), size)


def _parts(
    source: Source, tables: Sequence[type[Bronze]], delivery: Delivery, release: int, ahead: Found
) -> tuple[Part, ...]:
    matched: dict[type[Bronze], LandedFile] = {}
    faults = []
    for file in delivery.files:
        fitting = [t for t in tables if is_part(file.name, t)]
        if not fitting:
            faults.append(f"{file.name}: no table is declared for a file of this name ({_expected(tables)})")
        for table in fitting:
            matched[table] = file
    if source.parted or source.foldered:
        faults += [f"{t.part} is missing from the delivery" for t in tables if t not in matched]
    parts = []
    for table, file in matched.items():
        try:
            parts.append(_read(table, file, delivery.name, release, ahead))
        except SourceSurprise as surprise:
            faults.append(f"{file.name}: {surprise}")
    if faults:
        raise SourceSurprise(". ".join(faults))
    return tuple(parts)


def _read(table: type[Bronze], file: LandedFile, delivery: str, release: int, ahead: Found) -> Part:
    if file.bytes_count == 0:
        raise SourceSurprise("the file is empty (0 bytes)")
    if isinstance(table.format, SparkFormat):
        return Part(table, file, delivery, release, table.format.inspect(file.path, table))
    if isinstance(table.format, ArrowFormat):
        read = ahead[table, file.path]
        if isinstance(read, SourceSurprise):
            raise read
        columns, faulty = read
        part = Part(table, file, delivery, release, columns.num_rows, columns=columns, faulty=faulty)
        _check_refusals(part)
        return part
    reader: DriverFormat = table.format
    records = tuple(reader.records(file.content(), table))
    return Part(table, file, delivery, release, len(records), records)


def _check_refusals(part: Part) -> None:
    found, limit = part.rows_count + part.refused_count, part.table.quarantine_limit_ratio
    if part.refused_count > found * limit:
        raise SourceSurprise(
            f"{part.refused_count:,} of {found:,} records break their rules, more than the "
            f"{limit:.0%} that quarantine may take"
        )


def _check_volume(parts: Sequence[Part], usual: Mapping[type[Bronze], list[int]]) -> None:
    faults, of_files = [], rows_by_file(parts)
    for part in parts:
        volume, rows = part.table.volume, part.rows_count
        if not volume.at_least <= rows <= volume.at_most:
            faults.append(
                f"{part.file.name}: {rows:,} rows, expected between {volume.at_least:,} and {volume.at_most:,}"
            )
        elif rows and usual[part.table] and isfinite(volume.drift):
            normal, rows = max(1, median(usual[part.table])), of_files[part.file.name]
            if not normal / volume.drift <= rows <= normal * volume.drift:
                faults.append(
                    f"{part.file.name}: {rows:,} rows, more than {volume.drift:g} times off the usual {normal:,.0f}"
                )
    if faults:
        raise SourceSurprise(". ".join(faults))


def rows_by_file(parts: Sequence[Part]) -> Counter[str]:
    """Rows of each file in all tables that it becomes, as the ledger counts them."""
    counted: Counter[str] = Counter()
    for part in parts:
        counted[part.file.name] += part.rows_count
    return counted


def _usual_rows(tables: Sequence[type[Bronze]], own: Sequence[LedgerRow]) -> dict[type[Bronze], list[int]]:
    return {
        table: [r["rows_count"] for r in own if r["outcome"] == "accepted" and is_part(r["source_file"], table)]
        for table in tables
    }


def _expected(tables: Sequence[type[Bronze]]) -> str:
    return "expected " + ", ".join(t.part for t in tables)
