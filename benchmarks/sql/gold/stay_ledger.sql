SELECT
  admission_id, traveller_key, person_key, border_state, port_code, entered_on, authorised_until, deadline_kind, exited_on, as_of_date,
  state, state_reason, exit_match, is_expected_departure, used_days, left_days, over_days, recording_artefact, nationality,
  residence_country, class_of_admission, purpose, mode, sex, age_years
FROM silver.stays
