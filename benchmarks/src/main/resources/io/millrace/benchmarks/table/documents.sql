-- Orders as JSONB: a dozen keys, nested, some of them missing.
CREATE TABLE documents (
  id bigint NOT NULL,
  doc jsonb NOT NULL);

INSERT INTO documents
SELECT
  n,
  jsonb_strip_nulls(jsonb_build_object(
    'order', md5('order' || n)::uuid,
    'at', timestamp '2024-01-01' + (a & 34359738367) * interval '1 millisecond',
    'status', (ARRAY['paid', 'sent', 'returned', 'open'])[1 + (b & 3)],
    'total', round((exp(3 + ((a >> 35 & 65535) / 65536::float8) * 4))::numeric, 2),
    'currency', CASE WHEN b >> 2 & 7 = 0 THEN 'USD' ELSE 'EUR' END,
    'customer', jsonb_build_object(
      'id', floor(power(1000000, ((b >> 5 & 65535) + 0.5::float8) / 65536))::int,
      'email', md5('customer' || (b >> 5 & 65535)) || '@example.com',
      'newsletter', b >> 21 & 1 = 1),
    'coupon', CASE WHEN b >> 22 & 15 = 0 THEN upper(to_hex(b >> 26 & 16777215)) END,
    'items', (
      SELECT jsonb_agg(jsonb_build_object(
        'sku', upper(to_hex(hashint8extended(n * 8 + i, 42) & 1048575)),
        'quantity', 1 + (hashint8extended(n * 8 + i, 43) & 3),
        'price', round(((hashint8extended(n * 8 + i, 44) & 65535) * 0.01)::numeric, 2)) ORDER BY i)
      FROM generate_series(1, 1 + (b >> 50 & 3)) AS i)))
FROM (
  SELECT n, hashint8extended(n, 41) AS a, hashint8extended(n, 45) AS b
  FROM generate_series(1, :rows::bigint) AS n
  OFFSET 0) AS hashes;

ALTER TABLE documents ADD PRIMARY KEY (id);
