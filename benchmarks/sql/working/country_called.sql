-- Countries by what they, and no others, are called.
CREATE VIEW country_called AS
SELECT called, any_value(country_code) AS country_code
FROM (SELECT country_code, unnest(known_as) AS called FROM silver.countries)
GROUP BY ALL
HAVING count(DISTINCT country_code) = 1
