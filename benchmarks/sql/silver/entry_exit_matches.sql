WITH known AS (
  SELECT crossings.*, coalesce(person_key, traveller_key) AS who
  FROM silver.crossings
  JOIN known_until USING (border_state)
  WHERE border_state = 'TWN' AND crossed_on <= as_of_date AND class_of_admission <> 'citizen'
),
placed AS (
  SELECT
    *,
    lead(direction) OVER of_document AS document_next,
    lag(direction) OVER of_document AS document_before,
    lead(direction) OVER in_order AS next_direction,
    lead(traveller_key) OVER in_order AS next_document,
    lead(crossing_id) OVER in_order AS next_id,
    lead(crossed_on) OVER in_order AS next_on,
    lag(direction) OVER in_order AS direction_before
  FROM known
  WINDOW
    in_order AS (PARTITION BY who ORDER BY inspected_at_utc, crossing_id),
    of_document AS (PARTITION BY who, traveller_key ORDER BY inspected_at_utc, crossing_id)
),
entries_judged AS (
  SELECT
    *,
    CASE
      WHEN direction = 'exit' THEN NULL
      WHEN next_id IS NULL THEN 'open'
      WHEN next_direction = 'exit' AND next_document = traveller_key THEN 'matched'
      WHEN document_next = 'exit' THEN 'ambiguous'
      WHEN next_direction = 'exit' THEN 'matched_other_document'
      ELSE 'exit_missing'
    END AS entry_state
  FROM placed
),
judged AS (
  SELECT
    *,
    lag(entry_state) OVER (PARTITION BY who ORDER BY inspected_at_utc, crossing_id) AS state_before,
    CASE
      WHEN direction = 'entry' THEN entry_state
      WHEN direction_before IS NULL THEN 'before_records'
      WHEN state_before IN ('matched', 'matched_other_document') THEN NULL
      WHEN state_before = 'ambiguous' OR document_before = 'entry' THEN 'ambiguous'
      ELSE 'entry_missing'
    END AS match_state
  FROM entries_judged
)
SELECT
  crossing_id, direction, match_state, crossed_on,
  if(match_state IN ('matched', 'matched_other_document'), next_id, NULL) AS exit_id,
  if(match_state IN ('matched', 'matched_other_document'), next_on, NULL) AS exited_on,
  if(match_state = 'exit_missing', next_on, NULL) AS entered_again_on,
  border_state, traveller_key, person_key, port_code, mode, nationality, class_of_admission, source_delivery
FROM judged
WHERE match_state IS NOT NULL
