-- Rights on a managed server, which makes users and databases (terraform/modules/postgres) and lets nobody make anything in them. Once, before the
-- first release, by psql as the administrator (docs/deploy.md, step 4). He owns the databases and is no superuser. Safe to repeat.
-- On a server of one's own `tools/deploy-roles.ts` does this; rights on tables are given by the migration step on both.
\set ON_ERROR_STOP on

\connect groundswell
REVOKE ALL ON DATABASE groundswell FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT CONNECT, CREATE ON DATABASE groundswell TO groundswell_migrator;
GRANT CONNECT ON DATABASE groundswell TO groundswell_app, groundswell_reader, groundswell_watch, groundswell_backup;

-- The registry makes its tables in `public`, where since Postgres 15 only the owner of the database may.
\connect schema_registry
REVOKE ALL ON DATABASE schema_registry FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT CONNECT ON DATABASE schema_registry TO schema_registry;
GRANT USAGE, CREATE ON SCHEMA public TO schema_registry;

-- Last, because a service may refuse it. Without it connections of others are counted as `hidden` and the age of the oldest transaction is NaN.
GRANT pg_read_all_stats TO groundswell_watch;
