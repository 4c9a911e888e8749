"""Pages and pictures as templates, which the modules beside fill in."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).parent

_environment = Environment(
    loader=FileSystemLoader(FOLDER),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    undefined=StrictUndefined,
)


def filled(name: str, **values: object) -> str:
    """The template called ``name`` with ``values`` escaped into it; a value that it lacks is an error."""
    return _environment.get_template(name).render(values)
