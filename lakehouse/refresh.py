"""A table brought up to date with what it reads."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame

from lakehouse import groups
from lakehouse.audit import Audit, Auditor
from lakehouse.declare import Bronze, Kind, Model, Table
from lakehouse.errors import ModelUnknown, NotPublished, NotTrained, PromiseBroken
from lakehouse.privacy import key_name
from lakehouse.publication import Publication, fingerprint
from lakehouse.registry import needs_model, tables
from lakehouse.silver.crossings import Crossings
from lakehouse.store import Staged, Store, in_values

if TYPE_CHECKING:
    from ml.registry import Version
    from ml.serving import Served
    from ml.tracking import Tracking

log = logging.getLogger(__name__)

#: More slices than this are rebuilt as a whole.
MOST_SLICES = 5000
#: Slices of no more rows than this are dealt out to so many parts before they are built.
SPREAD_UP_TO, SLICE_PARTS = 1_000_000, 4


@dataclass(frozen=True)
class Refreshed:
    """What a run did with one table; ``part`` says which part was rebuilt, where not all was.

    ``audit`` is None where nothing was to be done.
    """

    table: type[Table]
    counts: dict[str, int]
    part: str | None = None
    audit: Audit | None = None

    @property
    def published(self) -> bool:
        """Whether readers see a new version."""
        return self.audit is not None


class Arguments:
    """Arguments of builds that are no tables. ``as_of`` None means: the last day the crossings tell of."""

    def __init__(self, store: Store, as_of: date | None) -> None:
        self._store, self._as_of = store, as_of

    @cached_property
    def as_of(self) -> date:
        """Day as of which stays are judged. Later than the records reach, nothing could be known."""
        if self._as_of:
            return self._as_of
        return self._store.last_day(Crossings, "crossed_on") or self._store.at.date()

    @cached_property
    def known_until(self) -> dict[str, date]:
        """Per border state the day as of which it is judged: never later than its own records reach.

        A later day that is given holds for the state whose records reach farthest.
        """
        last = self._store.last_days(Crossings, "crossed_on", per="border_state")
        latest = max(last.values(), default=None)
        return {state: self.as_of if day == latest else min(day, self.as_of) for state, day in sorted(last.items())}

    def values(self, store: Store, table: type[Table]) -> dict[str, Any]:
        """Arguments that ``table.build`` takes, frames through the session of ``store``."""
        known: dict[str, Callable[[], Any]] = {
            "as_of": lambda: self.as_of,
            "known_until": lambda: self.known_until,
            "keyring": store.keyring,
        }
        models = {name: self._served(model) for name, model in table.models().items()}
        return {name: known[name]() for name in table.parameters()} | models

    def names(self, table: type[Table]) -> dict[str, str]:
        """The same as texts that may be kept: of a secret only its fingerprint."""
        known: dict[str, Callable[[], str]] = {
            "as_of": lambda: self.as_of.isoformat(),
            "known_until": lambda: " ".join(f"{state}={day}" for state, day in self.known_until.items()),
            "keyring": lambda: key_name(self._store.settings.key_file),
        }
        models = {name: _named(self._version(model)) for name, model in table.models().items()}
        return {name: known[name]() for name in table.parameters()} | models

    def _version(self, model: Model) -> Version:
        """Raises ``NotTrained``."""
        from ml.serving import in_use

        try:
            return in_use(self._tracking, model.name)
        except ModelUnknown:
            raise NotTrained(
                f"No version of {model.name} is registered to score by. Where enough is known to learn it from, "
                f"`lakehouse run` trains a first one, and `lakehouse train {model.name}` the next."
            ) from None

    def _served(self, model: Model) -> Served:
        from ml.serving import load

        return load(self._tracking, model.name, str(self._version(model).number))

    @cached_property
    def _tracking(self) -> Tracking:
        # MLflow takes seconds to import, and is needed by who scores alone.
        from ml.tracking import Tracking

        return Tracking.of(self._store.settings)


def _named(version: Version) -> str:
    return f"{version.model} version {version.number}{', champion' if version.is_champion else ''}"


def refresh(store: Store, auditor: Auditor, table: type[Table], arguments: Arguments) -> Refreshed:
    """Rebuild what has changed of ``table``: nothing, some slices, or all.

    Raises ``NotPublished`` where an input has no good version yet, and
    ``PromiseBroken`` where the new rows are not fit to be seen; readers then
    keep the version they have.
    """
    with store.locked(table):
        last, made_from = store.last(table), _made_from(store, table, arguments)
        versions, parameters, code = made_from
        if last and last.made_from == made_from:
            return Refreshed(table, last.counts)
        same = last is not None and (last.parameters, last.code) == (parameters, code)
        if last and same and (done := _by_group(store, auditor, table, arguments, last, made_from)):
            return done
        only = _slices(store, table, last, versions) if last and same else None
        rows_count = _rows_to_read(store, table, last, only)
        many, store = store, store.suited_to(rows_count)
        staged = _staged(store, table, arguments, versions, only, rows_count)
        audit = _audited(many, auditor, table, staged, only)
        touched = store.touched(staged, _told_of(table), only)
        said = Publication(store.run_id, versions, parameters, code, staged.counts, touched)
        store.publish(staged, said, only, last)
        part = f"{len(next(iter(only.values())))} of its {table.slice} slices rebuilt" if only else None
        return Refreshed(table, staged.counts, part, audit)


def _by_group(
    store: Store,
    auditor: Auditor,
    table: type[Table],
    arguments: Arguments,
    last: Publication,
    made_from: tuple[dict[str, int], dict[str, str], str],
) -> Refreshed | None:
    """Rebuild the groups of ``table`` whose rows changed; None where the whole table is to be rebuilt."""
    versions = made_from[0]
    found = groups.changed(store, table, last, versions)
    staged = groups.staged(store, table, found, versions, arguments.values(store, table)) if found else None
    if found is None or staged is None:
        return None
    audit = groups.audited(store, auditor, staged, found)
    before = found.rows_of(store.read(table))
    store.replace_groups(staged, before, Publication(store.run_id, *made_from, staged.counts))
    return Refreshed(table, staged.counts, f"{found.words} values rebuilt", audit)


def _told_of(table: type[Table]) -> list[str]:
    """Columns of which readers want to know which values changed: those they are sliced by, and its own slice."""
    readers = [reader for reader in tables().values() if table in reader.inputs().values()]
    wanted = {reader.slice for reader in readers} | {table.slice for reader in readers if reader.rebuilt_by}
    return sorted(column for column in wanted if column in table.columns())


def is_current(store: Store, table: type[Table], arguments: Arguments) -> bool:
    """Whether ``refresh`` would find nothing to do; raises ``NotPublished`` as it does."""
    last = store.last(table)
    return last is not None and last.made_from == _made_from(store, table, arguments)


def _made_from(store: Store, table: type[Table], arguments: Arguments) -> tuple[dict[str, int], dict[str, str], str]:
    return _versions(store, table), arguments.names(table), fingerprint(table)


def _versions(store: Store, table: type[Table]) -> dict[str, int]:
    versions = {}
    for source in table.inputs().values():
        last = store.last(source)
        if last is None and not issubclass(source, Bronze):
            missing = NotTrained if needs_model(source) else NotPublished
            raise missing(f"{table.full_name()} waits for {source.full_name()}, which has no good version yet.")
        versions[source.full_name()] = last.version if last else -1
    return versions


def _rows_to_read(
    store: Store, table: type[Table], last: Publication | None, only: dict[str, list[str]] | None
) -> int | None:
    """About how many rows a build reads: of sliced inputs those that changed; None where it cannot be told."""
    counts: list[int | None] = []
    for source in table.inputs().values():
        if last and only and next(iter(only)) in source.columns():
            since = last.inputs.get(source.full_name(), -1)
            counts += [p.counts["staged"] for p in store.history(source, since)]
        else:
            counts.append(store.rows_count(source))
    return None if None in counts else sum(count or 0 for count in counts)


def _slices(
    store: Store, table: type[Table], last: Publication, versions: dict[str, int]
) -> dict[str, list[str]] | None:
    """Values of the slice column to be rebuilt; None where all must be."""
    if not table.slice:
        return None
    found: set[str] = set()
    for source in table.inputs().values():
        name = source.full_name()
        if last.inputs.get(name) == versions[name]:
            continue
        for publication in store.history(source, since=last.inputs.get(name, -1)):
            if table.slice not in publication.touched:
                return None
            found |= set(publication.touched[table.slice])
    # A text that is no day cannot be asked for; the whole table sends its rows to quarantine.
    if table.columns()[table.slice].kind == Kind.DATE and not all(map(_is_day, found)):
        return None
    return {table.slice: sorted(found)} if len(found) <= MOST_SLICES else None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _staged(
    store: Store,
    table: type[Table],
    arguments: Arguments,
    versions: dict[str, int],
    only: dict[str, list[str]] | None,
    rows_count: int | None,
) -> Staged:
    frames = {}
    for name, source in table.inputs().items():
        version = versions[source.full_name()]
        frame = store.read(source, version if version >= 0 else None)
        sliced = only is not None and next(iter(only)) in source.columns()
        frames[name] = (
            _spread(frame.where(in_values(source, only)), rows_count) if only is not None and sliced else frame
        )
    built = table.build(**frames, **arguments.values(store, table))
    staged = store.stage(table, built.where(in_values(table, only)) if only is not None else built)
    refused, all_rows = staged.counts["refused"], staged.counts["staged"]
    if refused > all_rows * table.quarantine_limit_ratio:
        raise PromiseBroken(
            f"{table.full_name()} keeps its last good version: {refused:,} of {all_rows:,} rows break its rules, "
            f"more than the {table.quarantine_limit_ratio:.0%} that quarantine may take. "
            "Look at the source, or at the rules."
        )
    return staged


def _spread(slices: DataFrame, rows_count: int | None) -> DataFrame:
    """Few slices often lie in one file, which one core would read and build alone."""
    return slices.repartition(SLICE_PARTS) if rows_count is not None and rows_count <= SPREAD_UP_TO else slices


def _audited(
    store: Store, auditor: Auditor, table: type[Table], staged: Staged, only: dict[str, list[str]] | None
) -> Audit:
    beside = store.read(table).where(f"NOT ({in_values(table, only)})") if only is not None else None
    return auditor.audit(staged, beside)
