"""One step of a run: a source ingested or a table refreshed, told in one line."""

from __future__ import annotations

import logging
import time
import uuid
from dataclasses import dataclass
from datetime import date, datetime

from lakehouse import logs
from lakehouse.audit import Audit, Auditor
from lakehouse.disk import check_writable
from lakehouse.errors import LakehouseError, NotPublished, NotTrained, TooLittleKnown
from lakehouse.in_service import record_standing, unrecorded
from lakehouse.ingest import ingest
from lakehouse.landing import Part, Verdict, all_known, scan
from lakehouse.processes import hand_back_memory
from lakehouse.refresh import Arguments, is_current, refresh
from lakehouse.registry import sources, table
from lakehouse.session import Sessions
from lakehouse.settings import Settings
from lakehouse.silver.quarantine import Quarantine
from lakehouse.store import Store, now_utc

log = logging.getLogger(__name__)

#: More deliveries than these that say nothing new are told of in one sentence.
TOLD_APART = 3

#: What steps that train models are called, before the model's name.
MODEL = "model."

#: Outcomes of a step after which the run's exit status is not zero.
BAD = ("refused", "failed", "waiting")


@dataclass(frozen=True)
class Step:
    """What became of a source, table or model.

    ``outcome``: published, unchanged, skipped (no files, or too little known to
    train a model), refused (some files), failed (an audit or the build),
    waiting (an input has no good version), trained.
    """

    name: str
    outcome: str
    rows_read: int = 0
    rows_refused: int = 0
    values_blanked: int = 0
    rows_published: int = 0
    seconds: float = 0.0
    messages: tuple[str, ...] = ()
    audits: tuple[Audit, ...] = ()
    #: Whether this step put anything into quarantine.
    put_aside: bool = False


@dataclass
class Bench:
    """The session, store and auditor that the steps of a run share."""

    store: Store
    auditor: Auditor
    arguments: Arguments

    @classmethod
    def open(
        cls, sessions: Sessions, settings: Settings, as_of: date | None = None, at: datetime | None = None
    ) -> Bench:
        """Ready for steps; raises ``WarehouseUnwritable``. ``at`` is the clock's only reading."""
        check_writable(settings.warehouse)
        hand_back_memory()
        at = at or now_utc()
        run_id = f"{at:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
        store = Store(sessions, settings, run_id, at)
        store.sweep()
        return cls(store, Auditor(settings.warehouse / "data_docs"), Arguments(store, as_of))


def has_work(bench: Bench, name: str) -> bool:
    """Whether the step called ``name`` would do anything, told without a session."""
    source = next((s for s in sources() if s.name == name), None)
    if source:
        return not all_known(scan(bench.store.settings.landing, source), bench.store.ledger())
    if name.startswith(MODEL):
        return _is_due(bench, name.removeprefix(MODEL))
    if table(name).after_all_gold and unrecorded(bench.store):
        return True
    try:
        return not is_current(bench.store, table(name), bench.arguments)
    except NotPublished:
        return False


def _is_due(bench: Bench, model: str) -> bool:
    from ml.first import is_due

    try:
        return is_due(bench.store, model)
    except NotPublished:
        return False


def train_model(bench: Bench, name: str) -> Step:
    """Train a first version of the model that the step called ``name`` is for, where none is registered."""
    begun = time.monotonic()
    # What models are made with takes seconds to import.
    from ml.first import train_first

    model = name.removeprefix(MODEL)
    try:
        made = train_first(bench.store, model)
    except TooLittleKnown as fault:
        return Step(name, "skipped", seconds=time.monotonic() - begun, messages=(str(fault),))
    except NotPublished as fault:
        return Step(name, "waiting", seconds=time.monotonic() - begun, messages=(str(fault),))
    except Exception as fault:
        return _failed(name, fault, begun)
    if made is None:
        return Step(name, "unchanged", seconds=time.monotonic() - begun)
    said = f"version {made.logged.version} is for reviewers to judge: `lakehouse model show {model}`"
    return Step(name, "trained", seconds=time.monotonic() - begun, messages=(said,))


def ingest_source(bench: Bench, name: str) -> Step:
    """Ingest what is new in the landing folder of the source called ``name``."""
    begun = time.monotonic()
    source, declared = next((s, t) for s, t in sources().items() if s.name == name)
    try:
        done = ingest(bench.store, bench.auditor, source, declared)
    except Exception as fault:
        return _failed(name, fault, begun)
    messages = _told(done.verdicts)
    faulty: dict[str, list[Part]] = {}
    for part in (p for v in done.verdicts for p in v.parts if p.faulty):
        faulty.setdefault(part.table.full_name(), []).append(part)
    messages += tuple(map(_put_aside, faulty.values()))
    if done.files("refused"):
        outcome = "refused"
    elif done.files("accepted"):
        outcome = "published"
    elif done.files_known or done.files("repeated"):
        outcome = "unchanged"
    else:
        outcome, messages = "skipped", (f"no files in {bench.store.settings.landing / name}",)
    refused = sum(len(v.delivery.files) for v in done.verdicts if v.outcome == "refused")
    return Step(
        name,
        outcome,
        done.rows_count,
        refused,
        sum(len(p.faulty) - p.refused_count for v in done.verdicts for p in v.parts),
        done.rows_count,
        time.monotonic() - begun,
        messages,
        done.audits,
        any(p.faulty for v in done.verdicts for p in v.parts),
    )


def _told(verdicts: tuple[Verdict, ...]) -> tuple[str, ...]:
    """A sentence for each delivery that was not accepted; of many that repeat others, one for all of them."""
    repeated = [v for v in verdicts if v.outcome == "repeated"]
    apart = [v for v in verdicts if v.outcome == "refused" or (v.outcome == "repeated" and len(repeated) <= TOLD_APART)]
    said = [f"{v.delivery.name} is {v.outcome}: {v.reason}" for v in apart]
    if len(repeated) > TOLD_APART:
        said.append(f"{len(repeated)} deliveries are repeated: the same content as others; ops.file_ledger names them")
    return tuple(said)


def refresh_table(bench: Bench, name: str) -> Step:
    """Bring the table called ``name`` up to date."""
    begun = time.monotonic()
    try:
        bench.store.provide(Quarantine)
        if table(name).after_all_gold:
            record_standing(bench.store)
        done = refresh(bench.store, bench.auditor, table(name), bench.arguments)
    except NotTrained as fault:
        return Step(name, "skipped", seconds=time.monotonic() - begun, messages=(str(fault),))
    except NotPublished as fault:
        return Step(name, "waiting", seconds=time.monotonic() - begun, messages=(str(fault),))
    except Exception as fault:
        return _failed(name, fault, begun)
    if not done.published:
        return Step(name, "unchanged", seconds=time.monotonic() - begun)
    counts = done.counts
    messages = () if done.part is None else (done.part,)
    return Step(
        name,
        "published",
        counts["staged"],
        counts["refused"],
        counts["blanked"],
        counts["staged"] - counts["refused"],
        time.monotonic() - begun,
        messages,
        (done.audit,) if done.audit else (),
        counts["refused"] + counts["blanked"] > 0,
    )


def _put_aside(parts: list[Part]) -> str:
    """What of one table's files quarantine has taken, in one sentence."""
    refused = sum(p.refused_count for p in parts)
    blanked = sum(len(p.faulty) for p in parts) - refused
    said = [f"{refused:,} of {sum(p.rows_count for p in parts) + refused:,} records are refused"] if refused else []
    said += [f"{blanked:,} have values blanked"] if blanked else []
    where = parts[0].file.name if len(parts) == 1 else f"{len(parts):,} files of {parts[0].table.source.name}"
    return f"{where}: {' and '.join(said)} on the way into {parts[0].table.full_name()}; quarantine tells why"


def _failed(name: str, fault: Exception, begun: float) -> Step:
    """A fault in one paragraph; what Java or Python say beside goes to the log."""
    log.error("step failed", extra={"step": name, "trace": logs.trace(fault)})
    if isinstance(fault, LakehouseError):
        said = str(fault)
    else:
        kind = type(fault).__name__
        said = f"{name} could not be built ({kind}); readers keep the last good version. The log tells more."
    found = getattr(fault, "audit", None)
    audits = (found,) if isinstance(found, Audit) else ()
    return Step(name, "failed", seconds=time.monotonic() - begun, messages=(said,), audits=audits)
