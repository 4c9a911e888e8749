WITH airports AS (
  SELECT *, row_number() OVER () AS source_line
  FROM read_csv(
    getvariable('landing') || '/openflights/airports.dat', header = false, all_varchar = true, nullstr = ['\N', ''], filename = true,
    names = [
      'airport_id', 'name', 'city', 'country', 'iata', 'icao', 'latitude', 'longitude', 'altitude', 'utc_offset', 'dst', 'tz',
      'airport_type', 'data_source'
    ]
  )
)
SELECT
  airports.* EXCLUDE (filename, source_line),
  source_file, source_sha256, source_line, source_delivery, release_number, ingested_at_utc, run_id
FROM airports
JOIN landed ON landed.path = airports.filename
