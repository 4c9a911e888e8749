WITH codes AS (
  SELECT *, row_number() OVER () + 1 AS source_line
  FROM read_csv(getvariable('landing') || '/iso3166/country-codes.csv', header = true, all_varchar = true, filename = true)
)
SELECT
  "ISO3166-1-Alpha-3" AS alpha_3, "ISO3166-1-Alpha-2" AS alpha_2, "ISO3166-1-numeric" AS country_code, is_independent,
  official_name_en, official_name_cn, "CLDR display name" AS cldr_display_name,
  "UNTERM English Short" AS unterm_english_short, "UNTERM English Formal" AS unterm_english_formal,
  "UNTERM Chinese Short" AS unterm_chinese_short, "Capital" AS capital, "Continent" AS continent,
  "Region Name" AS region_name, "Sub-region Name" AS sub_region_name, "Intermediate Region Name" AS intermediate_region_name,
  source_file, source_sha256, source_line, source_delivery, release_number, ingested_at_utc, run_id
FROM codes
JOIN landed ON landed.path = codes.filename
