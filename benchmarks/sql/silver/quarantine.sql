SELECT
  'silver.crossings' AS table_name, source_delivery, source_line, crossing_id AS record_key, unnest(findings, recursive := true),
  getvariable('run_at') AS quarantined_at_utc, getvariable('run_id') AS run_id
FROM crossings_screened
WHERE findings IS NOT NULL
