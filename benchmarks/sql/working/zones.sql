-- Inspections with what their machine-readable zones say (ICAO Doc 9303, parts 3 to 7), where the format is a known one.
-- Columns z_… lead there; zone_… are what counts.
-- What is not read: earliest and latest days of incomplete birth dates, visas' own optional data, why a zone is unreadable.

-- The values of a text under the weights 7, 3, 1 (Doc 9303-3, 4.9), as the digit that they make.
CREATE MACRO check_digit(text) AS
  (list_sum([
    greatest(instr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', text[place]) - 1, 0) * [1, 7, 3][place % 3 + 1]
    FOR place IN range(1, length(text) + 1)
  ]) % 10)::INTEGER::VARCHAR;

CREATE MACRO unfilled(text) AS nullif(rtrim(text, '<'), '');

CREATE MACRO words(text) AS nullif(replace(trim(text, '<'), '<', ' '), '');

CREATE MACRO alpha_3(state) AS if(state = 'D<<', 'DEU', unfilled(state));

CREATE MACRO century_day(century, day) AS
  try_cast(
    century || day[1:2] || '-' || if(day[3:4] = '<<', '01-01', day[3:4] || '-' || if(day[5:6] = '<<', '01', day[5:6])) AS DATE
  );

CREATE VIEW zones AS
WITH known AS (
  SELECT
    *,
    CASE
      WHEN regexp_full_match(mrz, 'P[A-Z<][A-Z0-9<]{42}\n?[A-Z0-9<]{44}') THEN 'TD3'
      WHEN regexp_full_match(mrz, '[ACI][A-UW-Z0-9<][A-Z0-9<]{28}(\n[A-Z0-9<]{30}\n[A-Z0-9<]{30}|[A-Z0-9<]{60})') THEN 'TD1'
      WHEN regexp_full_match(mrz, '[ACI][A-UW-Z0-9<][A-Z0-9<]{34}\n?[A-Z0-9<]{36}') THEN 'TD2'
      WHEN regexp_full_match(mrz, 'V[A-Z0-9<][A-Z0-9<]{42}\n?[A-Z0-9<]{44}') THEN 'MRV-A'
      WHEN regexp_full_match(mrz, 'V[A-Z0-9<][A-Z0-9<]{34}\n?[A-Z0-9<]{36}') THEN 'MRV-B'
    END AS z_format,
    if(z_format IS NOT NULL, replace(mrz, chr(10), ''), NULL) AS z_zone
  FROM latest_inspections
),
lines AS (
  SELECT
    *,
    z_format = 'TD1' AS z_is_card,
    CASE z_format WHEN 'TD1' THEN 30 WHEN 'TD2' THEN 36 WHEN 'MRV-B' THEN 36 ELSE 44 END AS z_width,
    z_zone[1:z_width] AS z_upper,
    z_zone[z_width + 1:2 * z_width] AS z_lower
  FROM known
),
cut AS (
  SELECT
    *,
    z_zone[3:5] AS z_issuing,
    if(z_is_card, z_zone[61:90], z_upper[6:]) AS z_name,
    if(z_is_card, z_upper[6:14], z_lower[1:9]) AS z_number,
    if(z_is_card, z_upper[15], z_lower[10]) AS z_number_check,
    if(z_is_card, z_lower[16:18], z_lower[11:13]) AS z_nation,
    if(z_is_card, z_lower[1:6], z_lower[14:19]) AS z_born_on,
    if(z_is_card, z_lower[7], z_lower[20]) AS z_born_check,
    if(z_is_card, z_lower[8], z_lower[21]) AS z_sex,
    if(z_is_card, z_lower[9:14], z_lower[22:27]) AS z_expires_on,
    if(z_is_card, z_lower[15], z_lower[28]) AS z_expires_check,
    CASE z_format WHEN 'TD1' THEN z_upper[16:30] WHEN 'TD2' THEN z_lower[29:35] WHEN 'TD3' THEN z_lower[29:42] END AS z_optional,
    if(z_format = 'TD3', z_lower[43], NULL) AS z_optional_check,
    CASE z_format WHEN 'TD1' THEN z_lower[30] WHEN 'TD2' THEN z_lower[36] WHEN 'TD3' THEN z_lower[44] END AS z_composite_check,
    CASE z_format
      WHEN 'TD1' THEN z_upper[6:30] || z_lower[1:7] || z_lower[9:15] || z_lower[19:29]
      WHEN 'TD2' THEN z_lower[1:10] || z_lower[14:20] || z_lower[22:35]
      WHEN 'TD3' THEN z_lower[1:10] || z_lower[14:20] || z_lower[22:43]
    END AS z_composite,
    if(
      z_number_check = '<' AND z_format IN ('TD1', 'TD2') AND regexp_matches(z_optional, '^[A-Z0-9]{2,}<'),
      split_part(z_optional, '<', 1), NULL
    ) AS z_continued,
    z_number || coalesce(z_continued[:-2], '') AS z_whole_number
  FROM lines
),
judged AS (
  SELECT
    *,
    check_digit(z_whole_number) = coalesce(z_continued[-1:], z_number_check) AS z_number_holds,
    check_digit(z_born_on) = z_born_check AS z_born_holds,
    check_digit(z_expires_on) = z_expires_check AS z_expires_holds,
    check_digit(z_optional) = z_optional_check OR (z_optional_check = '<' AND trim(z_optional, '<') = '') AS z_optional_holds,
    check_digit(z_composite) = z_composite_check AS z_composite_holds,
    century_day(year(inspected_on) // 100, z_born_on) AS z_born_in_century,
    if(z_born_in_century <= inspected_on, z_born_in_century, century_day(year(inspected_on) // 100 - 1, z_born_on)) AS z_born,
    try_cast(
      if(z_expires_on[1:2] >= '90', '19', '20') || z_expires_on[1:2] || '-' || z_expires_on[3:4] || '-' || z_expires_on[5:6] AS DATE
    ) AS z_expires,
    regexp_full_match(z_name, '[A-Z][A-Z<]*') AS z_has_name,
    split_part(z_name, '<<', 1) AS z_first_name_part
  FROM cut
)
SELECT
  *,
  z_format AS zone_format,
  if(z_number_holds, unfilled(z_whole_number), NULL) AS zone_number,
  if(z_born_holds AND NOT contains(z_born_on, '<'), z_born, NULL) AS zone_born,
  if(z_expires_holds, z_expires, NULL) AS zone_expires,
  if(regexp_full_match(z_issuing, '[A-Z]+<*'), alpha_3(z_issuing), NULL) AS zone_issuer,
  if(regexp_full_match(z_nation, '[A-Z]*<*'), alpha_3(z_nation), NULL) AS zone_nation,
  if(z_has_name, words(z_first_name_part), NULL) AS zone_primary,
  words(z_name[length(z_first_name_part) + 3:]) AS zone_secondary,
  CASE z_sex WHEN 'F' THEN 'F' WHEN 'M' THEN 'M' WHEN '<' THEN 'X' END AS zone_sex,
  list_filter(
    [
      if(NOT z_number_holds, 'document_number', NULL), if(NOT z_born_holds, 'date_of_birth', NULL),
      if(NOT z_expires_holds, 'expiry_date', NULL), if(NOT z_optional_holds, 'optional_data', NULL),
      if(NOT z_composite_holds, 'composite', NULL)
    ],
    lambda wrong: wrong IS NOT NULL
  ) AS wrong_check_digits
FROM judged
