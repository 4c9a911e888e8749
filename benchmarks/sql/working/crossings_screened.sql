-- Every crossing of the I-94 with what its rules find: records to refuse, readings to blank. Only rules that this data can
-- break are looked at: what comes from a constant, a mapping or a hash keeps its rules by construction.
CREATE VIEW crossings_screened AS
WITH arrivals AS (
  SELECT
    'i94-' || i94_code(i94yr) || '-' || i94_code(i94mon) || '-' || i94_code(cicid) AS admission_id,
    i94_day(arrdate) AS entered_on,
    i94_day(depdate) AS left_on,
    ingested_at_utc::DATE AS read_on,
    coalesce(ports.conformed_code, 'i94:' || nullif(trim(i94port), ''), 'unknown') AS entry_port,
    coalesce(modes.conformed_code, 'i94:' || i94_code(i94mode), 'not_reported') AS entry_mode,
    coalesce(nationalities.conformed_code, 'i94:' || i94_code(i94cit), 'unknown') AS nationality,
    coalesce(residences.conformed_code, 'i94:' || i94_code(i94res), 'unknown') AS residence_country,
    coalesce(purposes.conformed_code, 'i94:' || i94_code(i94visa), 'not_recorded') AS purpose,
    person_key(keyring."inner", keyring."outer", 'i94|' || i94_code(admnum)) AS traveller_key,
    try_cast(trunc(biryear) AS INTEGER) AS birth_year_read,
    try_cast(trunc(i94bir) AS INTEGER) AS age_years_read,
    if(gender IN ('F', 'M', 'X'), gender, 'not_recorded') AS sex,
    if(regexp_full_match(dtaddto, '\d{8}'), try_strptime(dtaddto, '%m%d%Y')::DATE, NULL) AS deadline,
    CASE
      WHEN dtaddto IS NULL THEN 'not_recorded'
      WHEN dtaddto = 'D/S' THEN 'duration_of_status'
      WHEN deadline IS NULL THEN 'unreadable'
      ELSE 'date'
    END AS kind,
    if(regexp_full_match(dtadfile, '\d{8}'), try_strptime(dtadfile, '%Y%m%d')::DATE, NULL) AS loaded_on,
    admnum, visatype, airline, nullif(ltrim(fltno, '0'), '') AS flight, i94addr, visapost, dtaddto, entdepa,
    source_delivery, source_line
  FROM bronze.i94_arrivals
  CROSS JOIN keyring
  LEFT JOIN silver.source_codes AS ports ON ports.code_set = 'i94_port' AND ports.source_code = trim(i94port)
  LEFT JOIN silver.source_codes AS modes ON modes.code_set = 'i94_mode' AND modes.source_code = i94_code(i94mode)
  LEFT JOIN silver.source_codes AS purposes ON purposes.code_set = 'i94_visa' AND purposes.source_code = i94_code(i94visa)
  LEFT JOIN silver.source_codes AS nationalities
    ON nationalities.code_set = 'i94_country' AND nationalities.source_code = i94_code(i94cit)
  LEFT JOIN silver.source_codes AS residences
    ON residences.code_set = 'i94_country' AND residences.source_code = i94_code(i94res)
),
crossings AS (
  SELECT
    * REPLACE (if(direction = 'entry', entered_on, crossed_on) AS crossed_on),
    direction = 'entry' AS is_entry
  FROM (SELECT *, unnest(if(left_on IS NULL, ['entry'], ['entry', 'exit'])) AS direction, left_on AS crossed_on FROM arrivals)
),
checked AS (
  SELECT
    *,
    i94_code(admnum) IS NULL AS has_no_key,
    admission_id IS NULL AS has_no_number,
    entered_on IS NULL AS has_no_entry_day,
    crossed_on IS NULL AS has_no_day,
    coalesce(NOT is_possible_day(entered_on), false) AS entered_impossibly,
    coalesce(NOT is_possible_day(crossed_on), false) AS crossed_impossibly,
    coalesce(crossed_on < entered_on, false) AS left_before_entry,
    coalesce(crossed_on > read_on, false) AS lies_ahead,
    coalesce(birth_year_read NOT BETWEEN 1890 AND 2100, false) AS birth_year_is_wrong,
    coalesce(age_years_read NOT BETWEEN 0 AND 120, false) AS age_is_wrong,
    is_entry AND coalesce(NOT is_possible_day(deadline), false) AS deadline_is_impossible,
    is_entry AND kind = 'unreadable' AS deadline_is_unreadable,
    is_entry AND coalesce(NOT is_possible_day(loaded_on), false) AS load_is_impossible,
    has_no_number OR has_no_key OR has_no_entry_day OR has_no_day OR entered_impossibly OR crossed_impossibly
      OR left_before_entry OR lies_ahead AS is_refused,
    birth_year_is_wrong OR age_is_wrong OR deadline_is_impossible OR deadline_is_unreadable OR load_is_impossible AS is_blanked
  FROM crossings
)
SELECT
  admission_id || '-' || direction AS crossing_id,
  admission_id,
  'USA' AS border_state,
  direction,
  crossed_on,
  entered_on,
  NULL::TIMESTAMPTZ AS inspected_at_utc,
  read_on,
  if(is_entry, entry_port, 'unknown') AS port_code,
  if(is_entry, entry_mode, 'not_reported') AS mode,
  'not_recorded' AS lane,
  nationality,
  residence_country,
  traveller_key,
  traveller_key AS person_key,
  if(birth_year_is_wrong, NULL, birth_year_read) AS birth_year,
  if(age_is_wrong, NULL, age_years_read) AS age_years,
  sex,
  purpose,
  if(is_entry, visatype, NULL) AS class_of_admission,
  if(is_entry, airline, NULL) AS carrier_code,
  if(is_entry, flight, NULL) AS flight_number,
  NULL::VARCHAR AS flight_leg_id,
  if(is_entry, i94addr, NULL) AS address_region,
  if(is_entry, visapost, NULL) AS visa_post,
  if(is_entry, kind, NULL) AS deadline_kind,
  if(is_entry AND NOT deadline_is_impossible, deadline, NULL) AS authorised_until,
  if(is_entry AND NOT load_is_impossible, loaded_on, NULL) AS recorded_on,
  if(is_entry, entdepa, NULL) AS arrival_flag,
  if(is_entry, left_on IS NOT NULL, NULL) AS exit_is_reported,
  source_delivery,
  source_line,
  is_refused,
  CASE
    WHEN is_refused OR is_blanked THEN list_filter(
      [
        finding(has_no_number, 'crossing_id', 'crossing_id is present', 'refused', 'null'),
        finding(has_no_number, 'admission_id', 'admission_id is present', 'refused', 'null'),
        finding(has_no_key, 'traveller_key', 'traveller_key is present', 'refused', 'withheld'),
        finding(has_no_entry_day, 'entered_on', 'entered_on is present', 'refused', 'null'),
        finding(has_no_day, 'crossed_on', 'crossed_on is present', 'refused', 'null'),
        finding(
          entered_impossibly, 'entered_on', 'entered_on lies between 1990-01-01 and 2100-01-01', 'refused', entered_on::VARCHAR
        ),
        finding(
          crossed_impossibly, 'crossed_on', 'crossed_on lies between 1990-01-01 and 2100-01-01', 'refused', crossed_on::VARCHAR
        ),
        finding(
          left_before_entry, '', 'an exit is not before its entry', 'refused',
          'crossed_on=' || crossed_on || ', entered_on=' || entered_on
        ),
        finding(
          lies_ahead, '', 'a crossing is not after the day its record was read', 'refused',
          'crossed_on=' || crossed_on || ', read_on=' || read_on
        ),
        finding(
          birth_year_is_wrong, 'birth_year', 'birth_year lies between 1890 and 2100', 'blanked', birth_year_read::VARCHAR
        ),
        finding(age_is_wrong, 'age_years', 'age_years lies between 0 and 120', 'blanked', age_years_read::VARCHAR),
        finding(
          deadline_is_impossible,
          'authorised_until', 'authorised_until lies between 1990-01-01 and 2100-01-01', 'blanked', deadline::VARCHAR
        ),
        finding(deadline_is_unreadable, 'authorised_until', 'authorised_until can be read', 'blanked', dtaddto),
        finding(
          load_is_impossible, 'recorded_on', 'recorded_on lies between 1990-01-01 and 2100-01-01', 'blanked', loaded_on::VARCHAR
        )
      ],
      lambda found: found IS NOT NULL
    )
  END AS findings
FROM checked
