SELECT
  'USA' AS border_state,
  coalesce(conformed_code, 'cbp:' || airport) AS port_code,
  airport AS port_source_code,
  terminal,
  strptime(date || ' ' || hour[:2], '%Y-%m-%d %H') AT TIME ZONE 'UTC' AS hour_start_local,
  time_zone,
  wait_text(us_avg_wait) AS us_wait_mean_minutes,
  wait_text(us_max_wait) AS us_wait_max_minutes,
  wait_text(non_us_avg_wait) AS foreign_wait_mean_minutes,
  wait_text(non_us_max_wait) AS foreign_wait_max_minutes,
  wait_text(all_avg_wait) AS wait_mean_minutes,
  wait_text(all_max_wait) AS wait_max_minutes,
  count_text(all_n_0_15) AS waited_0_to_15_count,
  count_text(all_n_16_30) AS waited_16_to_30_count,
  count_text(all_n_31_45) AS waited_31_to_45_count,
  count_text(all_n_46_60) AS waited_46_to_60_count,
  count_text(all_n_61_90) AS waited_61_to_90_count,
  count_text(all_n_91_120) AS waited_91_to_120_count,
  count_text(all_n_over_120) AS waited_over_120_count,
  count_text(all_excluded) AS excluded_count,
  count_text(all_total) AS passengers_count,
  count_text(all_flights) AS flights_count,
  count_text(all_booths) AS booths_count,
  source_delivery,
  source_line
FROM bronze.cbp_wait_times
LEFT JOIN silver.source_codes ON code_set = 'cbp_airport' AND source_code = airport
LEFT JOIN silver.airports ON iata_code = airport
