WITH hours AS (
  SELECT *, row_number() OVER () AS place
  FROM read_csv(getvariable('landing') || '/cbp_wait_times/*.csv', header = true, all_varchar = true, filename = true)
)
SELECT
  airport, terminal, date, hour, us_avg_wait, us_max_wait, non_us_avg_wait, non_us_max_wait, all_avg_wait, all_max_wait,
  "all_n_0..15" AS all_n_0_15, "all_n_16..30" AS all_n_16_30, "all_n_31..45" AS all_n_31_45, "all_n_46..60" AS all_n_46_60,
  "all_n_61..90" AS all_n_61_90, "all_n_91..120" AS all_n_91_120, "all_n_120.." AS all_n_over_120,
  all_excluded, all_total, all_flights, all_booths,
  source_file, source_sha256, place - min(place) OVER (PARTITION BY filename) + 2 AS source_line,
  source_delivery, release_number, ingested_at_utc, run_id
FROM hours
JOIN landed ON landed.path = hours.filename
