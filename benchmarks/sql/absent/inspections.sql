-- The inspections of a landing that has none.
SELECT
  unnest([]::VARCHAR[]) AS record_id,
  NULL::VARCHAR AS version, NULL::VARCHAR AS recorded_at, NULL::VARCHAR AS inspected_at,
  NULL::VARCHAR AS inspected_on, NULL::VARCHAR AS queued_at, NULL::VARCHAR AS inspection_seconds,
  NULL::VARCHAR AS port, NULL::VARCHAR AS direction, NULL::VARCHAR AS lane, NULL::VARCHAR AS mode,
  NULL::VARCHAR AS carrier, NULL::VARCHAR AS flight_number, NULL::VARCHAR AS flight_date,
  NULL::VARCHAR AS foreign_port, NULL::VARCHAR AS document_type, NULL::VARCHAR AS issuing_state,
  NULL::VARCHAR AS document_number, NULL::VARCHAR AS expiry_date, NULL::VARCHAR AS nationality,
  NULL::VARCHAR AS primary_identifier, NULL::VARCHAR AS secondary_identifier, NULL::VARCHAR AS native_name,
  NULL::VARCHAR AS date_of_birth, NULL::VARCHAR AS sex, NULL::VARCHAR AS mrz, NULL::VARCHAR AS residence_country,
  NULL::VARCHAR AS purpose, NULL::VARCHAR AS class_of_admission, NULL::VARCHAR AS permit_number,
  NULL::VARCHAR AS authorised_until, NULL::VARCHAR AS outcome, NULL::VARCHAR AS refusal_reason,
  NULL::VARCHAR AS referral_id, NULL::VARCHAR AS sponsor_id, NULL::VARCHAR AS contact_phone,
  NULL::VARCHAR AS address_county, NULL::VARCHAR AS officer_id, NULL::VARCHAR AS source_file,
  NULL::VARCHAR AS source_sha256, NULL::VARCHAR AS source_delivery, NULL::VARCHAR AS run_id,
  NULL::BIGINT AS source_line, NULL::INTEGER AS release_number, NULL::TIMESTAMPTZ AS ingested_at_utc
