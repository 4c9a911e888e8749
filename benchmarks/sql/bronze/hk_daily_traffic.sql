WITH lines AS (
  SELECT *, row_number() OVER () AS place
  FROM read_csv(getvariable('landing') || '/hk_daily_traffic/*.csv', header = true, all_varchar = true, filename = true)
)
SELECT
  "Date" AS date, "Control Point" AS control_point, "Arrival / Departure" AS arrival_departure,
  "Hong Kong Residents" AS hong_kong_residents, "Mainland Visitors" AS mainland_visitors,
  "Other Visitors" AS other_visitors, "Total" AS total,
  source_file, source_sha256, place - min(place) OVER (PARTITION BY filename) + 2 AS source_line,
  source_delivery, release_number, ingested_at_utc, run_id
FROM lines
JOIN landed ON landed.path = lines.filename
