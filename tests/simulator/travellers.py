"""A day's legs and passengers for tests of carriers' messages."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

DAY = date(2025, 12, 1)
CREW_A_LEG = 4


def a_day(legs: int = 4, a_leg: int = 40) -> tuple[pl.DataFrame, pl.DataFrame]:
    """``legs`` legs to and from TPE with ``a_leg`` on board each, crew among them; parties of two travel together."""
    return _legs(legs), _passengers(legs, a_leg)


def _legs(count: int) -> pl.DataFrame:
    rows = []
    for n in range(count):
        carrier, foreign, is_entry = ("CI", "BR", "NH")[n % 3], ("NRT", "HKG", "SIN")[n // 3 % 3], n % 2 == 0
        origin, destination = (foreign, "TPE") if is_entry else ("TPE", foreign)
        # The first hours of the day: some messages are sent on the day before.
        etd = datetime(2025, 12, 1) + timedelta(minutes=37 * n % 1300)
        rows.append(
            {
                "leg_id": f"{carrier}{100 + n}-{origin}-{destination}-20251201",
                "carrier": carrier,
                "flight_number": str(100 + n),
                "origin": origin,
                "destination": destination,
                "direction": "entry" if is_entry else "exit",
                "flight_date": DAY,
                "etd_local": etd,
                "eta_local": etd + timedelta(hours=3),
                "etd_utc": etd - timedelta(hours=8),
                "eta_utc": etd - timedelta(hours=5),
            }
        )
    return pl.DataFrame(rows)


def _passengers(legs: int, a_leg: int) -> pl.DataFrame:
    number = np.arange(legs * a_leg)
    is_crew = number % a_leg < CREW_A_LEG
    party = number // 2
    states = np.array(["TWN", "JPN", "FRA", "HKG"])[number % 4]
    leg_ids = _legs(legs)["leg_id"].gather(number // a_leg)
    return pl.DataFrame(
        {
            "leg_id": leg_ids,
            "record_id": [f"R{n:07}" for n in number],
            "primary_identifier": np.array(["O'BRIEN", "TAN", "GARCIA-LOPEZ", "SUHARTO"])[number % 4],
            "secondary_identifier": np.array(["MARY ANN", "WEI-LING", "JUAN", ""])[number % 4],
            "sex": np.array(["F", "M", "X"])[number % 3],
            "date_of_birth": [date(1960 + int(n) % 60, 1 + int(n) % 12, 1 + int(n) % 28) for n in number],
            "nationality": states,
            "issuing_state": np.where(states == "HKG", "CHN", states),
            "document_type": np.where(is_crew, "C", "P"),
            "document_number": [f"X{n:08}" for n in 10_000_000 + 37 * number],
            "expiry_date": [date(2030, 6, 1 + int(n) % 28) if n % 9 else None for n in number],
            "residence_country": states,
            "is_crew": is_crew,
            "is_infant": (number % 17 == 5) & ~is_crew,
            "booking_id": party.astype(np.uint64),
            "locator": [f"B{n:05}" for n in party],
            "booked_at_utc": [datetime(2025, 11, 1) - timedelta(hours=int(n)) for n in party],
            "agency_code": ["34300001" if n % 3 else None for n in party],
            "agency_city": ["TPE" if n % 3 else None for n in party],
            "form_of_payment": ["CC" if n % 2 else "CA" for n in party],
            "card": ["VI411111XXXXXX1111" if n % 2 else None for n in party],
            "card_expiry": ["1227" if n % 4 == 1 else None for n in party],
            "phone": [f"+8869{n:08}" for n in party],
            "bags": number % 4,
        }
    )
