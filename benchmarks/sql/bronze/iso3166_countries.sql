WITH countries AS (
  SELECT *, row_number() OVER () + 1 AS source_line
  FROM read_csv(getvariable('landing') || '/iso3166/iso3166.csv', header = true, all_varchar = true, filename = true)
)
SELECT
  name, "alpha-2" AS alpha_2, "alpha-3" AS alpha_3, "country-code" AS country_code, region,
  "sub-region" AS sub_region, "intermediate-region" AS intermediate_region, "region-code" AS region_code,
  "sub-region-code" AS sub_region_code, "intermediate-region-code" AS intermediate_region_code,
  source_file, source_sha256, source_line, source_delivery, release_number, ingested_at_utc, run_id
FROM countries
JOIN landed ON landed.path = countries.filename
