-- Two header rows: the first names a port over the first of its columns, the second what is counted there.
WITH rows AS (
  SELECT *, row_number() OVER () AS place
  FROM read_csv(
    getvariable('landing') || '/nia_port_daily/*.csv', header = false, all_varchar = true, union_by_name = true, filename = true
  )
),
lines AS (
  SELECT * EXCLUDE (place), place - min(place) OVER (PARTITION BY filename) + 1 AS source_line FROM rows
),
cells AS (
  UNPIVOT (SELECT * FROM lines) ON COLUMNS(* EXCLUDE (filename, source_line)) INTO NAME position VALUE cell
),
above AS (SELECT filename, position, cell FROM cells WHERE source_line = 1),
below AS (SELECT filename, position, cell FROM cells WHERE source_line = 2),
headers AS (
  SELECT
    filename, position, below.cell AS label,
    last_value(above.cell IGNORE NULLS) OVER (PARTITION BY filename ORDER BY position) AS port
  FROM above
  FULL JOIN below USING (filename, position)
),
days AS (
  SELECT
    filename, source_line,
    any_value(cell) FILTER (position = 'column000') AS entries_total,
    any_value(cell) FILTER (position = 'column001') AS exits_total,
    any_value(cell) FILTER (position = 'column002') AS day,
    any_value(cell) FILTER (position = 'column003') AS total,
    map_from_entries(
      list({'key': port || '/' || label, 'value': cell} ORDER BY position) FILTER (position >= 'column004' AND label IS NOT NULL)
    ) AS counts
  FROM cells
  LEFT JOIN headers USING (filename, position)
  WHERE source_line > 2
  GROUP BY ALL
)
SELECT
  days.* EXCLUDE (filename, source_line),
  source_file, source_sha256, source_line, source_delivery, release_number, ingested_at_utc, run_id
FROM days
JOIN landed ON landed.path = days.filename
