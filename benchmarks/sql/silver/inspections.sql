-- Variable: reference, the folder of the declared lists. Of zone and typed values the zone's count where it vouches for them.
WITH typed AS (
  SELECT
    *,
    agency_state(nationality) AS typed_nation,
    iso_day(date_of_birth) AS typed_born,
    iso_day(expiry_date) AS typed_expires,
    iso_day(flight_date) AS flies_on,
    try_cast(inspected_at AS TIMESTAMPTZ) AS inspected_at_utc,
    try_strptime(inspected_at[:13], '%Y-%m-%dT%H') AT TIME ZONE 'UTC' AS hour_start_local,
    (epoch(inspected_at_utc) - epoch(try_cast(queued_at AS TIMESTAMPTZ)))::INTEGER AS queued_seconds,
    count_text(inspection_seconds) AS took_seconds
  FROM zones
),
read AS (
  SELECT *
  FROM typed
  LEFT JOIN (FROM read_csv(getvariable('reference') || '/port_airports.csv', header = true, all_varchar = true)) USING (port)
  LEFT JOIN silver.source_codes ON code_set = 'nia_port' AND source_code = trim(port)
),
chosen AS (
  SELECT
    *,
    coalesce(zone_number, document_number) AS number,
    coalesce(zone_born, typed_born) AS born,
    coalesce(zone_expires, typed_expires) AS expires,
    coalesce(zone_issuer, agency_state(issuing_state)) AS issuer,
    coalesce(zone_nation, typed_nation) AS nation,
    coalesce(zone_primary, upper(primary_identifier)) AS "primary",
    if(zone_primary IS NOT NULL, zone_secondary, nullif(upper(secondary_identifier), '')) AS secondary,
    coalesce(zone_sex, if(sex IN ('F', 'M', 'X'), sex, NULL)) AS chosen_sex,
    letters(coalesce(zone_primary, ''), 15) AS zone_first, letters(coalesce(primary_identifier, ''), 15) AS typed_first,
    letters(coalesce(zone_secondary, ''), 10) AS zone_last, letters(coalesce(secondary_identifier, ''), 10) AS typed_last,
    zone_primary IS NOT NULL AND primary_identifier IS NOT NULL AS named,
    date_of_birth IS NOT NULL AND zone_born IS NOT NULL AND zone_born IS DISTINCT FROM typed_born AS born_differs,
    expiry_date IS NOT NULL AND zone_expires IS NOT NULL AND zone_expires IS DISTINCT FROM typed_expires AS expires_differs,
    concat_ws(
      '-', if(direction = 'entry', foreign_port, airport), if(direction = 'entry', airport, foreign_port)
    ) AS route,
    if(mode = 'air' AND airport IS NOT NULL, carrier || flight_number || '-' || route || '-' || strftime(flies_on, '%Y%m%d'), NULL)
      AS leg
  FROM read
),
aged AS (
  SELECT
    *,
    born BETWEEN DATE '1890-01-01' AND DATE '2100-01-01' AS is_possible_birth,
    floor((
      12 * (year(inspected_on) - year(born)) + month(inspected_on) - month(born)
      + if(
        day(inspected_on) = day(born) OR (inspected_on = last_day(inspected_on) AND born = last_day(born)),
        0, (day(inspected_on) - day(born)) / 31
      )
    ) / 12)::INTEGER AS age
  FROM chosen
)
SELECT
  record_id AS inspection_id,
  versions_count,
  version AS version_number,
  recorded_at_utc,
  first_recorded_at_utc,
  inspected_at_utc,
  inspected_on,
  hour_start_local,
  if(queued_seconds BETWEEN 0 AND 86400, queued_seconds, NULL) AS queue_seconds,
  if(took_seconds BETWEEN 0 AND 86400, took_seconds, NULL)::INTEGER AS inspection_seconds,
  coalesce(conformed_code, 'nia:' || nullif(trim(port), ''), 'unknown') AS port_code,
  port AS port_source_code,
  direction,
  coalesce(lane, 'not_recorded') AS lane,
  coalesce(mode, 'not_reported') AS mode,
  outcome,
  if(refusal_reason IN ('A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I'), refusal_reason, NULL) AS refusal_reason,
  referral_id,
  if(regexp_full_match(leg, '[A-Z0-9]{2,3}[0-9]{1,5}[A-Z]?-[A-Z0-9]{3,5}-[A-Z0-9]{3,5}-[0-9]{8}'), leg, NULL) AS flight_leg_id,
  carrier AS carrier_code,
  flight_number,
  foreign_port,
  if(document_type IN ('P', 'V', 'I', 'C'), document_type, NULL) AS document_type,
  issuer AS issuing_state,
  number AS document_number,
  expires AS expiry_date,
  person_key("inner", "outer", 'document|' || issuer || '|' || alphanumeric(number) || '|') AS document_key,
  person_key(
    "inner", "outer",
    'person|' || nation || '|' || letters("primary", 15) || '|' || letters(coalesce(secondary, ''), 10)
      || '|' || born || '|' || chosen_sex || '|'
  ) AS person_key,
  coalesce(nation, 'unknown') AS nationality,
  "primary" AS primary_identifier,
  secondary AS secondary_identifier,
  native_name,
  if(is_possible_birth, born, NULL) AS date_of_birth,
  if(year(born) BETWEEN 1890 AND 2100, year(born), NULL)::INTEGER AS birth_year,
  if(age BETWEEN 0 AND 120, age, NULL) AS age_years,
  coalesce(chosen_sex, 'not_recorded') AS sex,
  coalesce(agency_state(residence_country), 'unknown') AS residence_country,
  if(
    purpose IN ('business', 'pleasure', 'visiting', 'student', 'employment', 'transit', 'crew', 'other'), purpose, 'not_recorded'
  ) AS purpose,
  coalesce(class_of_admission, 'not_recorded') AS class_of_admission,
  permit_number,
  person_key("inner", "outer", 'permit|' || alphanumeric(permit_number)) AS permit_key,
  iso_day(authorised_until) AS authorised_until,
  person_key("inner", "outer", 'sponsor|' || alphanumeric(sponsor_id)) AS sponsor_key,
  person_key("inner", "outer", 'phone|' || dialled(contact_phone)) AS phone_key,
  address_county AS address_region,
  zone_format,
  coalesce(wrong_check_digits, []) AS wrong_check_digits,
  list_filter(
    [
      if(upper(alphanumeric(zone_number)) <> upper(alphanumeric(document_number)), 'document_number', NULL),
      if(born_differs, 'date_of_birth', NULL),
      if(expires_differs, 'expiry_date', NULL),
      if(zone_sex <> sex, 'sex', NULL),
      if(zone_nation <> typed_nation, 'nationality', NULL),
      if(named AND (zone_first <> typed_first OR zone_last <> typed_last), 'names', NULL),
      if(
        named AND zone_first <> typed_first AND zone_first[:10] = typed_last AND zone_last = typed_first[:10],
        'names_swapped', NULL
      ),
      if(
        (born_differs AND zone_born = try_strptime(trim(date_of_birth), '%Y-%d-%m')::DATE)
          OR (expires_differs AND zone_expires = try_strptime(trim(expiry_date), '%Y-%d-%m')::DATE),
        'day_and_month_swapped', NULL
      )
    ],
    lambda difference: difference IS NOT NULL
  ) AS typed_differently,
  'inspections/' || inspected_on AS source_delivery,
  source_file,
  source_line
FROM aged
CROSS JOIN keyring
WHERE
  version BETWEEN 1 AND 100 AND recorded_at_utc IS NOT NULL AND inspected_at_utc IS NOT NULL
  AND is_possible_day(inspected_on) AND hour_start_local IS NOT NULL AND port IS NOT NULL
  AND direction IN ('entry', 'exit') AND coalesce(lane, 'counter') IN ('e_gate', 'counter', 'crew', 'not_recorded')
  AND coalesce(mode, 'air') IN ('air', 'sea', 'land', 'not_reported')
  AND ((direction = 'entry' AND outcome IN ('admitted', 'refused')) OR (direction = 'exit' AND outcome IN ('departed', 'stopped')))
