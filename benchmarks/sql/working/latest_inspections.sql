-- The highest version of each record; one without number or version is refused.
CREATE VIEW latest_inspections AS
WITH stated AS (
  SELECT
    * REPLACE (try_cast(inspected_on AS DATE) AS inspected_on, count_text(version)::INTEGER AS version),
    try_cast(recorded_at AS TIMESTAMPTZ) AS recorded_at_utc
  FROM bronze.inspections
  WHERE record_id IS NOT NULL AND count_text(version) IS NOT NULL
),
firsts AS (
  SELECT record_id, count(DISTINCT version) AS versions_count, min(recorded_at_utc) AS first_recorded_at_utc
  FROM stated
  GROUP BY ALL
)
SELECT *
FROM stated
JOIN firsts USING (record_id)
QUALIFY row_number() OVER (
  PARTITION BY record_id
  ORDER BY version DESC, recorded_at_utc DESC NULLS LAST, ingested_at_utc DESC, source_sha256 DESC, source_line DESC
) = 1
