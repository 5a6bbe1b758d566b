-- A number and a text of one length, of words that come in any order: what a byte costs.
CREATE TABLE :table (
  id bigint NOT NULL,
  payload text NOT NULL);

INSERT INTO :table
SELECT n, left((
  SELECT string_agg(word[1 + (hashint8extended(n * 1024 + i, 41) & 63)], ' ' ORDER BY i)
  FROM generate_series(1, 1 + :bytes / 4) AS i), :bytes)
FROM generate_series(1, :rows::bigint) AS n
CROSS JOIN (
  SELECT string_to_array('able acid aged also area army away baby back ball band bank base bath bear beat been beer bell belt best bill bird blow blue boat body bomb bond bone book boom born boss both bowl bulk burn bush busy call calm came camp card care case cash cast cell chat chip city club coal coat code cold come cook cool cope copy core', ' ') AS word) AS words;

ALTER TABLE :table ADD PRIMARY KEY (id);
