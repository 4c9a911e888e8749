"""Finds every declared table."""

from difflib import get_close_matches
from graphlib import TopologicalSorter
from importlib import import_module
from pkgutil import iter_modules

from lakehouse import bronze, gold, ops, silver
from lakehouse.declare import Bronze, Source, Table
from lakehouse.errors import NotPublished

PACKAGES = (bronze, silver, gold, ops)

#: Table whose last day is the day of judgement (docs/decisions/0006).
JUDGED_BY = {"silver.crossings"}


def tables() -> dict[str, type[Table]]:
    """Every declared table by full name, each after the tables it reads."""
    for package in PACKAGES:
        for module in iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    found = {n: t for n, t in Table.registry.items() if t.__module__.startswith("lakehouse.")}
    order = TopologicalSorter({n: sorted(s.full_name() for s in found[n].inputs().values()) for n in sorted(found)})
    return {name: found[name] for name in order.static_order()}


def table(name: str) -> type[Table]:
    """The table called ``name``, as ``layer.table`` or ``table`` alone.

    Raises ``NotPublished`` where there is none.
    """
    known = tables()
    matches = [t for full, t in known.items() if name in (full, full.split(".")[1])]
    if not matches:
        near = get_close_matches(name, [*known, *(n.split(".")[1] for n in known)], n=3)
        meant = f"Did you mean {' or '.join(near)}? " if near else ""
        raise NotPublished(f"There is no table {name}. {meant}`lakehouse tables` lists all.")
    return matches[0]


def bronze_tables() -> dict[str, type[Bronze]]:
    """Every bronze table by full name."""
    return {n: t for n, t in tables().items() if issubclass(t, Bronze)}


def datasets() -> dict[str, type[Table]]:
    """Every gold table by full name, but for those that tell how the others stand."""
    return {n: t for n, t in tables().items() if t.layer == "gold" and hasattr(t, "build") and not t.after_all_gold}


def models() -> dict[str, list[type[Table]]]:
    """Names of the models by which tables are scored, each with these tables."""
    found: dict[str, list[type[Table]]] = {}
    for scored in tables().values():
        for model in scored.models().values():
            found.setdefault(model.name, []).append(scored)
    return dict(sorted(found.items()))


def needs_model(table: type[Table]) -> bool:
    """Whether ``table``, or any table behind it, is scored by a model."""
    return bool(table.models()) or any(map(needs_model, table.inputs().values()))


def told_of(table: type[Table]) -> set[str]:
    """Tables that have to be up to date first though ``table.build`` does not read them.

    Those of all datasets where it tells how they stand, and the crossings where
    an argument says as of which day they tell: ``as_of``, ``known_until``.
    """
    found = set(datasets()) if table.after_all_gold else set()
    return found | (JUDGED_BY if {"as_of", "known_until"} & set(table.parameters()) else set())


def sources() -> dict[Source, list[type[Bronze]]]:
    """Every source with the tables its files become, by the source's name."""
    grouped: dict[Source, list[type[Bronze]]] = {}
    for found in bronze_tables().values():
        grouped.setdefault(found.source, []).append(found)
    return dict(sorted(grouped.items(), key=lambda item: item[0].name))
