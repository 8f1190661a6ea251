-- The PostgreSQL roles and databases of Countersign, for psql, run once by a superuser or a role with
-- CREATEROLE and CREATEDB:
--
--   COUNTERSIGN_OWNER_PASSWORD=… COUNTERSIGN_RUNTIME_PASSWORD=… COUNTERSIGN_DISPATCHER_PASSWORD=… \
--     psql -X -v ON_ERROR_STOP=1 -d postgres -f portal/roles.sql
--
-- It may be run again: it changes what differs and creates what is missing. The sandbox role and database (the
-- store that people try things on) are made only when COUNTERSIGN_SANDBOX_PASSWORD is set.
\getenv owner_password COUNTERSIGN_OWNER_PASSWORD
\getenv runtime_password COUNTERSIGN_RUNTIME_PASSWORD
\getenv dispatcher_password COUNTERSIGN_DISPATCHER_PASSWORD
\getenv sandbox_password COUNTERSIGN_SANDBOX_PASSWORD
-- passwords end here
SET client_min_messages = warning;

SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['countersign_owner', 'countersign_runtime', 'countersign_dispatcher']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

-- Owns the tables and migrates; its URL is never given to web or worker. CREATEDB is for the tests' databases.
ALTER ROLE countersign_owner LOGIN CREATEDB NOCREATEROLE NOINHERIT PASSWORD :'owner_password';
-- Serves and works; owns nothing, so that row-level security binds it.
ALTER ROLE countersign_runtime LOGIN NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD :'runtime_password';
-- Sees the job columns of job tables, and nothing else.
ALTER ROLE countersign_dispatcher LOGIN NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD :'dispatcher_password';

-- Only a superuser could have given these away, and only a superuser may take them back.
SELECT format('ALTER ROLE %I NOSUPERUSER NOBYPASSRLS NOREPLICATION', rolname)
FROM pg_roles
WHERE rolname IN ('countersign_owner', 'countersign_runtime', 'countersign_dispatcher')
  AND (rolsuper OR rolbypassrls OR rolreplication)
\gexec

SELECT 'CREATE DATABASE countersign OWNER countersign_owner TEMPLATE template0 ENCODING ''UTF8'''
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'countersign')
\gexec
REVOKE ALL ON DATABASE countersign FROM PUBLIC;
GRANT CONNECT ON DATABASE countersign TO countersign_runtime, countersign_dispatcher;

\if :{?sandbox_password}
SELECT 'CREATE ROLE countersign_sandbox'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'countersign_sandbox')
\gexec
-- An outside system as far as the portal is concerned: a role and a database of its own.
ALTER ROLE countersign_sandbox LOGIN NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD :'sandbox_password';
SELECT 'CREATE DATABASE countersign_sandbox OWNER countersign_sandbox TEMPLATE template0 ENCODING ''UTF8'''
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'countersign_sandbox')
\gexec
REVOKE ALL ON DATABASE countersign_sandbox FROM PUBLIC;
\endif

\connect countersign
ALTER SCHEMA public OWNER TO countersign_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO countersign_runtime, countersign_dispatcher;
