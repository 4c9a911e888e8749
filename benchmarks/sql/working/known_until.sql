-- Per border state the day as of which it is judged: the one that is given, never later than the state's own records reach;
-- a later one holds for the state whose records reach farthest. Variable: as_of, null for the last day of all.
CREATE TABLE known_until AS
WITH days AS (
  SELECT border_state, max(crossed_on) AS last_day, max(max(crossed_on)) OVER () AS latest
  FROM silver.crossings
  GROUP BY ALL
)
SELECT
  border_state,
  if(last_day = latest, coalesce(getvariable('as_of'), latest), least(last_day, coalesce(getvariable('as_of'), latest)))
    AS as_of_date
FROM days
