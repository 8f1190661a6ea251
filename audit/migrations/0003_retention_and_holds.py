"""How long events are kept: a policy of each organization, legal holds, and the one way a month may go."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import portal.ids
import portal.models.base
import portal.tenancy
from django.db import migrations, models

from portal.isolation import IsolateTenants, role_name


# Rules that a definer function checks itself: the runtime role can ask for a month to go, and is refused while any
# organization with events in it keeps it, holds it, has not said so in its trail, or has an event without a seal.
RULES = """
CREATE FUNCTION audit_key_floor(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT rpad(lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0'), 32, '0')::uuid
$$;

-- A sealed event has its leaf in the log of its organization, below a signed head. While there is no such log nothing
-- is sealed, and no month may go.
CREATE FUNCTION audit_unsealed(first uuid, following uuid) RETURNS TABLE (organization uuid, events bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.organization_id, count(*) FROM audit_event e
    WHERE e.id >= first AND e.id < following GROUP BY e.organization_id
$$;
REVOKE ALL ON FUNCTION audit_unsealed(uuid, uuid) FROM PUBLIC;

-- What stands between a month and its end, by organization. A month is over for an organization when its retention has
-- passed since the end of the month and since the newest event in it was written: an event that a clock put too far
-- back is kept as long as every other. An organization without a policy keeps everything.
CREATE FUNCTION audit_month(month date)
RETURNS TABLE (organization uuid, events bigint, keeps_until timestamptz, holds bigint, unsealed bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH bounds AS (
        SELECT month::timestamp AT TIME ZONE 'UTC' AS starts, (month + interval '1 month') AT TIME ZONE 'UTC' AS ends
    ), found AS (
        SELECT e.organization_id, count(*) AS events, max(e.recorded_at) AS newest
        FROM audit_event e, bounds
        WHERE e.id >= audit_key_floor(bounds.starts) AND e.id < audit_key_floor(bounds.ends)
        GROUP BY e.organization_id
    )
    SELECT f.organization_id, f.events,
        GREATEST(b.ends, f.newest) + make_interval(months => GREATEST(COALESCE(p.months, 12000), 12)),
        (SELECT count(*) FROM audit_legalhold h
         WHERE h.organization_id = f.organization_id AND h.released_at IS NULL),
        COALESCE(u.events, 0)
    FROM found f
    CROSS JOIN bounds b
    LEFT JOIN audit_retentionpolicy p ON p.organization_id = f.organization_id
    LEFT JOIN (SELECT s.* FROM bounds, audit_unsealed(audit_key_floor(bounds.starts), audit_key_floor(bounds.ends)) s) u
        ON u.organization = f.organization_id
$$;
REVOKE ALL ON FUNCTION audit_month(date) FROM PUBLIC;

CREATE FUNCTION audit_months() RETURNS TABLE (month date, partition regclass)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT to_date(right(inhrelid::regclass::text, 7), 'YYYY_MM'), inhrelid::regclass
    FROM pg_inherits WHERE inhparent = 'audit_event'::regclass AND inhrelid::regclass::text ~ '_[0-9]{4}_[0-9]{2}$'
$$;
REVOKE ALL ON FUNCTION audit_months() FROM PUBLIC;

-- For the officer who looks: of the session's organization alone, and of others only that somebody still keeps a month.
CREATE FUNCTION audit_retention_plan(ahead interval)
RETURNS TABLE (month date, events bigint, keeps_until timestamptz, holds bigint, unsealed bigint, others_keep boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    mine uuid := NULLIF(current_setting('app.org', true), '')::uuid;
    kept integer := (SELECT GREATEST(p.months, 12) FROM audit_retentionpolicy p WHERE p.organization_id = mine);
    each record;
BEGIN
    FOR each IN SELECT m.month FROM audit_months() m
        WHERE m.month + make_interval(months => kept + 1) <= now() + LEAST(ahead, interval '36 months') ORDER BY 1
    LOOP
        RETURN QUERY
            SELECT each.month, a.events, a.keeps_until, a.holds, a.unsealed,
                EXISTS (SELECT FROM audit_month(each.month) o WHERE o.organization <> mine
                        AND (o.keeps_until > now() OR o.holds > 0 OR o.unsealed > 0))
            FROM audit_month(each.month) a WHERE a.organization = mine;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION audit_retention_plan(interval) FROM PUBLIC;

-- For the dispatcher: which months may go, and who must say so first. A month in which nobody has an event is left:
-- it costs nothing, and a clock that jumps back finds it.
CREATE FUNCTION audit_due_months() RETURNS TABLE (month date, organization uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE each record;
BEGIN
    FOR each IN SELECT m.month FROM audit_months() m WHERE m.month + interval '13 months' <= now() ORDER BY 1 LOOP
        RETURN QUERY
            SELECT each.month, a.organization FROM audit_month(each.month) a
            WHERE NOT EXISTS (SELECT FROM audit_month(each.month) o
                              WHERE o.keeps_until > now() OR o.holds > 0 OR o.unsealed > 0);
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION audit_due_months() FROM PUBLIC;

-- Drops one month with its texts. The locks come before the check: an event or a hold that somebody is writing is
-- waited for and counted, and whoever comes later finds the month gone. Two clocks must agree on what time it is.
CREATE FUNCTION audit_drop_month(target date, worker_clock timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    place regclass;
    starts timestamptz := target::timestamp AT TIME ZONE 'UTC';
    ends timestamptz := (target + interval '1 month') AT TIME ZONE 'UTC';
    found record;
    dropped bigint;
BEGIN
    SELECT m.partition INTO place FROM audit_months() m WHERE m.month = target;
    IF place IS NULL THEN
        RAISE EXCEPTION 'month % of the trail is not there', to_char(target, 'YYYY-MM');
    END IF;
    IF abs(extract(epoch FROM clock_timestamp() - worker_clock)) > 86400 THEN
        RAISE EXCEPTION 'the clocks of database and worker differ by more than a day; no month is dropped by such a clock';
    END IF;
    EXECUTE format('LOCK TABLE %s IN SHARE MODE', place);
    LOCK TABLE audit_legalhold, audit_retentionpolicy IN SHARE MODE;
    SELECT max(m.keeps_until) AS keeps_until, COALESCE(sum(m.holds), 0) AS holds, COALESCE(sum(m.unsealed), 0) AS unsealed,
        bool_and(EXISTS (
            SELECT FROM audit_event e WHERE e.organization_id = m.organization AND e.type = 'trail.month_dropped'
              AND e.subject_id = to_char(target, 'YYYY-MM') AND e.xact_id = pg_current_xact_id()
              AND e.id >= audit_key_floor(now() - interval '2 days'))) AS all_told
    INTO found FROM audit_month(target) m;
    IF found.keeps_until > clock_timestamp() THEN
        RAISE EXCEPTION 'month % is kept until %', to_char(target, 'YYYY-MM'), found.keeps_until;
    ELSIF found.holds > 0 THEN
        RAISE EXCEPTION 'month % is under a legal hold', to_char(target, 'YYYY-MM');
    ELSIF found.unsealed > 0 THEN
        RAISE EXCEPTION 'month % has % events that are not sealed', to_char(target, 'YYYY-MM'), found.unsealed;
    ELSIF NOT found.all_told THEN
        RAISE EXCEPTION 'month % goes only together with its event `trail.month_dropped`, in one transaction',
            to_char(target, 'YYYY-MM');
    ELSIF found.all_told IS NULL THEN
        RAISE EXCEPTION 'month % has no event; an empty month stays', to_char(target, 'YYYY-MM');
    END IF;
    EXECUTE format('SELECT count(*) FROM %s', place) INTO dropped;
    DELETE FROM audit_eventtext t WHERE t.event_id >= audit_key_floor(starts) AND t.event_id < audit_key_floor(ends);
    EXECUTE format('DROP TABLE %s', place);
    RETURN dropped;
END
$$;
REVOKE ALL ON FUNCTION audit_drop_month(date, timestamptz) FROM PUBLIC;

-- A hold is placed and released; it is never removed, never widened back, and its words stay as they were.
CREATE FUNCTION audit_keep_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_user <> (
        SELECT tableowner FROM pg_tables WHERE schemaname = 'public' AND tablename = 'audit_legalhold'
    ) THEN
        RAISE EXCEPTION 'a legal hold is released, never removed';
    ELSIF TG_OP = 'UPDATE' AND (
        OLD.released_at IS NOT NULL
        OR (NEW.id, NEW.organization_id, NEW.name, NEW.reason, NEW.scope, NEW.covers, NEW.placed_by, NEW.created_at)
           IS DISTINCT FROM
           (OLD.id, OLD.organization_id, OLD.name, OLD.reason, OLD.scope, OLD.covers, OLD.placed_by, OLD.created_at)
    ) THEN
        RAISE EXCEPTION 'a legal hold is only released, once; place another one instead of changing it';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER released_once BEFORE UPDATE OR DELETE ON audit_legalhold
    FOR EACH ROW EXECUTE FUNCTION audit_keep_hold();
"""

# As before, and now refused under a hold: on everything, on what the event is about, or on a person its texts name.
ERASE = """
CREATE FUNCTION audit_hold_on(target uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT h.name FROM audit_legalhold h
    JOIN audit_event e ON e.organization_id = h.organization_id AND e.id = target
    WHERE h.organization_id = NULLIF(current_setting('app.org', true), '')::uuid AND h.released_at IS NULL
      AND (h.scope = 'everything' OR e.subject_id = h.covers
           OR position(lower(h.covers) IN lower(e.data::text)) > 0
           OR EXISTS (SELECT FROM audit_eventtext t WHERE t.organization_id = h.organization_id
                      AND t.event_id = target AND position(lower(h.covers) IN lower(t.text)) > 0))
    ORDER BY h.id LIMIT 1
$$;
REVOKE ALL ON FUNCTION audit_hold_on(uuid) FROM PUBLIC;

CREATE OR REPLACE FUNCTION audit_erase_text(target uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    mine uuid := NULLIF(current_setting('app.org', true), '')::uuid;
    held text;
    erased integer;
BEGIN
    IF NOT EXISTS (
        SELECT FROM audit_event
        WHERE organization_id = mine AND type = 'text.erased' AND subject_kind = 'event'
          AND subject_id = target::text AND xact_id = pg_current_xact_id()
    ) THEN
        RAISE EXCEPTION 'texts are erased only together with their event `text.erased`, in one transaction';
    END IF;
    LOCK TABLE audit_legalhold IN SHARE MODE;
    held := audit_hold_on(target);
    IF held IS NOT NULL THEN
        RAISE EXCEPTION 'the texts of event % are under the legal hold `%`', target, held;
    END IF;
    DELETE FROM audit_eventtext WHERE organization_id = mine AND event_id = target;
    GET DIAGNOSTICS erased = ROW_COUNT;
    RETURN erased;
END
$$;
"""

FOR_RUNTIME = (
    "audit_retention_plan(interval)",
    "audit_drop_month(date, timestamptz)",
    "audit_hold_on(uuid)",
)


def forwards(apps, schema_editor):
    if schema_editor.connection.alias != "owner":
        return
    with schema_editor.connection.cursor() as cursor:
        for statements in (RULES, ERASE):
            cursor.execute(statements)
        for function in FOR_RUNTIME:
            cursor.execute(f'GRANT EXECUTE ON FUNCTION {function} TO "{role_name("default")}"')
        cursor.execute(f'GRANT EXECUTE ON FUNCTION audit_due_months() TO "{role_name("dispatcher")}"')


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_search_and_erasure'),
        ('portal', '0003_outbox'),
    ]

    operations = [
        migrations.CreateModel(
            name='LegalHold',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('name', models.CharField(help_text='The matter, such as `Case 2026-114`.', max_length=120)),
                ('reason', models.CharField(help_text='Why it must be kept, and on whose order.', max_length=400)),
                ('scope', models.CharField(choices=[('everything', 'Everything'), ('ticket', 'One ticket (its id)'), ('question', 'One question (its id)'), ('person', 'One person (e-mail address or customer reference)')], default='everything', max_length=12)),
                ('covers', models.CharField(blank=True, default='', help_text='The id, the address or the reference; empty for everything.', max_length=254)),
                ('placed_by', models.CharField(blank=True, default='', editable=False, max_length=160)),
                ('released_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('released_by', models.CharField(blank=True, default='', editable=False, max_length=160)),
                ('release_reason', models.CharField(blank=True, default='', editable=False, max_length=400)),
                ('organization', models.ForeignKey(db_default=portal.models.base.SessionOrganization(), default=portal.tenancy.default_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organization')),
            ],
            options={
                'verbose_name': 'Legal hold',
                'indexes': [models.Index(condition=models.Q(('released_at__isnull', True)), fields=['organization'], name='legalhold_standing')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('covers', ''), ('scope', 'everything')), models.Q(models.Q(('scope', 'everything'), _negated=True), models.Q(('covers', ''), _negated=True)), _connector='OR'), name='a_hold_says_what_it_covers', violation_error_message='covers: name what is held, or hold everything and leave it empty'), models.CheckConstraint(condition=models.Q(('released_at__isnull', True), models.Q(('release_reason', ''), _negated=True), _connector='OR'), name='a_release_has_a_reason', violation_error_message='release_reason: say why the hold ends')],
            },
        ),
        migrations.CreateModel(
            name='RetentionPolicy',
            fields=[
                ('id', models.UUIDField(default=portal.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('months', models.PositiveSmallIntegerField(default=24, help_text='Events go in whole months, when every organization with events in a month is past its own. Their proofs stay.', validators=[django.core.validators.MinValueValidator(12, 'months: `%(show_value)s` is too short; keep events 12 months or more'), django.core.validators.MaxValueValidator(240, 'months: `%(show_value)s` is too long; keep events 240 months at most')])),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('organization', models.ForeignKey(db_default=portal.models.base.SessionOrganization(), default=portal.tenancy.default_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.organization')),
            ],
            options={
                'verbose_name': 'Retention',
                'verbose_name_plural': 'Retention',
                'constraints': [models.UniqueConstraint(fields=('organization',), name='one_retention_per_organization'), models.CheckConstraint(condition=models.Q(('months__gte', 12), ('months__lte', 240)), name='events_are_kept_a_year_at_least', violation_error_message='months: keep events between 12 and 240 months')],
            },
        ),
        IsolateTenants("audit"),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
