-- Taxi records whose values repeat in step: 20 columns, 231 bytes a row in COPY BINARY, and next to no entropy.
CREATE TABLE trips_even (
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
  airport_fee numeric(10,2));

INSERT INTO trips_even
SELECT
  n,
  1 + n % 2,
  pickup_at,
  pickup_at + (300 + n * 7 % 1800) * interval '1 second',
  CASE WHEN n % 50 <> 0 THEN 1 + n % 6 END,
  (50 + n * 13 % 1950) / 100::double precision,
  CASE WHEN n % 50 <> 1 THEN 1 + n % 99 / 98 END,
  CASE WHEN n % 100 = 0 THEN 'Y' ELSE 'N' END,
  1 + n * 17 % 265,
  1 + n * 31 % 265,
  1 + n % 4,
  fare,
  extra,
  0.50,
  tip,
  tolls,
  1.00,
  fare + extra + 0.50 + tip + tolls + 1.00 + 2.50 + fee,
  2.50,
  CASE WHEN n % 20 <> 3 THEN fee END
FROM (
  SELECT n,
    timestamp '2024-01-01' + n * interval '892 milliseconds' AS pickup_at,
    ((300 + n * 37 % 4700) * 0.01)::numeric(10,2) AS fare,
    (n % 3 * 0.50)::numeric(10,2) AS extra,
    ((n * 11 % 1000) * 0.01)::numeric(10,2) AS tip,
    (CASE WHEN n % 20 = 0 THEN 6.94 ELSE 0 END)::numeric(10,2) AS tolls,
    (CASE WHEN n % 15 = 0 THEN 1.75 ELSE 0 END)::numeric(10,2) AS fee
  FROM generate_series(1, :rows::bigint) AS n
  OFFSET 0) AS trip;

ALTER TABLE trips_even ADD PRIMARY KEY (trip_id);
