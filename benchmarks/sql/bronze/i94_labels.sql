-- A SAS program: ``value $name`` begins a list of ``code = 'label'``; the purposes stand in a comment.
WITH lines AS (
  SELECT filename, unnest(string_split(content, chr(10))) AS line, generate_subscripts(string_split(content, chr(10)), 1) AS number
  FROM read_text(getvariable('landing') || '/i94_labels/*.SAS')
),
sections AS (
  SELECT
    *,
    last_value(
      nullif(coalesce(
        nullif(regexp_extract(line, '^\s*value\s+\$?(\w+)', 1), ''),
        lower(nullif(regexp_extract(line, '^/\*\s*(I94VISA)\b', 1), '')),
        if(line.starts_with('/*'), '-', NULL)
      ), '') IGNORE NULLS
    ) OVER (PARTITION BY filename ORDER BY number) AS format_name
  FROM lines
),
labels AS (
  SELECT *, regexp_extract(line, '^\s*(''[^'']*''|\w+)\s*=\s*(''(?:[^'']|'''')*''|\S.*)', ['code', 'label']) AS found
  FROM sections
)
SELECT
  format_name,
  rtrim(trim(found.code, '''')) AS code,
  if(found.label.starts_with(''''), rtrim(replace(found.label[2:-2], '''''', '''')), rtrim(found.label)) AS label,
  source_file, source_sha256, number AS source_line, source_delivery, release_number, ingested_at_utc, run_id
FROM labels
JOIN landed ON landed.path = labels.filename
WHERE found.code <> '' AND format_name <> '-'
