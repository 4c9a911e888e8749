-- The crossings among the agency's inspections, and which of them are refused: those of nobody and of nothing, and those
-- written before they happened. What blanks values (impossible deadlines and days of writing) is done, and not counted.
CREATE VIEW crossings_of_agency AS
SELECT
  * EXCLUDE (is_entry, is_unlimited, said_until, first_written_on),
  NULL::VARCHAR AS visa_post,
  NULL::VARCHAR AS arrival_flag,
  NULL::BOOLEAN AS exit_is_reported,
  crossed_on > read_on OR traveller_key IS NULL AS is_refused
FROM (
  SELECT
    direction = 'entry' AS is_entry,
    class_of_admission IN ('citizen', 'resident') AS is_unlimited,
    authorised_until AS said_until,
    (first_recorded_at_utc AT TIME ZONE 'Asia/Taipei')::DATE AS first_written_on,
    inspection_id AS crossing_id,
    inspection_id AS admission_id,
    'TWN' AS border_state,
    direction,
    inspected_on AS crossed_on,
    if(is_entry, inspected_on, NULL) AS entered_on,
    inspected_at_utc,
    (recorded_at_utc AT TIME ZONE 'Asia/Taipei')::DATE AS read_on,
    port_code,
    mode,
    lane,
    nationality,
    residence_country,
    coalesce(document_key, person_key) AS traveller_key,
    person_key,
    birth_year,
    age_years,
    sex,
    purpose,
    class_of_admission,
    carrier_code,
    flight_number,
    flight_leg_id,
    address_region,
    if(is_entry, CASE WHEN is_unlimited THEN 'none_needed' WHEN said_until IS NOT NULL THEN 'date' ELSE 'not_recorded' END, NULL)
      AS deadline_kind,
    if(is_entry AND NOT is_unlimited AND is_possible_day(said_until), said_until, NULL) AS authorised_until,
    if(is_entry AND is_possible_day(first_written_on), first_written_on, NULL) AS recorded_on,
    source_delivery,
    source_line
  FROM silver.inspections
  WHERE outcome IN ('admitted', 'departed')
)
