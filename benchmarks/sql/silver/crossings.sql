SELECT * EXCLUDE (is_refused, findings) FROM crossings_screened WHERE NOT is_refused
UNION ALL BY NAME
SELECT * EXCLUDE (is_refused) FROM crossings_of_agency WHERE NOT is_refused
