-- What the sources' codes are in standards: as declared in lakehouse/reference, by the country's name, or by rule.
-- Variable: reference, the folder of the declared lists.
WITH labels AS (
  SELECT
    CASE format_name
      WHEN 'i94cntyl' THEN 'i94_country'
      WHEN 'i94prtl' THEN 'i94_port'
      WHEN 'i94model' THEN 'i94_mode'
      WHEN 'i94visa' THEN 'i94_visa'
      WHEN 'i94addrl' THEN 'i94_state'
    END AS code_set,
    trim(code) AS source_code,
    label AS said
  FROM bronze.i94_labels
  QUALIFY row_number() OVER (PARTITION BY code_set, trim(code) ORDER BY source_line) = 1
),
declared AS (
  SELECT code_set, source_code, label AS declared_label, conformed_code AS declared_code, source, reason
  FROM read_csv(getvariable('reference') || '/codes.csv', header = true, all_varchar = true)
),
ways AS (
  SELECT
    code_set,
    source_code,
    coalesce(said, declared_label) AS label,
    if(coalesce(said = declared_label, true), declared_code, NULL) AS by_declaration,
    if(code_set = 'i94_country', country_code, NULL) AS by_label,
    CASE
      WHEN code_set = 'i94_mode' AND said IN ('Air', 'Sea', 'Land', 'Not reported') THEN replace(lower(said), ' ', '_')
      WHEN code_set = 'i94_visa' AND said IN ('Business', 'Pleasure', 'Student') THEN lower(said)
      WHEN code_set = 'i94_state' AND regexp_full_match(source_code, '[A-Z]{2}') THEN 'US-' || source_code
    END AS by_rule,
    if(by_declaration IS NOT NULL, source, if(by_label IS NOT NULL, 'label', if(by_rule IS NOT NULL, 'rule', NULL))) AS mapped_by,
    reason
  FROM labels
  FULL JOIN declared USING (code_set, source_code)
  LEFT JOIN country_called ON called = name_key(said)
)
SELECT
  code_set,
  source_code,
  label,
  CASE code_set
    WHEN 'i94_country' THEN 'ISO 3166-1 alpha-3'
    WHEN 'i94_state' THEN 'ISO 3166-2'
    WHEN 'i94_mode' THEN 'platform'
    WHEN 'i94_visa' THEN 'platform'
    ELSE 'UN/LOCODE'
  END AS standard,
  coalesce(by_declaration, by_label, by_rule, split_part(code_set, '_', 1) || ':' || source_code) AS conformed_code,
  mapped_by IS NOT NULL AS is_mapped,
  mapped_by,
  reason
FROM ways
