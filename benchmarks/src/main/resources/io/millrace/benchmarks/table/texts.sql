-- About 1 kB of prose a row: 150 words of 1,024, the first ones far more often than the last.
CREATE TABLE texts (
  id bigint NOT NULL,
  body text NOT NULL);

INSERT INTO texts
SELECT n, (
  SELECT string_agg(head[1 + (w & 31)] || tail[1 + (w >> 5)], ' ' ORDER BY i)
  FROM (
    SELECT i, floor(power(1024, ((hashint8extended(n * 256 + i, 31) & 1048575) + 0.5::float8) / 1048576) - 1)::int AS w
    FROM generate_series(1, 150) AS i) AS chances)
FROM generate_series(1, :rows::bigint) AS n
CROSS JOIN (
  SELECT
    string_to_array('a be con de dis en ex for im in inter mis o ob out over par per pre pro re se sub sur syn trans un under up with al ad', ' ') AS head,
    string_to_array('able age al ance ant ary ate cept cede dict duct ed ence er est form ful ger ict ing ion ist ity lect ment mit ous port sist tend tion vert', ' ') AS tail) AS words;

ALTER TABLE texts ADD PRIMARY KEY (id);
