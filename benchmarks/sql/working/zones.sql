-- Machine-readable zones (ICAO Doc 9303, parts 3 to 7), read where an inspection has one of a known format.
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
    record_id, version, recorded_at, source_file, source_line, inspected_on, replace(mrz, chr(10), '') AS zone,
    CASE
      WHEN regexp_full_match(mrz, 'P[A-Z<][A-Z0-9<]{42}\n?[A-Z0-9<]{44}') THEN 'TD3'
      WHEN regexp_full_match(mrz, '[ACI][A-UW-Z0-9<][A-Z0-9<]{28}(\n[A-Z0-9<]{30}\n[A-Z0-9<]{30}|[A-Z0-9<]{60})') THEN 'TD1'
      WHEN regexp_full_match(mrz, '[ACI][A-UW-Z0-9<][A-Z0-9<]{34}\n?[A-Z0-9<]{36}') THEN 'TD2'
      WHEN regexp_full_match(mrz, 'V[A-Z0-9<][A-Z0-9<]{42}\n?[A-Z0-9<]{44}') THEN 'MRV-A'
      WHEN regexp_full_match(mrz, 'V[A-Z0-9<][A-Z0-9<]{34}\n?[A-Z0-9<]{36}') THEN 'MRV-B'
    END AS format
  FROM latest_inspections
),
lines AS (
  SELECT
    *,
    format = 'TD1' AS is_card,
    CASE format WHEN 'TD1' THEN 30 WHEN 'TD2' THEN 36 WHEN 'MRV-B' THEN 36 ELSE 44 END AS width,
    zone[1:width] AS upper,
    zone[width + 1:2 * width] AS lower
  FROM known
  WHERE format IS NOT NULL
),
cut AS (
  SELECT
    record_id, source_file, source_line, inspected_on, format,
    zone[3:5] AS issuing,
    if(is_card, zone[61:90], upper[6:]) AS name,
    if(is_card, upper[6:14], lower[1:9]) AS number,
    if(is_card, upper[15], lower[10]) AS number_check,
    if(is_card, lower[16:18], lower[11:13]) AS nation,
    if(is_card, lower[1:6], lower[14:19]) AS born_on,
    if(is_card, lower[7], lower[20]) AS born_check,
    if(is_card, lower[8], lower[21]) AS sex,
    if(is_card, lower[9:14], lower[22:27]) AS expires_on,
    if(is_card, lower[15], lower[28]) AS expires_check,
    CASE format WHEN 'TD1' THEN upper[16:30] WHEN 'TD2' THEN lower[29:35] WHEN 'TD3' THEN lower[29:42] END AS optional,
    if(format = 'TD3', lower[43], NULL) AS optional_check,
    CASE format WHEN 'TD1' THEN lower[30] WHEN 'TD2' THEN lower[36] WHEN 'TD3' THEN lower[44] END AS composite_check,
    CASE format
      WHEN 'TD1' THEN upper[6:30] || lower[1:7] || lower[9:15] || lower[19:29]
      WHEN 'TD2' THEN lower[1:10] || lower[14:20] || lower[22:35]
      WHEN 'TD3' THEN lower[1:10] || lower[14:20] || lower[22:43]
    END AS composite,
    if(
      number_check = '<' AND format IN ('TD1', 'TD2') AND regexp_matches(optional, '^[A-Z0-9]{2,}<'),
      split_part(optional, '<', 1), NULL
    ) AS continued,
    number || coalesce(continued[:-2], '') AS whole_number
  FROM lines
),
judged AS (
  SELECT
    *,
    check_digit(whole_number) = coalesce(continued[-1:], number_check) AS number_holds,
    check_digit(born_on) = born_check AS born_holds,
    check_digit(expires_on) = expires_check AS expires_holds,
    check_digit(optional) = optional_check OR (optional_check = '<' AND trim(optional, '<') = '') AS optional_holds,
    check_digit(composite) = composite_check AS composite_holds,
    century_day(year(inspected_on) // 100, born_on) AS born_in_century,
    if(born_in_century <= inspected_on, born_in_century, century_day(year(inspected_on) // 100 - 1, born_on)) AS born,
    try_cast(
      if(expires_on[1:2] >= '90', '19', '20') || expires_on[1:2] || '-' || expires_on[3:4] || '-' || expires_on[5:6] AS DATE
    ) AS expires,
    regexp_full_match(name, '[A-Z][A-Z<]*') AS has_name,
    split_part(name, '<<', 1) AS first_name_part
  FROM cut
)
SELECT
  record_id, source_file, source_line, format AS zone_format,
  if(number_holds, unfilled(whole_number), NULL) AS number,
  if(born_holds AND NOT contains(born_on, '<'), born, NULL) AS born,
  if(expires_holds, expires, NULL) AS expires,
  if(regexp_full_match(issuing, '[A-Z]+<*'), alpha_3(issuing), NULL) AS issuer,
  if(regexp_full_match(nation, '[A-Z]*<*'), alpha_3(nation), NULL) AS nation,
  if(has_name, words(first_name_part), NULL) AS "primary",
  words(name[length(first_name_part) + 3:]) AS secondary,
  CASE sex WHEN 'F' THEN 'F' WHEN 'M' THEN 'M' WHEN '<' THEN 'X' END AS sex,
  list_filter(
    [
      if(NOT number_holds, 'document_number', NULL), if(NOT born_holds, 'date_of_birth', NULL),
      if(NOT expires_holds, 'expiry_date', NULL), if(NOT optional_holds, 'optional_data', NULL),
      if(NOT composite_holds, 'composite', NULL)
    ],
    lambda wrong: wrong IS NOT NULL
  ) AS wrong_check_digits
FROM judged
