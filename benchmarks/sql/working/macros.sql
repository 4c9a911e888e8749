-- Expressions that several tables share.

CREATE MACRO i94_day(days) AS DATE '1960-01-01' + try_cast(trunc(days) AS INTEGER);

CREATE MACRO is_possible_day(day) AS day BETWEEN DATE '1990-01-01' AND DATE '2100-01-01';

CREATE MACRO i94_code(number) AS try_cast(trunc(number) AS BIGINT)::VARCHAR;

-- HMAC-SHA-256 (RFC 2104); ``inner_pad`` and ``outer_pad`` are the two padded keys in hexadecimal.
CREATE MACRO person_key(inner_pad, outer_pad, message) AS
  left(sha256(unhex(outer_pad) || unhex(sha256(unhex(inner_pad) || encode(message)))), 32);

CREATE MACRO count_text(cell) AS
  CASE
    WHEN regexp_full_match(trim(cell), '\d{1,15}|\d{1,3}(,\d{3}){1,4}') THEN replace(trim(cell), ',', '')::BIGINT
  END;

CREATE MACRO wait_text(cell) AS if(count_text(cell) BETWEEN 0 AND 1440, count_text(cell), NULL);

-- Whether a cell goes into its group's pool: it stands for fewer than ten, or the cells before it do and the pool
-- would be found by subtraction. ``per`` is the group as a row.
CREATE MACRO joins_pool(persons, label, per) AS
  persons < 10
  OR (
    bool_or(persons < 10) OVER (PARTITION BY per)
    AND coalesce(
      sum(persons) OVER (
        PARTITION BY per ORDER BY persons < 10 DESC, persons, label ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ),
      0
    ) < 10
  );

CREATE MACRO finding(is_broken, column_name, rule, consequence, raw_value) AS
  CASE
    WHEN is_broken
      THEN {'column_name': column_name, 'rule': rule, 'consequence': consequence, 'raw_value': raw_value}
  END;

-- A country's name without what its spellings differ in.
CREATE MACRO name_key(name) AS
  nullif(trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    upper(strip_accents(name)), '[''’.]', '', 'g'), '[^A-Z0-9]+', ' ', 'g'), '\b(THE|AND)\b', '', 'g'), '\bST\b', 'SAINT', 'g'
  ), ' +', ' ', 'g')), '');

CREATE MACRO iso_day(text) AS
  if(regexp_full_match(trim(text), '\d{4}-\d\d-\d\d'), try_cast(trim(text) AS DATE), NULL);

-- A state as the agency gives it: alpha-3, else its own code behind its name.
CREATE MACRO agency_state(text) AS
  CASE
    WHEN regexp_full_match(upper(trim(text)), '[A-Z]{3}') THEN upper(trim(text))
    WHEN trim(text) <> '' THEN 'nia:' || upper(trim(text))
  END;

-- The first letters A to Z of a name, all that keys and comparisons look at.
CREATE MACRO letters(name, most) AS left(regexp_replace(upper(name), '[^A-Z]', '', 'g'), most);

CREATE MACRO alphanumeric(text) AS nullif(upper(regexp_replace(text, '[^A-Za-z0-9]', '', 'g')), '');

-- The digits of a telephone number in international form.
CREATE MACRO dialled(phone) AS
  nullif(regexp_replace(regexp_replace(regexp_replace(phone, '[^0-9]', '', 'g'), '^00', ''), '^0', '886'), '');

-- Rounded to three decimals as they are written, not as they are held: 2.0125 goes up.
CREATE MACRO half_up(number) AS round(number::VARCHAR::DECIMAL(38, 20), 3)::DOUBLE;

-- The value that a share of ordered ones does not exceed, interpolated between neighbours as Spark does it: DuckDB's own
-- quantiles differ in the last digit, which decides where half a thousandth is rounded.
CREATE MACRO percentile(ordered, share) AS
  CASE
    WHEN ordered[floor(share * (len(ordered) - 1))::BIGINT + 1] = ordered[ceil(share * (len(ordered) - 1))::BIGINT + 1]
      THEN ordered[floor(share * (len(ordered) - 1))::BIGINT + 1]::DOUBLE
    ELSE
      (ceil(share * (len(ordered) - 1)) - share * (len(ordered) - 1)) * ordered[floor(share * (len(ordered) - 1))::BIGINT + 1]
      + (share * (len(ordered) - 1) - floor(share * (len(ordered) - 1))) * ordered[ceil(share * (len(ordered) - 1))::BIGINT + 1]
  END;
