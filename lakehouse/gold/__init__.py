"""Analytic datasets, one question each, one module each."""
