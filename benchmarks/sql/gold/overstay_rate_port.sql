WITH cells AS (
  SELECT
    border_state, date_trunc('month', period_day)::DATE AS month_start_date, as_of_date, port_code,
    count(*) AS admissions_count,
    count(*) FILTER (is_expected_departure) AS expected_departures_count,
    count(*) FILTER (is_late) AS out_of_country_overstays_count,
    count(*) FILTER (is_absent) AS suspected_in_country_overstays_count,
    count(*) FILTER (is_expected_departure AND state = 'departure_unclear') AS unclear_departures_count,
    count(*) FILTER (is_late OR is_absent) AS overstays_count,
    count(*) FILTER (is_expected_departure AND is_clean) AS clean_expected_departures_count,
    count(*) FILTER ((is_late OR is_absent) AND is_clean) AS clean_overstays_count,
    count(*) FILTER (NOT is_expected_departure AND authorised_until IS NOT NULL) AS not_yet_due_count,
    count(*) FILTER (authorised_until IS NULL) AS no_deadline_count
  FROM overstay_measures
  GROUP BY ALL
),
pooled AS (
  SELECT
    * REPLACE (
      if(joins_pool(admissions_count, port_code, (border_state, month_start_date, as_of_date)), 'withheld', port_code) AS port_code
    )
  FROM cells
),
summed AS (
  SELECT border_state, month_start_date, as_of_date, port_code, count(*) AS cells_count, sum(COLUMNS('_count$'))::BIGINT
  FROM pooled
  GROUP BY ALL
),
shown AS (
  SELECT
    border_state, month_start_date, as_of_date, port_code, cells_count,
    if(admissions_count >= 10, COLUMNS('(admissions|departures|overstays|due|deadline)_count$'), NULL)
  FROM summed
)
SELECT
  *,
  overstays_count / nullif(expected_departures_count, 0) AS overstay_ratio,
  out_of_country_overstays_count / nullif(expected_departures_count, 0) AS out_of_country_overstay_ratio,
  suspected_in_country_overstays_count / nullif(expected_departures_count, 0) AS suspected_in_country_overstay_ratio,
  clean_overstays_count / nullif(clean_expected_departures_count, 0) AS clean_overstay_ratio
FROM shown
