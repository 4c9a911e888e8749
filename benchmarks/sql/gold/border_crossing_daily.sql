WITH cells AS (
  SELECT
    border_state, port_code, direction, crossed_on, nationality,
    count(*) AS crossings_count,
    count(*) FILTER (lane <> 'not_recorded') AS lane_recorded_count,
    count(*) FILTER (lane = 'e_gate') AS e_gate_count
  FROM silver.crossings
  GROUP BY ALL
),
pooled AS (
  SELECT
    * REPLACE (
      if(joins_pool(crossings_count, nationality, (border_state, port_code, direction, crossed_on)), 'withheld', nationality)
        AS nationality
    )
  FROM cells
),
records AS (
  SELECT
    border_state, 'records' AS basis, port_code, direction, nationality, crossed_on, count(*) AS cells_count,
    sum(COLUMNS('_count$'))::BIGINT
  FROM pooled
  GROUP BY ALL
),
published AS (
  UNPIVOT (
    SELECT
      border_state, port_code, count_date AS crossed_on,
      sum(entries_count)::BIGINT AS entry, sum(exits_count)::BIGINT AS exit
    FROM silver.port_daily_counts
    WHERE is_current AND traveller_group = 'all' AND port_source_code <> 'all'
    GROUP BY ALL
  ) ON entry, exit INTO NAME direction VALUE crossings_count
)
SELECT
  * EXCLUDE (crossings_count, lane_recorded_count, e_gate_count),
  if(crossings_count >= 10, crossings_count, NULL) AS crossings_count,
  if(crossings_count >= 10, lane_recorded_count, NULL) AS lane_recorded_count,
  if(crossings_count >= 10, e_gate_count / nullif(lane_recorded_count, 0), NULL) AS e_gate_ratio
FROM records
UNION ALL BY NAME
SELECT
  border_state, 'published_counts' AS basis, port_code, direction, 'all' AS nationality, crossed_on, 1 AS cells_count,
  crossings_count, 0 AS lane_recorded_count, NULL::DOUBLE AS e_gate_ratio
FROM published
