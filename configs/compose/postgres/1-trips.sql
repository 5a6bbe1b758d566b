-- The sample table of docker-compose.yml: 100,000 made-up trips.
create table public.trips (
  trip_id bigint primary key,
  pickup_at timestamptz not null,
  pickup_zone integer not null,
  passengers smallint,
  fare numeric(10, 2) not null,
  remarks text
);

insert into public.trips
select
  n,
  timestamptz '2026-11-01 00:00:00+00' + n * interval '17 seconds',
  n % 263 + 1,
  case when n % 50 <> 0 then n % 6 + 1 end,
  (n % 9000 + 300) / 100.0,
  case when n % 7 = 0 then 'trip ' || n end
from generate_series(1, 100000) as n;

analyze public.trips;
