"""Machine-readable zones read on Spark, in native SQL.

Each stage adds columns that later ones read, so that Spark computes each once;
they are dropped at the end.
"""

from __future__ import annotations

import re
from datetime import date

from pyspark.sql import DataFrame

from lakehouse.compile.spark import quoted
from lakehouse.mrz.checking import CHECKS, check_stages
from lakehouse.mrz.layouts import CONTENTS, FILLER, LAYOUTS, Layout
from lakehouse.mrz.slices import STAGED, as_array, lines, listed, slices

#: What ``problem`` may say; none of it quotes the zone.
WRONG_CHARACTERS = "characters other than A–Z, 0–9 and <"
WRONG_LENGTH = "not three lines of 30 characters, two of 36 or two of 44"
UNKNOWN_FORMAT = "no document code of a zone of this size at its beginning"

#: Expiry dates lie in the hundred years from this one: the first edition of Doc 9303
#: is of 1980, and what expired before 1990 is not presented any more.
FIRST_EXPIRY_YEAR = 1990

#: Codes that ISO 3166-1 alpha-3 has otherwise (Doc 9303-3, section 5).
_ALPHA_3 = {"D": "DEU"}

_CHARACTERS = r"^[A-Z0-9<\n]*\z"
_BORN, _EXPIRES = f"{STAGED}date_of_birth", f"{STAGED}expiry_date"


def parsed(frame: DataFrame, mrz: str, read_on: date | str, name: str = "zone") -> DataFrame:
    """``frame`` with a column ``name``: what the machine-readable zone in ``mrz`` says, as a struct.

    ``mrz`` is SQL for one text, its lines joined by a newline or by nothing;
    ``read_on`` is the day on which it was read, or SQL for it. The struct is null
    where ``mrz`` is; it holds

    - ``format``: TD1, TD2, TD3, MRV-A or MRV-B;
    - ``document_code``, ``issuing_state``, ``nationality`` as printed, without fillers
      at the end; ``issuing_state_alpha3``, ``nationality_alpha3``: Germany's D as DEU,
      ICAO's own codes (UNO, XXA, GBN, …) as they are;
    - ``primary_identifier``, ``secondary_identifier``: the parts of the name, with
      spaces in them; ``name_may_be_truncated`` where it fills its field to the end;
    - ``document_number``: put together where it is long, fillers within it kept;
    - ``date_of_birth`` where it is known to the day; ``earliest_date_of_birth`` and
      ``latest_date_of_birth`` where the year is known. The century is the one of
      ``read_on``, or that before it where the day would lie in the future: somebody
      over a hundred years old seems a hundred younger;
    - ``sex``: F, M, or X for unspecified;
    - ``expiry_date``, from 1990 to 2089; null where there is none;
    - ``optional_data`` without the rest of a long number, ``optional_data_2`` (TD1);
    - ``check_digits``: a struct with a boolean for each of ``CHECKS``, true where it is
      kept, null where the format has none; ``wrong_check_digits``: those not kept;
    - ``unreadable_fields``: those whose contents Doc 9303 does not allow, as a day
      that no calendar has; a date or sex among them is null;
    - ``problem``: why nothing could be read; then all else is null.
    """
    day = f"DATE'{read_on.isoformat()}'" if isinstance(read_on, date) else f"cast({read_on} AS date)"
    stages: list[dict[str, str]] = [
        {"text": mrz, "read_on": day},
        {"format": _format()},
        lines(),
        slices(),
        *check_stages(),
        {"born_in_century": _birth(0), "born_before": _birth(1), "expires": _expiry()},
        {"born": f"if({STAGED}born_in_century <= {STAGED}read_on, {STAGED}born_in_century, {STAGED}born_before)"},
        {
            "wrong": listed({check: f"NOT {STAGED}kept_{check}" for check in CHECKS}),
            "unreadable": listed(_unreadable()),
            "primary": f"substring_index({STAGED}name, '<<', 1)",
        },
    ]
    said = _said()
    fields = ", ".join(f"{STAGED}said_{field} AS {field}" for field in said)
    whole = f"if({STAGED}text IS NOT NULL, struct({fields}), NULL)"
    return _staged(frame, [*stages, {f"said_{field}": sql for field, sql in said.items()}], f"{whole} AS `{name}`")


def _staged(frame: DataFrame, stages: list[dict[str, str]], last: str) -> DataFrame:
    """``frame`` with ``last``, which is made from the stages' columns; each is passed on as far as it is read."""
    own = [f"`{column}`" for column in frame.columns]
    passed: list[str] = []
    for number, stage in enumerate(stages):
        made = [f"{STAGED}{column}" for column in stage]
        values = (f"{sql} AS {column}" for column, sql in zip(made, stage.values(), strict=True))
        frame = frame.selectExpr(*own, *passed, *values)
        later = " ".join([last, *(sql for after in stages[number + 1 :] for sql in after.values())])
        read_later = set(re.findall(rf"{STAGED}\w+", later))
        passed = [column for column in (*passed, *made) if column in read_later]
    return frame.selectExpr(*own, last)


def _format() -> str:
    cases = (f"WHEN {_is_like(x, x.codes)} THEN {quoted(x.name)}" for x in LAYOUTS.values())
    return f"CASE {' '.join(cases)} END"


def _is_like(layout: Layout, codes: str) -> str:
    """Condition that a zone has the size of a layout and one of the codes."""
    line = "[A-Z0-9<]"
    later = rf"\1{line}{{{layout.width}}}" * (layout.lines - 2)
    pattern = rf"^{codes}{line}{{{layout.width - 2}}}(\n?){line}{{{layout.width}}}{later}\z"
    return f"{STAGED}text RLIKE {quoted(pattern)}"


def _problem() -> str:
    sizes = {(x.lines, x.width): _is_like(x, "[A-Z0-9<]{2}") for x in LAYOUTS.values()}
    return (
        f"CASE WHEN {STAGED}format IS NOT NULL THEN NULL "
        f"WHEN NOT {STAGED}text RLIKE {quoted(_CHARACTERS)} THEN {quoted(WRONG_CHARACTERS)} "
        f"WHEN NOT ({' OR '.join(sizes.values())}) THEN {quoted(WRONG_LENGTH)} ELSE {quoted(UNKNOWN_FORMAT)} END"
    )


def _birth(centuries_before: int) -> str:
    """The first day that the date of birth may stand for, in the century of ``read_on`` or one before it."""
    day = f"if(substr({_BORN}, 5) = '<<', '01', substr({_BORN}, 5))"
    in_year = f"if(substr({_BORN}, 3, 2) = '<<', '-01-01', concat('-', substr({_BORN}, 3, 2), '-', {day}))"
    century = f"year({STAGED}read_on) div 100 - {centuries_before}"
    return f"try_cast(concat({century}, substr({_BORN}, 1, 2), {in_year}) AS date)"


def _last_birth() -> str:
    """The last day that the date of birth may stand for; nobody is born in the future."""
    last = (
        f"CASE WHEN substr({_BORN}, 3, 2) = '<<' THEN add_months({STAGED}born, 12) - 1 "
        f"WHEN substr({_BORN}, 5) = '<<' THEN last_day({STAGED}born) ELSE {STAGED}born END"
    )
    return f"if({STAGED}born IS NULL, NULL, least({last}, {STAGED}read_on))"


def _expiry() -> str:
    century, year = divmod(FIRST_EXPIRY_YEAR, 100)
    first = f"if(substr({_EXPIRES}, 1, 2) >= '{year}', '{century}', '{century + 1}')"
    parts = ", '-', ".join(f"substr({_EXPIRES}, {position}, 2)" for position in (1, 3, 5))
    return f"try_cast(concat({first}, {parts}) AS date)"


def _unreadable() -> dict[str, str]:
    """For each field that may not hold any characters: the condition that its contents are wrong."""
    wrong = {name: f"NOT {STAGED}{name} RLIKE {quoted(f'^({contents})$')}" for name, contents in CONTENTS.items()}
    wrong["date_of_birth"] += f" OR {STAGED}born IS NULL AND NOT startswith({_BORN}, '<<')"
    wrong["expiry_date"] += f" OR {STAGED}expires IS NULL AND NOT startswith({_EXPIRES}, '<<')"
    return wrong


def _said() -> dict[str, str]:
    """What the struct holds."""
    number = f"concat({STAGED}document_number, coalesce({STAGED}number_rest, ''))"
    own_data = f"substr({STAGED}optional_data, coalesce(length({STAGED}number_continued) + 2, 1))"
    checks = ", ".join(f"{STAGED}kept_{check} AS {check}" for check in CHECKS)
    return {
        "format": f"{STAGED}format",
        "document_code": _unfilled(f"{STAGED}document_code"),
        "issuing_state": _unfilled(f"{STAGED}issuing_state"),
        "issuing_state_alpha3": _alpha_3(f"{STAGED}issuing_state"),
        "primary_identifier": _words(f"{STAGED}primary"),
        "secondary_identifier": _words(f"substr({STAGED}name, length({STAGED}primary) + 3)"),
        "name_may_be_truncated": f"NOT endswith({STAGED}name, '{FILLER}')",
        "document_number": _unfilled(number),
        "nationality": _unfilled(f"{STAGED}nationality"),
        "nationality_alpha3": _alpha_3(f"{STAGED}nationality"),
        "date_of_birth": f"if(contains({_BORN}, '{FILLER}'), NULL, {STAGED}born)",
        "earliest_date_of_birth": f"{STAGED}born",
        "latest_date_of_birth": _last_birth(),
        "sex": f"CASE {STAGED}sex WHEN 'F' THEN 'F' WHEN 'M' THEN 'M' WHEN '{FILLER}' THEN 'X' END",
        "expiry_date": f"{STAGED}expires",
        "optional_data": _unfilled(own_data),
        "optional_data_2": _unfilled(f"{STAGED}optional_data_2"),
        "check_digits": f"if({STAGED}format IS NULL, NULL, struct({checks}))",
        "wrong_check_digits": as_array(f"{STAGED}wrong"),
        "unreadable_fields": as_array(f"{STAGED}unreadable"),
        "problem": _problem(),
    }


def _unfilled(sql: str) -> str:
    """Text without fillers at its end, null where nothing is left."""
    return f"nullif(trim(TRAILING '{FILLER}' FROM {sql}), '')"


def _words(sql: str) -> str:
    return f"nullif(replace(trim(BOTH '{FILLER}' FROM {sql}), '{FILLER}', ' '), '')"


def _alpha_3(sql: str) -> str:
    cases = " ".join(f"WHEN {quoted(printed.ljust(3, FILLER))} THEN {quoted(x)}" for printed, x in _ALPHA_3.items())
    return f"CASE {sql} {cases} ELSE {_unfilled(sql)} END"
