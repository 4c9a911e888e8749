"""What runs tell of themselves: JSON lines beside the warehouse, without a single cell's value.

Records carry tables, intervals, counts and seconds as extra fields. Messages of
libraries may quote cells, so of a fault only its class, its error condition and
its stack frames are kept.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from lakehouse.errors import WarehouseUnwritable

#: Loggers of this project: they tell what goes well too, and their extra fields are kept.
OURS = ("lakehouse", "jobs", "ml")
#: A log that has grown beyond this is set aside at the next start.
MOST_BYTES = 20 << 20
#: PySpark's own loggers, which print errors with cells to the console.
_TALKATIVE = ("SQLQueryContextLogger", "DataFrameQueryContextLogger")

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_FRAME = re.compile(r'\s+(at [\w.$<>/@ ]+\([\w. $]*(:\d+)?\)|\.\.\. \d+ more|File "[^"]+", line \d+, in \S+)')
_CHAINED = re.compile(
    r"Traceback \(most recent call last\):"
    r"|During handling of the above exception, .*|The above exception was .*"
)
_FAULT = re.compile(
    r"(?P<name>(?:Caused by: |Suppressed: |: )?"
    r"(?:(?:[A-Za-z_$][\w$]*\.)*[A-Z][\w$]*(?:Error|Exception|Warning|Interrupt|Exit)|lakehouse\.errors\.\w+))"
    r"(?:: (?P<said>.*))?"
)
_CONDITION = re.compile(r"\[[A-Z][A-Z0-9_.]*\] ?")
_PLACE = re.compile(r"\(?line \d+,? pos \d+\)?;?$")
_FROM_FIRST_QUOTE = re.compile(r"""['"‘“\[{].*""", re.DOTALL)
_WITH_FOUR_DIGITS = re.compile(r"(?=(?:[^\s\d]*\d){4})\S+")


def configure(warehouse: Path) -> Path:
    """Send all logging of this process to the log of ``warehouse``, none to the console; the log's path.

    A second call moves it. Raises ``WarehouseUnwritable``.
    """
    path, root = log_file(warehouse), logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, _Lines)]:
        root.removeHandler(handler)
        handler.close()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > MOST_BYTES:
            path.replace(path.with_suffix(".log.1"))
        root.addHandler(_Lines(path, encoding="utf-8"))
    except OSError as fault:
        raise WarehouseUnwritable(
            f"The log {path} cannot be written ({fault.strerror}). "
            "Give the user of this run the right to, or set LAKEHOUSE_WAREHOUSE to another folder."
        ) from fault
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    for name in _TALKATIVE:
        logging.getLogger(name).disabled = True
    logging.captureWarnings(True)
    return path


def log_file(warehouse: Path) -> Path:
    """Where the log of ``warehouse`` is."""
    return warehouse.absolute() / "logs" / "lakehouse.log"


def configured() -> Path | None:
    """The log that this process writes; None where it writes none yet."""
    return next((Path(h.baseFilename) for h in logging.getLogger().handlers if isinstance(h, _Lines)), None)


def trace(fault: BaseException) -> str:
    """The stack of ``fault``, Java's part included, fit for any log."""
    java = getattr(fault, "_stackTrace", None)
    said = "".join(traceback.format_exception(fault))
    return redacted(f"{said}\n{java}" if java else said)


def redacted(text: str) -> str:
    """A trace of Python or Java without what faults say of values.

    Frames, classes and error conditions stay, and of a message what comes
    before the first quote or bracket, short of words that hold four digits.
    """
    kept: list[str] = []
    for line in text.splitlines():
        if _FRAME.fullmatch(line) or _CHAINED.fullmatch(line):
            kept.append(line)
        elif found := _FAULT.fullmatch(line):
            kept.append(": ".join(filter(None, (found["name"], first_words(found["said"] or "")))))
        elif _CONDITION.match(line):
            kept.append(first_words(line))
        elif kept and kept[-1] != "…" and not kept[-1].lstrip().startswith("File "):
            kept.append("…")
    return "\n".join(kept)


def first_words(message: str) -> str:
    """The first line of a message up to where values may begin, and the place in a query that it names."""
    line = message.strip().split("\n")[0]
    condition, place = _CONDITION.match(line), _PLACE.search(line)
    start = condition.end() if condition else 0
    said = line[:start] + _WITH_FOUR_DIGITS.sub("…", _FROM_FIRST_QUOTE.sub("…", line[start:]))
    return f"{said} {place[0]}" if place and not said.endswith(place[0]) else said


@contextmanager
def console_kept() -> Iterator[None]:
    """What programs that start within say on the console goes to the log: Java, and Spark's Python workers.

    It does so for as long as they run. Yields to a block during which this
    process too writes nothing to its console.
    """
    reading, writing = os.pipe()
    own = {number: os.dup(number) for number in (1, 2)}
    _flush()
    for number in own:
        os.dup2(writing, number)
    os.close(writing)
    threading.Thread(target=_follow, args=(reading,), name="console of Java", daemon=True).start()
    try:
        yield
    finally:
        _flush()
        for number, before in own.items():
            os.dup2(before, number)
            os.close(before)


class _Lines(logging.FileHandler):
    """Writes records as JSON lines."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": first_words(record.getMessage()),
        }
        if record.name.split(".")[0] in OURS:
            said |= {name: _fact(value) for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info and record.exc_info[1]:
            said["trace"] = trace(record.exc_info[1])
        return json.dumps(said, ensure_ascii=False)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Stay silent: logging would print the record to the console, where a full disk has it fail."""


def _fact(value: Any) -> Any:
    """A field as JSON: of texts with several lines only what a trace may say, of objects only their class."""
    if isinstance(value, str):
        return redacted(value) if "\n" in value else value
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, date | Path):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_fact(one) for one in value]
    if isinstance(value, dict):
        return {str(name): _fact(one) for name, one in value.items()}
    return type(value).__name__


def _follow(reading: int) -> None:
    log = logging.getLogger("java")
    with open(reading, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            said = redacted(line.rstrip()) if line[:1].isspace() else first_words(line)
            if said:
                log.warning("%s", said)


def _flush() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
