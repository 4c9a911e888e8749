-- The I-94 arrivals of a landing that has none.
SELECT
  unnest([]::DOUBLE[]) AS cicid,
  NULL::DOUBLE AS i94yr, NULL::DOUBLE AS i94mon, NULL::DOUBLE AS i94cit, NULL::DOUBLE AS i94res, NULL::VARCHAR AS i94port,
  NULL::DOUBLE AS arrdate, NULL::DOUBLE AS i94mode, NULL::VARCHAR AS i94addr, NULL::DOUBLE AS depdate, NULL::DOUBLE AS i94bir,
  NULL::DOUBLE AS i94visa, NULL::DOUBLE AS count, NULL::VARCHAR AS dtadfile, NULL::VARCHAR AS visapost, NULL::VARCHAR AS occup,
  NULL::VARCHAR AS entdepa, NULL::VARCHAR AS entdepd, NULL::VARCHAR AS entdepu, NULL::VARCHAR AS matflag,
  NULL::DOUBLE AS biryear, NULL::VARCHAR AS dtaddto, NULL::VARCHAR AS gender, NULL::VARCHAR AS insnum, NULL::VARCHAR AS airline,
  NULL::DOUBLE AS admnum, NULL::VARCHAR AS fltno, NULL::VARCHAR AS visatype,
  NULL::VARCHAR AS source_file, NULL::VARCHAR AS source_sha256, NULL::BIGINT AS source_line, NULL::VARCHAR AS source_delivery,
  NULL::INTEGER AS release_number, NULL::TIMESTAMPTZ AS ingested_at_utc, NULL::VARCHAR AS run_id
