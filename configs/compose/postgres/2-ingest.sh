# The role that reads; its password is the one of the environment.
psql -v ON_ERROR_STOP=1 -v password="$POSTGRES_PASSWORD" -U "${POSTGRES_USER:-postgres}" -d "$POSTGRES_DB" <<'SQL'
create role ingest login password :'password';
grant usage on schema public to ingest;
grant select on public.trips to ingest;
SQL
