-- Four integers: what a row costs that has hardly any columns.
CREATE TABLE narrow (
  id bigint NOT NULL,
  account int NOT NULL,
  amount int,
  balance bigint);

INSERT INTO narrow
SELECT
  n,
  floor(power(1000000, ((a & 1048575) + 0.5::float8) / 1048576))::int,
  CASE WHEN a >> 20 & 63 >= 3 THEN (a >> 26 & 65535)::int - 32768 END,
  CASE WHEN a >> 42 & 63 >= 3 THEN b >> 20 END
FROM (
  SELECT n, hashint8extended(n, 21) AS a, hashint8extended(n, 22) AS b
  FROM generate_series(1, :rows::bigint) AS n
  OFFSET 0) AS hashes;

ALTER TABLE narrow ADD PRIMARY KEY (id);
