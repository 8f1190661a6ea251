"""Search by trigram, erasure of texts, months made on demand, and the append-only trigger on every partition."""

from django.db import migrations

from portal.isolation import role_name

# A month is made apart and attached: that lock lets writers go on, `CREATE TABLE … PARTITION OF` would not.
PARTITIONS = """
CREATE FUNCTION audit_make_partition(moment timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first timestamptz := date_trunc('month', moment AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
    following timestamptz := (date_trunc('month', moment AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
    partition text := 'audit_event_' || to_char(first AT TIME ZONE 'UTC', 'YYYY_MM');
BEGIN
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('audit_make_partition'));
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE audit_event INCLUDING ALL)', partition);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', partition);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', partition);
    EXECUTE format('CREATE POLICY owner ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', partition);
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', partition);
    EXECUTE format(
        'CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT'
        ' EXECUTE FUNCTION audit_refuse_change()', partition);
    EXECUTE format(
        'ALTER TABLE audit_event ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        partition,
        rpad(lpad(to_hex((extract(epoch FROM first) * 1000)::bigint), 12, '0'), 32, '0')::uuid,
        rpad(lpad(to_hex((extract(epoch FROM following) * 1000)::bigint), 12, '0'), 32, '0')::uuid
    );
END
$$;
REVOKE ALL ON FUNCTION audit_make_partition(timestamptz) FROM PUBLIC;

CREATE OR REPLACE FUNCTION audit_keep_partitions(months_ahead integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    FOR ahead IN 0..LEAST(GREATEST(months_ahead, 0), 24) LOOP
        PERFORM audit_make_partition(
            (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => ahead)) AT TIME ZONE 'UTC');
    END LOOP;
END
$$;

-- For one event whose month nobody made in time: its clock may be off, but not by more than two years.
CREATE FUNCTION audit_make_partition_of(event_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    moment timestamptz := to_timestamp(
        ('x' || lpad(substr(replace(event_id::text, '-', ''), 1, 12), 16, '0'))::bit(64)::bigint / 1000.0);
BEGIN
    IF moment NOT BETWEEN now() - interval '24 months' AND now() + interval '24 months' THEN
        RAISE EXCEPTION 'event id % lies at %, more than two years from now; set the clock of the machine',
            event_id, moment USING ERRCODE = 'datetime_field_overflow';
    END IF;
    PERFORM audit_make_partition(moment);
END
$$;
REVOKE ALL ON FUNCTION audit_make_partition_of(uuid) FROM PUBLIC;

DO $$
DECLARE partition regclass;
BEGIN
    FOR partition IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'audit_event'::regclass LOOP
        EXECUTE format(
            'CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT'
            ' EXECUTE FUNCTION audit_refuse_change()', partition);
    END LOOP;
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_eventtext
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON audit_eventtext
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""

# The runtime role may not use the index: ILIKE is not leak-proof, row security comes first. This function filters
# on the session's organization itself and gives ids alone; what they name is read under row security again.
SEARCH = r"""
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
CREATE INDEX audit_event_haystack ON audit_event
    USING gin ((actor_name || ' ' || subject_id || ' ' || data::text) gin_trgm_ops);
CREATE INDEX audit_eventtext_trigram ON audit_eventtext USING gin (text gin_trgm_ops);

CREATE FUNCTION audit_search(
    needle text, first uuid, last uuid, types text[], verdicts text[], actor_kinds text[], connectors uuid[],
    subject text, most integer
) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    mine uuid := NULLIF(current_setting('app.org', true), '')::uuid;
    pattern text := '%' || replace(replace(replace(needle, '\', '\\'), '%', '\%'), '_', '\_') || '%';
BEGIN
    -- EXECUTE plans anew for these very values: a filter that is absent costs nothing.
    RETURN QUERY EXECUTE '
        SELECT e.id FROM audit_event e
        WHERE e.organization_id = $1
          AND e.id IN (
            SELECT h.id FROM audit_event h
            WHERE h.organization_id = $1 AND h.id >= $3 AND h.id < $4
              AND (h.actor_name || '' '' || h.subject_id || '' '' || h.data::text) ILIKE $2
            UNION
            SELECT t.event_id FROM audit_eventtext t
            WHERE t.organization_id = $1 AND t.event_id >= $3 AND t.event_id < $4 AND t.text ILIKE $2)
          AND CASE WHEN $5 IS NULL THEN e.type NOT IN (''trail.searched'', ''trail.exported'')
                   ELSE e.type = ANY($5) END
          AND ($6 IS NULL OR e.verdict = ANY($6))
          AND ($7 IS NULL OR e.actor_kind = ANY($7))
          AND ($8 IS NULL OR e.connector_id = ANY($8))
          AND ($9 IS NULL OR e.subject_id = $9)
        ORDER BY e.id DESC LIMIT $10'
    USING mine, pattern,
        COALESCE(first, '00000000-0000-0000-0000-000000000000'), COALESCE(last, 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
        types, verdicts, actor_kinds, connectors, subject, LEAST(GREATEST(most, 1), 10000);
END
$$;
REVOKE ALL ON FUNCTION audit_search(text, uuid, uuid, text[], text[], text[], uuid[], text, integer) FROM PUBLIC;
"""

# Erasing without leaving an event is impossible: the event must have been written in this very transaction.
ERASE = """
CREATE FUNCTION audit_erase_text(target uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    mine uuid := NULLIF(current_setting('app.org', true), '')::uuid;
    erased integer;
BEGIN
    IF NOT EXISTS (
        SELECT FROM audit_event
        WHERE organization_id = mine AND type = 'text.erased' AND subject_kind = 'event'
          AND subject_id = target::text AND xact_id = pg_current_xact_id()
    ) THEN
        RAISE EXCEPTION 'texts are erased only together with their event `text.erased`, in one transaction';
    END IF;
    DELETE FROM audit_eventtext WHERE organization_id = mine AND event_id = target;
    GET DIAGNOSTICS erased = ROW_COUNT;
    RETURN erased;
END
$$;
REVOKE ALL ON FUNCTION audit_erase_text(uuid) FROM PUBLIC;
"""

FOR_RUNTIME = (
    "audit_make_partition_of(uuid)",
    "audit_search(text, uuid, uuid, text[], text[], text[], uuid[], text, integer)",
    "audit_erase_text(uuid)",
)


def forwards(apps, schema_editor):
    if schema_editor.connection.alias != "owner":
        return
    with schema_editor.connection.cursor() as cursor:
        for statements in (PARTITIONS, SEARCH, ERASE):
            cursor.execute(statements)
        for function in FOR_RUNTIME:
            cursor.execute(f'GRANT EXECUTE ON FUNCTION {function} TO "{role_name("default")}"')


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
