-- Taxi records as they are, in distribution and entropy: pick-ups jittered around the clock, log-normal distances,
-- durations and amounts, few places with most of the trips, a reference of 36 characters, remarks, 5 % NULL.
-- All chance comes from 64-bit hashes (a to e) of the row's number; u1 to u4 are evenly distributed in (0, 1),
-- and double precision: Postgres takes twenty times as long for the logarithms and powers of numeric.
CREATE TABLE trips (
  trip_id bigint NOT NULL,
  vendor_id int NOT NULL,
  pickup_at timestamp NOT NULL,
  dropoff_at timestamp NOT NULL,
  passenger_count int,
  trip_distance double precision,
  ratecode_id int,
  store_and_fwd_flag text,
  pu_location_id int NOT NULL,
  do_location_id int NOT NULL,
  payment_type int,
  fare_amount numeric(10,2),
  extra numeric(10,2),
  mta_tax numeric(10,2),
  tip_amount numeric(10,2),
  tolls_amount numeric(10,2),
  improvement_surcharge numeric(10,2),
  total_amount numeric(10,2),
  congestion_surcharge numeric(10,2),
  airport_fee numeric(10,2),
  reference text NOT NULL,
  remark text);

INSERT INTO trips
SELECT
  n,
  CASE WHEN a & 7 = 0 THEN 1 ELSE 2 END,
  pickup_at,
  pickup_at + seconds * interval '1 second' + (e & 1023) % 1000 * interval '1 millisecond',
  CASE WHEN d & 63 >= 3 THEN CASE WHEN c & 15 < 11 THEN 1 ELSE 2 + (c >> 4 & 3)::int END END,
  CASE WHEN d >> 6 & 63 >= 3 THEN distance END,
  CASE WHEN d >> 12 & 63 >= 3 THEN CASE WHEN airport THEN 2 WHEN c >> 6 & 127 = 0 THEN 5 ELSE 1 END END,
  CASE WHEN d >> 18 & 63 >= 3 THEN CASE WHEN c >> 13 & 127 = 0 THEN 'Y' ELSE 'N' END END,
  CASE WHEN airport THEN 132 ELSE 1 + floor(power(265, u3) - 1)::int END,
  1 + floor(power(265, u4) - 1)::int,
  CASE WHEN d >> 24 & 63 >= 3 THEN CASE WHEN cash THEN 2 ELSE 1 END END,
  CASE WHEN d >> 30 & 63 >= 3 THEN fare END,
  CASE WHEN d >> 36 & 63 >= 3 THEN extra END,
  CASE WHEN c >> 20 & 63 >= 3 THEN 0.50 END,
  CASE WHEN d >> 42 & 63 >= 3 THEN tip END,
  CASE WHEN d >> 48 & 63 >= 3 THEN tolls END,
  CASE WHEN c >> 26 & 63 >= 3 THEN 1.00 END,
  CASE WHEN d >> 54 & 63 >= 3 THEN fare + extra + 0.50 + tip + tolls + 1.00 + congestion + fee END,
  CASE WHEN c >> 32 & 63 >= 3 THEN congestion END,
  CASE WHEN c >> 38 & 63 >= 3 THEN fee END,
  md5('reference' || n)::uuid::text,
  CASE WHEN c >> 44 & 63 >= 3 THEN
    begin[1 + (b & 31)] || ' ' || word[1 + (b >> 5 & 63)] || ' ' || word[1 + (b >> 11 & 63)]
    || CASE WHEN c >> 50 & 1 = 0 THEN '' ELSE
         ' ' || word[1 + (b >> 17 & 63)] || ' ' || word[1 + (b >> 23 & 63)] || ' ' || word[1 + (b >> 29 & 63)] END
    || CASE WHEN c >> 51 & 3 = 0 THEN ', no. ' || (b >> 35 & 65535) ELSE '' END END
FROM (
  SELECT *,
    (CASE WHEN cash THEN 0 ELSE round((fare * (10 + (b >> 51 & 15)))::numeric / 100, 2) END)::numeric(10,2) AS tip,
    (CASE WHEN airport OR c >> 52 & 31 = 0 THEN 6.94 ELSE 0 END)::numeric(10,2) AS tolls,
    (CASE WHEN airport THEN 1.75 ELSE 0 END)::numeric(10,2) AS fee,
    (CASE WHEN c >> 57 & 15 > 0 THEN 2.50 ELSE 0 END)::numeric(10,2) AS congestion,
    (0.50 * (b >> 55 & 3))::numeric(10,2) AS extra
  FROM (
    SELECT *,
      (CASE WHEN airport THEN 70.00
       ELSE round((3 + distance * 1.75 + seconds * 0.0067)::numeric, 2) END)::numeric(10,2) AS fare
    FROM (
      SELECT *,
        timestamp '2024-01-01'
          + (n - 1) * 2676600000 / :rows * interval '1 millisecond'
          + ((e >> 10 & 1048575) % 1800000) * interval '1 millisecond' AS pickup_at,
        round(exp(0.75 + 0.85 * normal1)::numeric, 2)::double precision AS distance,
        (60 + exp(6.3 + 0.6 * normal2))::int AS seconds,
        a >> 21 & 31 = 0 AS airport,
        a >> 26 & 7 = 0 AS cash
      FROM (
        SELECT *,
          sqrt(-2 * ln(u1)) * cos(2 * pi() * u2) AS normal1,
          sqrt(-2 * ln(u1)) * sin(2 * pi() * u2) AS normal2
        FROM (
          SELECT n, a, b, c, d, e,
            ((a >> 32 & 1048575) + 0.5::float8) / 1048576 AS u1,
            ((b >> 42 & 1048575) + 0.5::float8) / 1048576 AS u2,
            ((e >> 30 & 65535) + 0.5::float8) / 65536 AS u3,
            ((e >> 46 & 65535) + 0.5::float8) / 65536 AS u4
          FROM (
            SELECT n,
              hashint8extended(n, 11) AS a,
              hashint8extended(n, 12) AS b,
              hashint8extended(n, 13) AS c,
              hashint8extended(n, 14) AS d,
              hashint8extended(n, 15) AS e
            FROM generate_series(1, :rows::bigint) AS n
            OFFSET 0) AS hashes
          OFFSET 0) AS even
        OFFSET 0) AS bell
      OFFSET 0) AS trip
    OFFSET 0) AS priced
  OFFSET 0) AS charged
CROSS JOIN (
  SELECT
    string_to_array('Passenger Driver Luggage Street Gate Terminal Hotel Office Station Bridge Tunnel Wait Stop Detour Rain Snow Receipt Card Invoice Company Child Seat Pet Phone Wallet Umbrella Route Traffic Accident Police Toll Note', ' ') AS begin,
    string_to_array('asked for left behind at the corner of next to near after before without with two three extra bags changed address on way back front door side north south east west late early called again paid partly refused disputed agreed waived refund sent to desk manager airport downtown uptown harbour museum hospital school theatre market square park river tower old new third floor lobby entrance', ' ') AS word) AS words;

ALTER TABLE trips ADD PRIMARY KEY (trip_id);
