-- Every landed file of the core with its hash. Variables: landing, sources, later, run_id, run_at.
CREATE TABLE landed AS
SELECT
  filename AS path,
  replace(filename, getvariable('landing') || '/', '') AS source_file,
  split_part(source_file, '/', 1) AS source,
  sha256(content) AS source_sha256,
  if(source IN ('iso3166', 'openflights'), source, source_file) AS source_delivery,
  1::INTEGER AS release_number,
  -- Of a record sent twice the one read later counts: what a later run reads is a second younger here.
  getvariable('run_at') + INTERVAL 1 SECOND * (source = 'inspections' AND split_part(source_file, '/', 2) >= getvariable('later'))::INTEGER
    AS ingested_at_utc,
  getvariable('run_id') AS run_id
FROM read_blob(
  list_transform(
    list_filter(
      [
        'i94_arrivals/*.parquet', 'i94_labels/*.SAS', 'iso3166/*.csv', 'openflights/airports.dat', 'nia_port_daily/*.csv',
        'hk_daily_traffic/*.csv', 'cbp_wait_times/*.csv', 'inspections/*/*.ndjson.gz'
      ],
      lambda pattern: split_part(pattern, '/', 1) IN getvariable('sources')
    ),
    lambda pattern: getvariable('landing') || '/' || pattern
  )
)
