"""Personal names in any script, matched across scripts, romanisations, order and missing parts.

``prepare`` reads names once, ``candidates`` finds the pairs of two prepared lists that may be one person's, ``score``
scores pairs with reasons and with what birth, nationality and sex say. All are pure and work on plain arrays and Arrow
tables, so they run alone or inside ``mapInArrow``.
"""
