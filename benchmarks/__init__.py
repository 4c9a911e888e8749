"""Speed of the pipeline, measured beside the same core in plain DuckDB and delta-rs."""
