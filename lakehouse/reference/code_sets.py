"""Sets of codes that sources use, and what each is conformed to."""

#: Standard that the codes of each set are conformed to, and the form of its codes there.
#: ``platform`` is this platform's own vocabulary.
CODE_SETS = {
    "i94_country": ("ISO 3166-1 alpha-3", "[A-Z]{3}"),
    "i94_port": ("UN/LOCODE", "[A-Z]{2}[A-Z0-9]{3}"),
    "i94_mode": ("platform", "air|sea|land|not_reported"),
    "i94_visa": ("platform", "business|pleasure|student"),
    "i94_state": ("ISO 3166-2", "US-[A-Z]{2}"),
    "nia_port": ("UN/LOCODE", "TW[A-Z0-9]{3}"),
    "hk_control_point": ("UN/LOCODE", "HK[A-Z0-9]{3}"),
    "cbp_airport": ("UN/LOCODE", "US[A-Z0-9]{3}"),
}
STANDARDS = {code_set: standard for code_set, (standard, _) in CODE_SETS.items()}
FORMS = {code_set: form for code_set, (_, form) in CODE_SETS.items()}

#: Code set that each format of the I-94 labels holds.
I94_SETS = {
    "i94cntyl": "i94_country",
    "i94prtl": "i94_port",
    "i94model": "i94_mode",
    "i94visa": "i94_visa",
    "i94addrl": "i94_state",
}
