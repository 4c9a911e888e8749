WITH records AS (
  SELECT *, row_number() OVER () AS place
  FROM read_json(
    getvariable('landing') || '/inspections/*/*.ndjson.gz', format = 'newline_delimited', filename = true,
    columns = {
      'record_id': 'VARCHAR', 'version': 'VARCHAR', 'recorded_at': 'VARCHAR', 'inspected_at': 'VARCHAR',
      'inspected_on': 'VARCHAR', 'queued_at': 'VARCHAR', 'inspection_seconds': 'VARCHAR', 'port': 'VARCHAR',
      'direction': 'VARCHAR', 'lane': 'VARCHAR', 'mode': 'VARCHAR', 'carrier': 'VARCHAR', 'flight_number': 'VARCHAR',
      'flight_date': 'VARCHAR', 'foreign_port': 'VARCHAR', 'document_type': 'VARCHAR', 'issuing_state': 'VARCHAR',
      'document_number': 'VARCHAR', 'expiry_date': 'VARCHAR', 'nationality': 'VARCHAR', 'primary_identifier': 'VARCHAR',
      'secondary_identifier': 'VARCHAR', 'native_name': 'VARCHAR', 'date_of_birth': 'VARCHAR', 'sex': 'VARCHAR',
      'mrz': 'VARCHAR', 'residence_country': 'VARCHAR', 'purpose': 'VARCHAR', 'class_of_admission': 'VARCHAR',
      'permit_number': 'VARCHAR', 'authorised_until': 'VARCHAR', 'outcome': 'VARCHAR', 'refusal_reason': 'VARCHAR',
      'referral_id': 'VARCHAR', 'sponsor_id': 'VARCHAR', 'contact_phone': 'VARCHAR', 'address_county': 'VARCHAR',
      'officer_id': 'VARCHAR'
    }
  )
)
SELECT
  records.* EXCLUDE (filename, place),
  source_file, source_sha256, place - min(place) OVER (PARTITION BY filename) + 1 AS source_line,
  source_delivery, release_number, ingested_at_utc, run_id
FROM records
JOIN landed ON landed.path = records.filename
