-- What each release says of each port and day; a release that only repeats the one before it adds nothing.
WITH taiwan_cells AS (
  SELECT * EXCLUDE (cell), regexp_extract(cell.key, '^(.*)/([^/]*)$', ['port_source_code', 'label']) AS counted, cell.value
  FROM (SELECT * EXCLUDE (counts), unnest(map_entries(counts)) AS cell FROM bronze.nia_port_daily)
  UNION ALL BY NAME
  SELECT
    * EXCLUDE (counts),
    unnest([
      {'port_source_code': 'all', 'label': '入境查驗'},
      {'port_source_code': 'all', 'label': '出境查驗'},
      {'port_source_code': 'all', 'label': '小計'}
    ]) AS counted,
    unnest([entries_total, exits_total, total]) AS value
  FROM bronze.nia_port_daily
),
taiwan AS (
  SELECT
    'TWN' AS border_state, counted.port_source_code AS port_source_code, 'all' AS traveller_group,
    try_strptime(day, '%Y%m%d')::DATE AS count_date,
    count_text(any_value(value) FILTER (counted.label = '入境查驗')) AS entries_count,
    count_text(any_value(value) FILTER (counted.label = '出境查驗')) AS exits_count,
    count_text(any_value(value) FILTER (counted.label = '小計')) AS total_count,
    source_delivery, release_number, source_line, ingested_at_utc, 'nia_port' AS code_set
  FROM taiwan_cells
  WHERE counted.label <> '合計'
  GROUP BY ALL
),
hong_kong_lines AS (
  UNPIVOT (
    SELECT
      control_point, date, arrival_departure, source_delivery, release_number, source_line, ingested_at_utc,
      total AS all, hong_kong_residents AS residents, mainland_visitors, other_visitors
    FROM bronze.hk_daily_traffic
  ) ON "all", residents, mainland_visitors, other_visitors INTO NAME traveller_group VALUE crossings
),
hong_kong AS (
  SELECT
    'HKG' AS border_state, control_point AS port_source_code, traveller_group,
    try_strptime(date, '%d-%m-%Y')::DATE AS count_date,
    count_text(arg_max(crossings, source_line) FILTER (arrival_departure = 'Arrival')) AS entries_count,
    count_text(arg_max(crossings, source_line) FILTER (arrival_departure = 'Departure')) AS exits_count,
    entries_count + exits_count AS total_count,
    source_delivery, release_number, max(source_line) AS source_line, ingested_at_utc, 'hk_control_point' AS code_set
  FROM hong_kong_lines
  GROUP BY ALL
),
stated AS (
  SELECT
    border_state,
    coalesce(conformed_code, split_part(said.code_set, '_', 1) || ':' || port_source_code) AS port_code,
    port_source_code, count_date, traveller_group, entries_count, exits_count, total_count,
    coalesce(
      try_strptime(regexp_extract(source_delivery, '(?:^|\D)(\d{8})(?:\D|$)', 1), '%Y%m%d')::DATE, ingested_at_utc::DATE
    ) AS published_on,
    release_number, source_delivery, source_line
  FROM (SELECT * FROM taiwan UNION ALL BY NAME SELECT * FROM hong_kong) AS said
  LEFT JOIN silver.source_codes AS codes ON codes.code_set = said.code_set AND codes.source_code = said.port_source_code
  WHERE entries_count + exits_count = total_count AND count_date BETWEEN '2000-01-01' AND '2100-01-01'
  QUALIFY row_number() OVER (
    PARTITION BY border_state, port_source_code, traveller_group, count_date, published_on, release_number
    ORDER BY source_delivery DESC, source_line DESC
  ) = 1
),
changed AS (
  SELECT *
  FROM stated
  WINDOW releases AS (
    PARTITION BY border_state, port_source_code, traveller_group, count_date ORDER BY published_on, release_number
  )
  QUALIFY (entries_count, exits_count) IS DISTINCT FROM lag((entries_count, exits_count)) OVER releases
)
SELECT
  * EXCLUDE (source_delivery, source_line),
  lead(published_on) OVER (
    PARTITION BY border_state, port_source_code, traveller_group, count_date ORDER BY published_on, release_number
  ) AS superseded_on,
  superseded_on IS NULL AS is_current,
  source_delivery, source_line
FROM changed
