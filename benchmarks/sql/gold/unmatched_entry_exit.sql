WITH overdue AS (
  SELECT *
  FROM silver.stays
  WHERE
    state IN ('suspected_in_country', 'departure_unclear')
    OR (
      state = 'no_deadline' AND exited_on IS NULL AND deadline_kind <> 'none_needed'
      AND used_days > if(deadline_kind = 'duration_of_status', 1461, 366)
    )
),
lost_flight_days AS (
  SELECT border_state, port_code, entered_on, carrier_code, flight_number, true AS flight_day_is_lost
  FROM silver.stays
  WHERE border_state <> 'TWN' AND is_expected_departure AND mode = 'air' AND flight_number IS NOT NULL
  GROUP BY ALL
  HAVING count(*) >= 20 AND count(*) FILTER (exited_on IS NULL) >= 0.5 * count(*)
),
split AS (
  SELECT entries.crossing_id AS entry_id, exits.crossing_id AS exit_id
  FROM silver.entry_exit_matches AS entries
  JOIN silver.entry_exit_matches AS exits USING (traveller_key)
  WHERE
    entries.match_state IN ('open', 'exit_missing') AND exits.match_state IN ('before_records', 'entry_missing')
    AND exits.person_key IS DISTINCT FROM entries.person_key AND exits.crossed_on >= entries.crossed_on
),
missing_exits AS (
  SELECT
    *, 'exit' AS missing_side, entered_on AS crossed_on,
    CASE
      WHEN recording_artefact = 'exit_refused' THEN 'exit_refused'
      WHEN admission_id IN (SELECT entry_id FROM split) THEN 'person_key_split'
      WHEN exit_match = 'exit_missing' THEN 'entered_again'
      WHEN exit_match = 'ambiguous' THEN 'documents_interlace'
      WHEN flight_day_is_lost THEN 'flight_day_lost'
      WHEN recording_artefact <> 'none' THEN recording_artefact
      WHEN state = 'no_deadline' THEN 'open_ended'
      ELSE 'overstay'
    END AS probable_cause
  FROM overdue
  LEFT JOIN lost_flight_days USING (border_state, port_code, entered_on, carrier_code, flight_number)
),
known AS (
  SELECT *
  FROM silver.crossings
  JOIN known_until USING (border_state)
  WHERE border_state <> 'TWN' AND crossed_on <= as_of_date
),
missing_entries AS (
  SELECT *, 'entry' AS missing_side, 'entry_refused' AS probable_cause
  FROM known
  WHERE direction = 'exit' AND admission_id NOT IN (SELECT admission_id FROM known WHERE direction = 'entry')
),
lone_exits AS (
  SELECT
    * EXCLUDE (exit_id, exited_on), crossing_id AS admission_id, 'entry' AS missing_side,
    CASE
      WHEN crossing_id IN (SELECT exit_id FROM split) THEN 'person_key_split'
      WHEN match_state = 'ambiguous' THEN 'documents_interlace'
      WHEN match_state = 'before_records' THEN 'records_began_later'
      ELSE 'entry_not_recorded'
    END AS probable_cause
  FROM silver.entry_exit_matches
  JOIN known_until USING (border_state)
  WHERE direction = 'exit'
),
unmatched AS (
  SELECT * FROM missing_exits
  UNION ALL BY NAME
  SELECT * FROM missing_entries
  UNION ALL BY NAME
  SELECT * FROM lone_exits
)
SELECT
  admission_id, missing_side, border_state, traveller_key, person_key, crossed_on, as_of_date,
  (as_of_date - crossed_on)::INTEGER AS age_days,
  authorised_until, over_days, probable_cause, port_code, mode, nationality, class_of_admission
FROM unmatched
