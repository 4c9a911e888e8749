SELECT
  arrivals.* EXCLUDE (filename, file_row_number),
  source_file, source_sha256, file_row_number + 1 AS source_line, source_delivery, release_number, ingested_at_utc, run_id
FROM read_parquet(getvariable('landing') || '/i94_arrivals/*.parquet', filename = true, file_row_number = true) AS arrivals
JOIN landed ON landed.path = arrivals.filename
