SELECT * EXCLUDE (is_refused, findings) FROM crossings_screened WHERE NOT is_refused
