#!/bin/sh
# Run once by the PostgreSQL image when its data folder is empty. Makes the three roles (and the sandbox's) by the
# same script a DBA would run; the passwords come from the environment.
set -eu
for name in COUNTERSIGN_OWNER_PASSWORD COUNTERSIGN_RUNTIME_PASSWORD COUNTERSIGN_DISPATCHER_PASSWORD; do
    eval "value=\${$name:-}"
    [ -n "$value" ] || { echo "$name is missing: set it in deploy/.env" >&2; exit 1; }
done
psql -X -q -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    --file "${ROLES_SQL:-/countersign/roles.sql}"
