-- 200 columns of seven types in turn, 5 % NULL: what a column costs. The statements are too long to be written down.
DO $$
BEGIN
  EXECUTE (
    SELECT format('CREATE TABLE wide (id bigint NOT NULL, %s)', string_agg(
      format('c%s %s', i,
        (ARRAY['int', 'bigint', 'double precision', 'numeric(12,2)', 'timestamp', 'text', 'boolean'])[1 + i % 7]),
      ', ' ORDER BY i))
    FROM generate_series(1, 199) AS i);
  EXECUTE (
    SELECT format(
      'INSERT INTO wide SELECT n, %s FROM (SELECT n, %s FROM generate_series(1, :rows::bigint) AS n OFFSET 0) AS hashes',
      (SELECT string_agg(
         format('CASE WHEN h%s >> %s & 31 <> 0 THEN %s END', i % 40, i / 40,
           format((ARRAY[
             '(h%1$s >> %2$s & 1048575)::int',
             'h%1$s >> %2$s',
             '(h%1$s >> %2$s & 16777215) / 100::double precision',
             '((h%1$s >> %2$s & 16777215) * 0.01)::numeric(12,2)',
             'timestamp ''2020-01-01'' + (h%1$s >> %2$s & 137438953471) * interval ''1 millisecond''',
             'to_hex(h%1$s >> %2$s & 268435455)',
             '(h%1$s >> %2$s & 1) = 1'])[1 + i % 7], i % 40, 5 + i / 40)),
         ', ' ORDER BY i)
       FROM generate_series(1, 199) AS i),
      (SELECT string_agg(format('hashint8extended(n, %s) AS h%s', 100 + h, h), ', ') FROM generate_series(0, 39) AS h)));
END
$$;

ALTER TABLE wide ADD PRIMARY KEY (id);
