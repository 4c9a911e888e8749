-- What both tables of overstay rates count, stay by stay.
CREATE VIEW overstay_measures AS
SELECT
  *,
  coalesce(authorised_until, entered_on) AS period_day,
  is_expected_departure AND state = 'departed_late' AS is_late,
  is_expected_departure AND state = 'suspected_in_country' AS is_absent,
  recording_artefact = 'none' AS is_clean
FROM silver.stays
