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
