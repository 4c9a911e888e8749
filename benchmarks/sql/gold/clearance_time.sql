-- Percentiles of grouped data: linear interpolation in the band that a share of the passengers falls into.
WITH measured AS (
  SELECT
    *,
    waited_0_to_15_count + waited_16_to_30_count + waited_31_to_45_count + waited_46_to_60_count
    + waited_61_to_90_count + waited_91_to_120_count + waited_over_120_count AS measured
  FROM silver.wait_times
),
hours AS (
  SELECT
    border_state, port_code, hour_start_local,
    max(time_zone) AS time_zone,
    count(*) AS terminals_count,
    sum(measured)::BIGINT AS measured_count,
    sum(wait_mean_minutes * measured) / nullif(sum(measured) FILTER (wait_mean_minutes IS NOT NULL), 0) AS wait_mean_minutes,
    max(wait_max_minutes) AS wait_max_minutes,
    sum(passengers_count)::BIGINT AS passengers_count,
    sum(flights_count)::BIGINT AS flights_count,
    sum(booths_count)::BIGINT AS booths_count,
    [
      {'low': 0, 'high': 15, 'waited': sum(waited_0_to_15_count)},
      {'low': 15, 'high': 30, 'waited': sum(waited_16_to_30_count)},
      {'low': 30, 'high': 45, 'waited': sum(waited_31_to_45_count)},
      {'low': 45, 'high': 60, 'waited': sum(waited_46_to_60_count)},
      {'low': 60, 'high': 90, 'waited': sum(waited_61_to_90_count)},
      {'low': 90, 'high': 120, 'waited': sum(waited_91_to_120_count)},
      {'low': 120, 'high': NULL, 'waited': sum(waited_over_120_count)}
    ] AS bands
  FROM measured
  GROUP BY ALL
),
bands AS (
  SELECT
    *,
    sum(waited) OVER (PARTITION BY port_code, hour_start_local ORDER BY low) AS upto,
    greatest(low, least(high, wait_max_minutes)) AS high_reached
  FROM (
    SELECT port_code, hour_start_local, measured_count, wait_max_minutes, unnest(bands, recursive := true) FROM hours
  )
),
percentiles AS (
  SELECT
    port_code, hour_start_local, share,
    arg_min(low + (measured_count * share - (upto - waited)) / nullif(waited, 0) * (high_reached - low), low) AS found,
    least(found, any_value(wait_max_minutes)) AS minutes
  FROM bands
  CROSS JOIN (VALUES (0.5::DOUBLE), (0.95::DOUBLE)) AS shares (share)
  WHERE measured_count * share <= upto
  GROUP BY port_code, hour_start_local, share
),
of_bands AS (
  SELECT
    border_state, 'published_bands' AS basis, port_code, 'entry' AS direction, 'counter' AS lane, hour_start_local, time_zone,
    terminals_count,
    if(measured_count >= 10, p50.minutes, NULL) AS wait_p50_minutes,
    if(measured_count >= 10, p95.minutes, NULL) AS wait_p95_minutes,
    if(measured_count >= 10, hours.wait_mean_minutes, NULL) AS wait_mean_minutes,
    if(measured_count >= 10, wait_max_minutes, NULL) AS wait_max_minutes,
    if(measured_count >= 10, measured_count, NULL) AS measured_count,
    if(measured_count >= 10, passengers_count - measured_count, NULL) AS not_measured_count,
    if(measured_count >= 10, passengers_count, NULL) AS passengers_count,
    NULL::BIGINT AS referrals_count,
    NULL::DOUBLE AS inspection_p50_seconds,
    flights_count,
    booths_count
  FROM hours
  LEFT JOIN (FROM percentiles WHERE share = 0.5) AS p50 USING (port_code, hour_start_local)
  LEFT JOIN (FROM percentiles WHERE share = 0.95) AS p95 USING (port_code, hour_start_local)
),
timed AS (
  SELECT *, queue_seconds + inspection_seconds AS waited FROM silver.inspections
),
inspected AS (
  SELECT
    'TWN' AS border_state, 'inspections' AS basis, port_code, direction, lane, hour_start_local, 'Asia/Taipei' AS time_zone,
    count(DISTINCT port_source_code) AS terminals_count,
    count(DISTINCT flight_leg_id) AS flights_count,
    count(*) AS passengers_count,
    count(waited) AS measured_count,
    count(*) - count(waited) AS not_measured_count,
    count(referral_id) AS referrals_count,
    list(waited ORDER BY waited) FILTER (waited IS NOT NULL) AS ordered,
    half_up(percentile(ordered, 0.5::DOUBLE) / 60) AS wait_p50_minutes,
    half_up(percentile(ordered, 0.95::DOUBLE) / 60) AS wait_p95_minutes,
    half_up(avg(waited) / 60) AS wait_mean_minutes,
    ceil(max(waited) / 60)::BIGINT AS wait_max_minutes,
    quantile_cont(inspection_seconds::DOUBLE, 0.5) AS inspection_p50_seconds
  FROM timed
  GROUP BY ALL
),
of_inspections AS (
  SELECT
    COLUMNS(* EXCLUDE (
      ordered, wait_p50_minutes, wait_p95_minutes, wait_mean_minutes, wait_max_minutes, measured_count, not_measured_count,
      passengers_count, referrals_count, inspection_p50_seconds
    )),
    if(measured_count >= 10, COLUMNS('^(wait_.*|measured_count|not_measured_count)$'), NULL),
    if(passengers_count >= 10, COLUMNS('^(passengers_count|referrals_count|inspection_p50_seconds)$'), NULL)
  FROM inspected
)
SELECT * FROM of_bands
UNION ALL BY NAME
SELECT *, NULL::BIGINT AS booths_count FROM of_inspections
