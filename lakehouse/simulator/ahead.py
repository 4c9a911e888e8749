"""What of a day depends on no day before it, made beside the world some days ahead."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass

import polars as pl

from lakehouse.simulator import absconding, crossing, outbox, posting
from lakehouse.simulator.beside import Beside
from lakehouse.simulator.config import Terms
from lakehouse.simulator.standing import AHEAD

#: Days that are made before they are asked for, where others than the world's own process make them.
_DAYS_AHEAD = 4


@dataclass(frozen=True)
class Landed:
    """What is listed on a day, and workers who would leave their employers."""

    lists: outbox.Pending
    absences: absconding.Absences


_Made = tuple[pl.DataFrame, Landed | None]


class Ahead:
    """The world's days one after the other, of which ``days`` are landed."""

    def __init__(self, terms: Terms, all_bans: pl.DataFrame, days: range, beside: Beside) -> None:
        self._given = terms, all_bans
        self._days = days
        self._beside = beside
        self._made: dict[int, Future[_Made]] = {}

    def setting_out(self, day: int) -> pl.DataFrame:
        """Who may set out on a day: known some days before, when their visas are issued."""
        return self._of(day - AHEAD)[0]

    def landed(self, day: int) -> Landed:
        """What a day that is landed has."""
        found = self._of(day)[1]
        if not found:
            raise ValueError(f"{day} is not among {self._days}")
        return found

    def _of(self, day: int) -> _Made:
        more = _DAYS_AHEAD if self._beside.has_processes else 0
        self._made = {made: future for made, future in self._made.items() if made >= day - AHEAD}
        for soon in range(day, min(day + more + 1, self._days.stop)):
            if soon not in self._made:
                self._made[soon] = self._beside.run(_made, *self._given, soon, soon in self._days)
        return self._made[day].result()


def _made(terms: Terms, all_bans: pl.DataFrame, day: int, is_landed: bool) -> _Made:
    """Who may set out ``AHEAD`` days after the day, and what it has where it is landed."""
    seed, scale, rates, first = terms.seed, terms.scale, terms.rates, terms.first
    coming = crossing.candidates(seed, scale, rates, day + AHEAD, first)
    if not is_landed:
        return coming, None
    absences = absconding.absences(seed, scale, rates, range(day, day + 1), first)
    return coming, Landed(posting.lists(terms, all_bans, day, coming), absences)
