"""UN/EDIFACT interchanges (ISO 9735) written for many messages at once, in the habits of many senders.

Inside the simulator a message is one text with the separators of syntax level B,
which occur in no value. What a sender has instead, and what is released by it,
is decided when the interchange is written.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

COMPONENT, ELEMENT, END = "\x1f", "\x1d", "\x1c"

Piece = str | pl.Expr
#: A component alone, or several.
Element = Piece | tuple[Piece, ...]


@dataclass(frozen=True)
class Separators:
    """What separates components and elements, releases, and ends a segment."""

    component: str
    element: str
    release: str
    end: str

    def advice(self) -> str:
        """The service string advice, UNA."""
        return f"UNA{self.component}{self.element}.{self.release} {self.end}"


@dataclass(frozen=True)
class Kind:
    """A kind of message: its name, syntax of the interchange, recipient, second element of UNH and the end of UNG."""

    name: str
    syntax: tuple[str, str]
    recipient: str
    header: tuple[str, ...]
    group: tuple[Element, ...]
    names_qualifiers: bool


#: The first are those of the standard; a sender with others has to say so by UNA.
SEPARATORS = (Separators(":", "+", "?", "'"), Separators("^", "|", "\\", "~"), Separators(":", "*", "?", "!"))
#: Lines of systems that wrap what they send, whatever it holds.
_WRAPPED_AT = 72


def segment(tag: str, *elements: Element) -> pl.Expr:
    """A segment of each row; null where a value in it is null."""
    pieces: list[Piece] = [tag]
    for element in elements:
        for place, piece in enumerate(element if isinstance(element, tuple) else (element,)):
            pieces += [COMPONENT if place else ELEMENT, piece]
    return pl.concat_str(*(pl.lit(p) if isinstance(p, str) else p for p in _run_together([*pieces, END])))


def segments(*each: pl.Expr) -> pl.Expr:
    """Segments one after the other; those that are null are left out."""
    return pl.concat_str(*each, ignore_nulls=True)


def day_and_time(at: str, day: str = "%y%m%d", parted_by: str = COMPONENT) -> pl.Expr:
    """A time as day and hours with minutes."""
    return pl.col(at).dt.strftime(f"{day}{parted_by}%H%M")


def interchanges(messages: pl.DataFrame, kind: Kind) -> list[str]:
    """Each message as an interchange of its own, in the habits of its sender, in the order of the rows.

    ``messages`` has ``text`` (what stands between UNH and UNT), ``reference``,
    ``access_reference`` (null: none), ``sender``, ``sent_utc``, and the sender's
    habits: ``separators`` (which of ``SEPARATORS``), ``gives_advice``, ``groups``,
    ``breaks_lines`` (after segments) and ``wraps``.
    """
    reference, sender, sent = pl.col("reference"), pl.col("sender"), day_and_time("sent_utc")
    parties: list[Element] = [(party, "ZZ") if kind.names_qualifiers else party for party in (sender, kind.recipient)]
    header = segment("UNH", reference, kind.header, pl.col("access_reference"))
    count = (pl.col("text").str.count_matches(END, literal=True) + 2).cast(pl.String)
    whole = segments(
        segment("UNB", kind.syntax, *parties, sent, reference),
        pl.when("groups").then(segment("UNG", kind.name, sender, kind.recipient, sent, reference, *kind.group)),
        pl.coalesce(header, segment("UNH", reference, kind.header)),
        pl.col("text"),
        segment("UNT", count, reference),
        pl.when("groups").then(segment("UNE", "1", reference)),
        segment("UNZ", "1", reference),
    )
    habits = ("separators", "gives_advice", "breaks_lines", "wraps")
    return [_in_its_habits(*row) for row in messages.select(whole, *habits).iter_rows()]


def _in_its_habits(whole: str, number: int, gives_advice: bool, breaks_lines: bool, wraps: bool) -> str:
    """An interchange as it goes out."""
    separators = SEPARATORS[number]
    # The sign that releases comes first: what it releases is not released again.
    for sign in (separators.release, separators.component, separators.element, separators.end):
        whole = whole.replace(sign, separators.release + sign)
    end = separators.end + "\n" if breaks_lines else separators.end
    sent = whole.replace(COMPONENT, separators.component).replace(ELEMENT, separators.element).replace(END, end)
    # Nobody can read other separators than the standard's without being told.
    if gives_advice or number:
        sent = separators.advice() + sent
    if wraps:
        sent = "\n".join(sent[place : place + _WRAPPED_AT] for place in range(0, len(sent), _WRAPPED_AT))
    return sent


def _run_together(pieces: list[Piece]) -> list[Piece]:
    """Neighbouring texts as one."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        else:
            found.append(piece)
    return found
