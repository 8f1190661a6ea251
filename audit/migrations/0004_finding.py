"""Find events fast whatever is asked: the organization in the trigram indexes, an index for each filter, one function.

The function looks at the newest events first and then goes back in growing windows of time. What is frequent is found
in the first step, what is rare by the indexes, and neither sorts everything that matches.
"""

from django.db import migrations

from portal.isolation import role_name

INDEXES = """
CREATE EXTENSION IF NOT EXISTS btree_gin SCHEMA public;
DROP INDEX audit_event_haystack;
CREATE INDEX audit_event_haystack ON audit_event
    USING gin (organization_id, (actor_name || ' ' || subject_id || ' ' || data::text) gin_trgm_ops);
DROP INDEX audit_eventtext_trigram;
CREATE INDEX audit_eventtext_trigram ON audit_eventtext USING gin (organization_id, text gin_trgm_ops);
CREATE INDEX audit_event_person ON audit_event (organization_id, actor_id, id DESC) WHERE actor_kind = 'person';
CREATE INDEX audit_event_verdict ON audit_event (organization_id, verdict, id DESC) WHERE verdict <> '';
CREATE INDEX audit_event_connector ON audit_event (organization_id, connector_id, id DESC)
    WHERE connector_id IS NOT NULL;
CREATE INDEX audit_event_confidence ON audit_event (organization_id, confidence, id DESC) WHERE confidence <> '';
CREATE INDEX audit_event_money ON audit_event (organization_id, currency, amount_minor) WHERE amount_minor IS NOT NULL;
"""

# asked: pattern (for ILIKE) or word (for ~*), first, last, types, but_types, verdicts, actor_kinds, connectors,
# confidences (arrays), subject, subject_kind, person, currency, least, greatest (of money, in minor units). What is absent costs nothing.
FIND = r"""
CREATE FUNCTION audit_id_time(id uuid) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
    SELECT to_timestamp(('x' || substr(replace(id::text, '-', ''), 1, 12))::bit(48)::bigint / 1000.0) $$;
CREATE FUNCTION audit_list(asked jsonb, key text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY(SELECT jsonb_array_elements_text(asked -> key)) $$;

CREATE FUNCTION audit_find(asked jsonb, most integer, enough integer, budget_ms integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    mine uuid := NULLIF(current_setting('app.org', true), '')::uuid;
    began timestamptz := clock_timestamp();
    looked_at CONSTANT integer := 3000;
    step interval := '31 days';
    upper uuid := COALESCE(asked ->> 'last', 'ffffffff-ffff-ffff-ffff-ffffffffffff')::uuid;
    lower uuid; oldest uuid; found integer := 0; got integer;
    has_text boolean := asked ?| '{pattern,word}';
    needle text := COALESCE(asked ->> 'pattern', asked ->> 'word');
    compared text := CASE WHEN asked ? 'word' THEN '~*' ELSE 'ILIKE' END;
    conditions text := '';
    query text;
BEGIN
    IF mine IS NULL THEN
        RETURN;
    END IF;
    most := LEAST(GREATEST(most, 1), 10000);
    conditions := concat(
        CASE WHEN asked ? 'types' THEN format(' AND e.type = ANY(%L)', audit_list(asked, 'types')) END,
        CASE WHEN asked ? 'but_types' THEN format(' AND e.type <> ALL(%L)', audit_list(asked, 'but_types')) END,
        CASE WHEN asked ? 'verdicts'
            THEN format(' AND e.verdict <> '''' AND e.verdict = ANY(%L)', audit_list(asked, 'verdicts')) END,
        CASE WHEN asked ? 'confidences'
            THEN format(' AND e.confidence <> '''' AND e.confidence = ANY(%L)', audit_list(asked, 'confidences')) END,
        CASE WHEN asked ? 'actor_kinds'
            THEN format(' AND e.actor_kind = ANY(%L)', audit_list(asked, 'actor_kinds')) END,
        CASE WHEN asked ? 'connectors'
            THEN format(' AND e.connector_id = ANY(%L)', audit_list(asked, 'connectors')) END,
        CASE WHEN asked ? 'subject' THEN format(' AND e.subject_id = %L', asked ->> 'subject') END,
        CASE WHEN asked ? 'subject_kind' THEN format(' AND e.subject_kind = %L', asked ->> 'subject_kind') END,
        CASE WHEN asked ? 'person'
            THEN format(' AND e.actor_kind = ''person'' AND e.actor_id = %L', asked ->> 'person') END,
        CASE WHEN asked ? 'currency'
            THEN format(' AND e.amount_minor IS NOT NULL AND e.currency = %L', asked ->> 'currency') END,
        CASE WHEN asked ? 'least' THEN format(' AND e.amount_minor >= %s', (asked ->> 'least')::bigint) END,
        CASE WHEN asked ? 'greatest' THEN format(' AND e.amount_minor <= %s', (asked ->> 'greatest')::bigint) END
    );
    -- EXECUTE plans anew for these very values; each window is looked through whole and then sorted.
    query := 'SELECT e.id FROM audit_event e WHERE e.organization_id = $1 AND e.id >= $2 AND e.id < $3'
        || CASE WHEN has_text THEN
            ' AND (e.actor_name || '' '' || e.subject_id || '' '' || e.data::text) ' || compared || ' $4' ELSE '' END
        || conditions;
    IF has_text THEN
        query := query || ' UNION SELECT t.event_id FROM audit_eventtext t WHERE t.organization_id = $1'
            || ' AND t.event_id >= $2 AND t.event_id < $3 AND t.text ' || compared || ' $4'
            || CASE WHEN conditions <> '' THEN
                ' AND EXISTS (SELECT FROM audit_event e WHERE e.id = t.event_id AND e.organization_id = $1'
                || conditions || ')' ELSE '' END;
    END IF;
    query := 'SELECT id FROM (' || query || ') f ORDER BY id DESC LIMIT $5';

    oldest := (SELECT e.id FROM audit_event e WHERE e.organization_id = mine ORDER BY e.id LIMIT 1);
    oldest := GREATEST(oldest, (asked ->> 'first')::uuid);
    lower := (SELECT e.id FROM audit_event e WHERE e.organization_id = mine AND e.id < upper AND e.id >= oldest
              ORDER BY e.id DESC OFFSET looked_at LIMIT 1);
    WHILE upper > oldest LOOP
        lower := COALESCE(lower, oldest);
        RETURN QUERY EXECUTE query USING mine, lower, upper, needle, most - found;
        GET DIAGNOSTICS got = ROW_COUNT;
        found := found + got;
        EXIT WHEN found >= most OR lower <= oldest;
        IF found >= enough AND clock_timestamp() - began > make_interval(secs => budget_ms / 1000.0) THEN
            RETURN NEXT NULL;  -- there may be more
            RETURN;
        END IF;
        upper := lower;
        lower := GREATEST(oldest, audit_key_floor(audit_id_time(upper) - step));
        step := step * 2;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION audit_find(jsonb, integer, integer, integer) FROM PUBLIC;
"""

NO_MORE = """
DROP FUNCTION audit_search(text, uuid, uuid, text[], text[], text[], uuid[], text, integer);
"""


def forwards(apps, schema_editor):
    if schema_editor.connection.alias != "owner":
        return
    with schema_editor.connection.cursor() as cursor:
        for statements in (INDEXES, FIND, NO_MORE):
            cursor.execute(statements)
        cursor.execute(
            f'GRANT EXECUTE ON FUNCTION audit_find(jsonb, integer, integer, integer) TO "{role_name("default")}"'
        )


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_retention_and_holds")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
