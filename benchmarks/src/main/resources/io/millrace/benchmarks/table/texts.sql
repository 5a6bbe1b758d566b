-- About 1 kB of prose a row: 150 words of 1,024, the first ones far more often than the last.
CREATE TABLE texts (
  id bigint NOT NULL,
  body text NOT NULL);

INSERT INTO texts
SELECT n, (
  SELECT string_agg(word[1 + floor(power(1024, u) - 1)::int], ' ' ORDER BY i)
  FROM (
    SELECT i, ((hashint8extended(n * 256 + i, 31) & 1048575) + 0.5) / 1048576 AS u
    FROM generate_series(1, 150) AS i) AS chances)
FROM generate_series(1, :rows::bigint) AS n
CROSS JOIN (
  SELECT array_agg(substr(translate(md5('word' || w), '0123456789', 'ghilmnorst'), 1, 2 + w % 9)) AS word
  FROM generate_series(1, 1024) AS w) AS words;

ALTER TABLE texts ADD PRIMARY KEY (id);
