WITH judged AS (
  SELECT
    border_state, purpose, date_trunc('month', entered_on)::DATE AS month_start_date, as_of_date,
    exited_on - entered_on AS nights,
    coalesce(exited_on, greatest(as_of_date, authorised_until)) AS end_on,
    CASE
      WHEN residence_country = border_state OR class_of_admission = 'resident' THEN 'residents'
      WHEN class_of_admission IN ('E1', 'E2', 'migrant_worker', 'professional', 'crew') THEN 'employed'
      WHEN end_on >= entered_on + INTERVAL 12 MONTH THEN 'long_stays'
      WHEN exited_on IS NULL AND authorised_until IS NULL THEN 'length_unknown'
    END AS left_out,
    left_out IS NULL AS is_visit,
    if(is_visit, residence_country, 'not_visitors') AS residence_country
  FROM silver.stays
),
cells AS (
  SELECT
    border_state, purpose, month_start_date, as_of_date, is_visit, residence_country,
    count(*) AS admissions_count,
    count(*) FILTER (is_visit) AS visitors_count,
    count(*) FILTER (is_visit AND nights IS NOT NULL) AS completed_stays_count,
    count(*) FILTER (is_visit AND nights IS NULL) AS open_stays_count,
    count(*) FILTER (is_visit AND nights = 0) AS same_day_visits_count,
    count(*) FILTER (left_out = 'residents') AS residents_count,
    count(*) FILTER (left_out = 'employed') AS employed_count,
    count(*) FILTER (left_out = 'long_stays') AS long_stays_count,
    count(*) FILTER (left_out = 'length_unknown') AS length_unknown_count,
    coalesce(sum(nights) FILTER (is_visit), 0)::BIGINT AS nights_count
  FROM judged
  GROUP BY ALL
),
pooled AS (
  SELECT
    * REPLACE (
      if(
        is_visit AND joins_pool(admissions_count, residence_country, (border_state, purpose, month_start_date, as_of_date, is_visit)),
        'withheld', residence_country
      ) AS residence_country
    )
  FROM cells
),
summed AS (
  SELECT
    border_state, purpose, month_start_date, as_of_date, residence_country, count(*) AS cells_count,
    sum(COLUMNS('_count$'))::BIGINT
  FROM pooled
  GROUP BY ALL
),
shown AS (
  SELECT
    border_state, purpose, month_start_date, as_of_date, residence_country, cells_count,
    if(admissions_count >= 10, COLUMNS('(admissions|visitors|stays|visits|residents|employed|unknown|nights)_count$'), NULL)
  FROM summed
)
SELECT
  * EXCLUDE (nights_count),
  if(completed_stays_count >= 10, nights_count, NULL) AS total_nights,
  if(completed_stays_count >= 10, nights_count / nullif(completed_stays_count, 0), NULL) AS mean_nights
FROM shown
