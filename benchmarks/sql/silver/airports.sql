SELECT
  iata AS iata_code,
  if(regexp_full_match(icao, '[A-Z0-9]{4}'), icao, NULL) AS icao_code,
  replace(name, '\''', '''') AS name,
  replace(city, '\''', '''') AS city,
  coalesce(country_code, 'openflights:' || country, 'unknown') AS country_code,
  try_cast(latitude AS DOUBLE) AS latitude_degrees,
  try_cast(longitude AS DOUBLE) AS longitude_degrees,
  round(try_cast(altitude AS DOUBLE) * 0.3048::DOUBLE, 1) AS elevation_metres,
  tz AS time_zone,
  count(*) OVER (PARTITION BY iata) AS listed_count
FROM bronze.openflights_airports
LEFT JOIN country_called ON called = name_key(country)
WHERE iata IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY iata ORDER BY try_cast(airport_id AS INTEGER)) = 1
