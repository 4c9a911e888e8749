"""Declarations compiled: Spark schemas, DDL, expectations, manifest, dictionary, samples."""
