"""The ``lakehouse`` command line. Importing it loads neither Spark nor Great Expectations."""

from lakehouse.cli.app import app, main

__all__ = ["app", "main"]
