WITH entries AS (
  SELECT *
  FROM silver.crossings
  JOIN known_until USING (border_state)
  WHERE direction = 'entry' AND crossed_on <= as_of_date
),
exits AS (
  SELECT admission_id, source_delivery, crossed_on AS left_on
  FROM silver.crossings
  WHERE direction = 'exit' AND border_state <> 'TWN'
),
found AS (
  SELECT crossing_id AS admission_id, exited_on AS left_on, match_state AS exit_match
  FROM silver.entry_exit_matches
  WHERE direction = 'entry'
),
paired AS (
  SELECT entries.*, left_on, 'by_record' AS exit_match, exit_is_reported AND left_on IS NULL AS exit_is_refused
  FROM entries
  LEFT JOIN exits USING (admission_id, source_delivery)
  WHERE border_state <> 'TWN'
  UNION ALL BY NAME
  SELECT entries.*, left_on, exit_match, false AS exit_is_refused
  FROM entries
  JOIN found USING (admission_id)
  WHERE border_state = 'TWN'
),
judged AS (
  SELECT
    *,
    if(left_on <= as_of_date, left_on, NULL) AS exited_on,
    recorded_on - entered_on AS load_delay_days,
    exit_match IN ('exit_missing', 'ambiguous') AS unclear,
    exited_on IS NOT NULL AS departed,
    coalesce(exited_on, if(unclear, NULL, as_of_date)) AS end_on,
    end_on > authorised_until AS late,
    if(departed, 'departed', 'no departure recorded') AS gone
  FROM paired
)
SELECT
  admission_id,
  border_state,
  traveller_key,
  person_key,
  entered_on,
  exited_on,
  authorised_until,
  deadline_kind,
  as_of_date,
  CASE
    WHEN authorised_until IS NULL THEN 'no_deadline'
    WHEN unclear THEN 'departure_unclear'
    WHEN departed AND late THEN 'departed_late'
    WHEN departed THEN 'departed_in_time'
    WHEN late THEN 'suspected_in_country'
    ELSE 'within_time'
  END AS state,
  exit_match,
  CASE
    WHEN exit_match = 'exit_missing' THEN 'entered again without a recorded departure'
    WHEN exit_match = 'ambiguous' THEN 'crossings of two documents interlace under one person'
    WHEN deadline_kind = 'none_needed' THEN 'may stay without a last day, ' || gone
    WHEN deadline_kind = 'duration_of_status' THEN 'admitted for the duration of status, ' || gone
    WHEN deadline_kind = 'not_recorded' THEN 'no deadline is recorded, ' || gone
    WHEN authorised_until IS NULL THEN 'the deadline cannot be read, ' || gone
    WHEN departed AND late THEN 'departed after the deadline'
    WHEN departed THEN 'departed by the deadline'
    WHEN exit_is_refused AND late THEN 'the deadline has passed; the reported exit is refused'
    WHEN late THEN 'the deadline has passed and no departure is recorded'
    ELSE 'the deadline has not passed'
  END AS state_reason,
  coalesce(authorised_until < as_of_date, false) AS is_expected_departure,
  (end_on - entered_on)::INTEGER AS used_days,
  if(NOT departed AND NOT late AND NOT unclear, authorised_until - as_of_date, NULL)::INTEGER AS left_days,
  if(late, end_on - authorised_until, NULL)::INTEGER AS over_days,
  CASE
    WHEN exit_is_refused THEN 'exit_refused'
    WHEN unclear THEN 'records_contradict'
    WHEN mode <> 'air' AND exit_match = 'by_record' THEN 'mode_not_air'
    WHEN load_delay_days > 1 THEN 'loaded_late'
    ELSE 'none'
  END AS recording_artefact,
  load_delay_days::INTEGER AS load_delay_days,
  port_code,
  mode,
  nationality,
  residence_country,
  birth_year,
  age_years,
  sex,
  purpose,
  class_of_admission,
  carrier_code,
  flight_number,
  address_region,
  visa_post,
  arrival_flag,
  source_delivery,
  source_line
FROM judged
