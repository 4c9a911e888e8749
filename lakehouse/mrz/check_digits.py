"""Check digits of machine-readable zones (ICAO Doc 9303-3, 4.9).

Each character has a value: a digit its own, A to Z 10 to 35, the filler 0. Values
are weighted 7, 3, 1, 7, 3, 1, … and the digit is their sum modulo 10.

Two characters whose values differ by a multiple of ten are not told apart: with
the filler, these are 0AKU<, 1BLV, 2CMW, 3DNX, 4EOY, 5FPZ, 6GQ, 7HR, 8IS and 9JT. All
weights are prime to ten, so any other single change is found, and so is any change
of one decimal digit for another. Neighbours that change places are found unless
their values differ by a multiple of five.
"""

#: Characters of a zone but for the filler; each stands at its value.
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

WEIGHTS = (7, 3, 1)


def check_digit(text: str) -> str:
    """The digit over ``text``; raises ``ValueError`` where it holds characters that no zone has."""
    try:
        values = [0 if character == "<" else ALPHABET.index(character) for character in text]
    except ValueError:
        raise ValueError("the text holds characters other than A–Z, 0–9 and <") from None
    return str(sum(value * WEIGHTS[place % 3] for place, value in enumerate(values)) % 10)
