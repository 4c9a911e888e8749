-- Variable: reference, the folder of the declared lists.
WITH declared AS (
  SELECT * RENAME (name_en AS our_name)
  FROM read_csv(getvariable('reference') || '/country_names.csv', header = true, all_varchar = true)
),
aliases AS (
  SELECT country_code, list(alias) AS aliases
  FROM read_csv(getvariable('reference') || '/country_aliases.csv', header = true, all_varchar = true)
  GROUP BY ALL
)
SELECT
  iso.alpha_3 AS country_code,
  iso.alpha_2 AS alpha2_code,
  iso.country_code AS numeric_code,
  coalesce(our_name, if(length(cldr_display_name) > 2, cldr_display_name, NULL), name) AS name_en,
  name AS iso_name_en,
  regexp_replace(unterm_english_formal, '[ *]+$', '') AS formal_name_en,
  name_zh_hant,
  coalesce(regexp_replace(unterm_chinese_short, '[ *]+$', ''), official_name_cn) AS name_zh_hans,
  coalesce(region, region_name) AS region,
  coalesce(sub_region, sub_region_name) AS sub_region,
  regexp_replace(is_independent, '^Yes$', 'Independent') AS standing,
  list_sort(list_distinct([
    name_key(called)
    FOR called IN [name, name_en, cldr_display_name, official_name_en, unterm_english_short, formal_name_en] || coalesce(aliases, [])
    IF length(name_key(called)) > 2
  ])) AS known_as
FROM bronze.iso3166_countries AS iso
LEFT JOIN bronze.iso3166_country_codes AS more USING (alpha_3)
LEFT JOIN declared ON declared.country_code = iso.alpha_3
LEFT JOIN aliases ON aliases.country_code = iso.alpha_3
