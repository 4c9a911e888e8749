-- Variable: as_of.
WITH overdue AS (
  SELECT *
  FROM silver.stays
  WHERE
    state = 'suspected_in_country'
    OR (
      state = 'no_deadline' AND exited_on IS NULL
      AND used_days > if(deadline_kind = 'duration_of_status', 1461, 366)
    )
),
lost_flight_days AS (
  SELECT border_state, port_code, entered_on, carrier_code, flight_number, true AS flight_day_is_lost
  FROM silver.stays
  WHERE is_expected_departure AND mode = 'air' AND flight_number IS NOT NULL
  GROUP BY ALL
  HAVING count(*) >= 20 AND count(*) FILTER (exited_on IS NULL) >= 0.5 * count(*)
),
missing_exits AS (
  SELECT
    *, 'exit' AS missing_side, entered_on AS crossed_on,
    CASE
      WHEN recording_artefact = 'exit_refused' THEN 'exit_refused'
      WHEN flight_day_is_lost THEN 'flight_day_lost'
      WHEN recording_artefact <> 'none' THEN recording_artefact
      WHEN state = 'no_deadline' THEN 'open_ended'
      ELSE 'overstay'
    END AS probable_cause
  FROM overdue
  LEFT JOIN lost_flight_days USING (border_state, port_code, entered_on, carrier_code, flight_number)
),
known AS (
  SELECT * FROM silver.crossings WHERE crossed_on <= getvariable('as_of')
),
missing_entries AS (
  SELECT *, getvariable('as_of') AS as_of_date, 'entry' AS missing_side, 'entry_refused' AS probable_cause
  FROM known
  WHERE direction = 'exit' AND admission_id NOT IN (SELECT admission_id FROM known WHERE direction = 'entry')
),
unmatched AS (
  SELECT * FROM missing_exits
  UNION ALL BY NAME
  SELECT * FROM missing_entries
)
SELECT
  admission_id, missing_side, border_state, traveller_key, crossed_on, as_of_date,
  (as_of_date - crossed_on)::INTEGER AS age_days,
  authorised_until, over_days, probable_cause, port_code, mode, nationality, class_of_admission
FROM unmatched
