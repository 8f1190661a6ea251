-- The sandbox's own database: everything is keyed by the shop. Safe to run again.

CREATE TABLE IF NOT EXISTS shop (
    key text PRIMARY KEY,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$')
);

CREATE TABLE IF NOT EXISTS customer (
    shop text NOT NULL REFERENCES shop ON DELETE CASCADE,
    ref text NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    is_vip boolean NOT NULL,
    since timestamptz,
    PRIMARY KEY (shop, ref)
);
CREATE INDEX IF NOT EXISTS customer_email ON customer (shop, lower(email));

CREATE TABLE IF NOT EXISTS sale_order (
    shop text NOT NULL,
    id text NOT NULL,
    number text NOT NULL,
    customer_ref text NOT NULL,
    placed_at timestamptz NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'fulfilled', 'cancelled')),
    currency text NOT NULL,
    total_minor bigint NOT NULL CHECK (total_minor >= 0),
    paid_minor bigint NOT NULL CHECK (paid_minor >= 0),
    refunded_minor bigint NOT NULL,
    ship_to jsonb NOT NULL,
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (shop, id),
    UNIQUE (shop, number),
    FOREIGN KEY (shop, customer_ref) REFERENCES customer ON DELETE CASCADE,
    CONSTRAINT never_more_than_paid CHECK (refunded_minor BETWEEN 0 AND paid_minor)
);
CREATE INDEX IF NOT EXISTS sale_order_customer ON sale_order (shop, customer_ref, placed_at);

-- What links accounts (T05): the store's name for the means of payment, and the address without blanks and marks.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'sale_order'::regclass AND attname = 'address_key') THEN
        ALTER TABLE sale_order ADD COLUMN payment_fingerprint text NOT NULL DEFAULT '';
        ALTER TABLE sale_order ADD COLUMN address_key text GENERATED ALWAYS AS (
            NULLIF(regexp_replace(lower((ship_to ->> 'line1') || (ship_to ->> 'line2')), '[[:space:][:punct:]]', '', 'g'), '')
            || '/' ||
            regexp_replace(lower((ship_to ->> 'postal_code') || (ship_to ->> 'country')), '[[:space:][:punct:]]', '', 'g')
        ) STORED;
    END IF;
END $$;
CREATE INDEX IF NOT EXISTS sale_order_address ON sale_order (shop, address_key) WHERE address_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS sale_order_payment ON sale_order (shop, payment_fingerprint) WHERE payment_fingerprint <> '';

CREATE TABLE IF NOT EXISTS order_line (
    shop text NOT NULL,
    order_id text NOT NULL,
    id text NOT NULL,
    position integer NOT NULL,
    sku text NOT NULL,
    title text NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    unit_minor bigint NOT NULL,
    exchanged integer NOT NULL DEFAULT 0,
    PRIMARY KEY (shop, order_id, id),
    FOREIGN KEY (shop, order_id) REFERENCES sale_order ON DELETE CASCADE,
    CONSTRAINT never_more_than_bought CHECK (exchanged BETWEEN 0 AND quantity)
);

CREATE TABLE IF NOT EXISTS claim (
    shop text NOT NULL,
    id text NOT NULL,
    order_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('return', 'damage')),
    reason text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (shop, id),
    FOREIGN KEY (shop, order_id) REFERENCES sale_order ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS claim_order ON claim (shop, order_id);

-- A key stands here if and only if what it asked for was executed, in the same transaction.
CREATE TABLE IF NOT EXISTS idempotency (
    shop text NOT NULL REFERENCES shop ON DELETE CASCADE,
    key text NOT NULL,
    inputs jsonb NOT NULL,
    PRIMARY KEY (shop, key)
);

CREATE TABLE IF NOT EXISTS refund (
    shop text NOT NULL,
    id text NOT NULL,
    order_id text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    note text NOT NULL,
    lines jsonb NOT NULL,
    idempotency_key text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (shop, id),
    UNIQUE (shop, idempotency_key),
    FOREIGN KEY (shop, order_id) REFERENCES sale_order ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS refund_order ON refund (shop, order_id);

CREATE TABLE IF NOT EXISTS cancellation (
    shop text NOT NULL,
    id text NOT NULL,
    order_id text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
    note text NOT NULL,
    idempotency_key text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (shop, id),
    UNIQUE (shop, idempotency_key),
    UNIQUE (shop, order_id),
    FOREIGN KEY (shop, order_id) REFERENCES sale_order ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS exchange (
    shop text NOT NULL,
    id text NOT NULL,
    order_id text NOT NULL,
    line_id text NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    replacement_sku text NOT NULL,
    note text NOT NULL,
    idempotency_key text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (shop, id),
    UNIQUE (shop, idempotency_key),
    FOREIGN KEY (shop, order_id) REFERENCES sale_order ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS exchange_order ON exchange (shop, order_id);

-- How a shop behaves: whether it keeps idempotency keys, and whether a cancellation is a job that takes its time.
ALTER TABLE shop ADD COLUMN IF NOT EXISTS honours_keys boolean NOT NULL DEFAULT true;
ALTER TABLE shop ADD COLUMN IF NOT EXISTS cancels_after_ms integer;
ALTER TABLE shop ADD COLUMN IF NOT EXISTS cancels_fail boolean NOT NULL DEFAULT false;

ALTER TABLE sale_order ADD COLUMN IF NOT EXISTS shipping_minor bigint NOT NULL DEFAULT 0;
ALTER TABLE sale_order ADD COLUMN IF NOT EXISTS shipping_refunded_minor bigint NOT NULL DEFAULT 0;
ALTER TABLE order_line ADD COLUMN IF NOT EXISTS refunded integer NOT NULL DEFAULT 0;
ALTER TABLE order_line ADD COLUMN IF NOT EXISTS discount_minor bigint;
ALTER TABLE order_line ADD COLUMN IF NOT EXISTS tax_minor bigint;
ALTER TABLE refund ADD COLUMN IF NOT EXISTS shipping_minor bigint NOT NULL DEFAULT 0;
ALTER TABLE refund ADD COLUMN IF NOT EXISTS restock boolean NOT NULL DEFAULT false;
ALTER TABLE refund ADD COLUMN IF NOT EXISTS destination text NOT NULL DEFAULT 'original';
ALTER TABLE refund ADD COLUMN IF NOT EXISTS allotted jsonb NOT NULL DEFAULT '{}';
ALTER TABLE refund ADD COLUMN IF NOT EXISTS author text NOT NULL DEFAULT '';
ALTER TABLE cancellation ADD COLUMN IF NOT EXISTS restock boolean NOT NULL DEFAULT true;
ALTER TABLE cancellation ADD COLUMN IF NOT EXISTS destination text NOT NULL DEFAULT 'original';
ALTER TABLE cancellation ADD COLUMN IF NOT EXISTS author text NOT NULL DEFAULT '';
ALTER TABLE exchange ADD COLUMN IF NOT EXISTS return_id text NOT NULL DEFAULT '';
ALTER TABLE exchange ADD COLUMN IF NOT EXISTS restock boolean NOT NULL DEFAULT false;
ALTER TABLE exchange ADD COLUMN IF NOT EXISTS difference_minor bigint;

DO $$ BEGIN
    ALTER TABLE sale_order ADD CONSTRAINT never_more_shipping_than_paid
        CHECK (shipping_refunded_minor BETWEEN 0 AND shipping_minor);
    ALTER TABLE order_line ADD CONSTRAINT never_more_taken_than_bought CHECK (refunded + exchanged <= quantity);
EXCEPTION WHEN duplicate_object THEN NULL; END $$;

CREATE TABLE IF NOT EXISTS payment (
    shop text NOT NULL,
    order_id text NOT NULL,
    id text NOT NULL,
    position integer NOT NULL,
    method text NOT NULL CHECK (method IN ('card', 'gift_card', 'store_credit', 'other')),
    label text NOT NULL,
    paid_minor bigint NOT NULL,
    refunded_minor bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (shop, order_id, id),
    FOREIGN KEY (shop, order_id) REFERENCES sale_order ON DELETE CASCADE,
    CONSTRAINT never_more_back_than_came CHECK (refunded_minor BETWEEN 0 AND paid_minor)
);

CREATE TABLE IF NOT EXISTS item (
    shop text NOT NULL REFERENCES shop ON DELETE CASCADE,
    sku text NOT NULL,
    title text NOT NULL,
    price_minor bigint NOT NULL CHECK (price_minor >= 0),
    stock integer CHECK (stock >= 0),
    PRIMARY KEY (shop, sku)
);

-- A cancellation that the shop took on and does when it is due; whoever asks next makes it happen.
CREATE TABLE IF NOT EXISTS job (
    shop text NOT NULL REFERENCES shop ON DELETE CASCADE,
    id text NOT NULL,
    key text NOT NULL,
    arguments jsonb NOT NULL,
    due_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'failed')),
    reason text NOT NULL DEFAULT '',
    PRIMARY KEY (shop, id),
    UNIQUE (shop, key)
);

-- Calls that got stuck on their way and arrive when somebody delivers them.
CREATE TABLE IF NOT EXISTS late_call (
    shop text NOT NULL REFERENCES shop ON DELETE CASCADE,
    position bigint GENERATED ALWAYS AS IDENTITY,
    operation text NOT NULL,
    arguments jsonb NOT NULL,
    PRIMARY KEY (shop, position)
);

-- `our_key`: the key a caller gave, also where the shop keeps none and only the note carries its marker.
CREATE OR REPLACE VIEW effect AS
    SELECT all_of_it.*, CASE WHEN idempotency_key ~ '^(hand|past|unkeyed):'
        THEN COALESCE(substring(output ->> 'note' FROM '\[countersign:([0-9A-Za-z-]+)\]'), '')
        ELSE idempotency_key END AS our_key
    FROM (
        SELECT shop, id, 'refund' AS operation, order_id, amount_minor, idempotency_key, created_at,
               jsonb_build_object('note', note, 'lines', lines::text, 'shipping_minor', shipping_minor,
                                  'restock', restock, 'destination', destination, 'allotted', allotted::text) AS output,
               author
        FROM refund
        UNION ALL
        SELECT shop, id, 'cancel', order_id, amount_minor, idempotency_key, created_at,
               jsonb_build_object('note', note, 'restock', restock, 'destination', destination), author
        FROM cancellation
        UNION ALL
        SELECT shop, id, 'exchange', order_id, 0, idempotency_key, created_at,
               jsonb_build_object('note', note, 'line_id', line_id, 'quantity', quantity, 'replacement_sku',
                                  replacement_sku, 'return', return_id, 'restock', restock,
                                  'difference_minor', difference_minor), ''
        FROM exchange
    ) AS all_of_it;

CREATE TABLE IF NOT EXISTS message (
    shop text NOT NULL REFERENCES shop ON DELETE CASCADE,
    id text NOT NULL,
    ticket_ref text NOT NULL,
    recipient text NOT NULL,
    body text NOT NULL,
    idempotency_key text NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (shop, id),
    UNIQUE (shop, idempotency_key)
);

CREATE TABLE IF NOT EXISTS risk_flag (
    shop text NOT NULL,
    customer_ref text NOT NULL,
    code text NOT NULL,
    level text NOT NULL CHECK (level IN ('low', 'medium', 'high', 'critical')),
    detail text NOT NULL,
    raised_at timestamptz NOT NULL,
    PRIMARY KEY (shop, customer_ref, code, raised_at),
    FOREIGN KEY (shop, customer_ref) REFERENCES customer ON DELETE CASCADE
);

-- What people wrote to customers at the helpdesk without us.
CREATE TABLE IF NOT EXISTS human_reply (
    shop text NOT NULL REFERENCES shop ON DELETE CASCADE,
    id text NOT NULL,
    ticket_ref text NOT NULL,
    author text NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (shop, id)
);
CREATE INDEX IF NOT EXISTS human_reply_ticket ON human_reply (shop, ticket_ref, sent_at);

-- What goes wrong on purpose. `remaining` null: for ever; it counts down to zero.
CREATE TABLE IF NOT EXISTS fault (
    shop text NOT NULL REFERENCES shop ON DELETE CASCADE,
    operation text NOT NULL
        CHECK (operation IN ('refund', 'cancel', 'exchange', 'read', 'send', 'fetch', '*')),
    kind text NOT NULL,
    delay_ms integer NOT NULL DEFAULT 0 CHECK (delay_ms BETWEEN 0 AND 600000),
    remaining integer CHECK (remaining >= 0),
    PRIMARY KEY (shop, operation)
);
ALTER TABLE fault DROP CONSTRAINT IF EXISTS fault_kind_check;
ALTER TABLE fault ADD CONSTRAINT fault_kind_check CHECK (kind IN (
    'slow', 'down', 'throttled', 'error_before_executing', 'timeout_before_executing', 'timeout_after_executing',
    'garbled_before_executing', 'garbled_after_executing', 'late', 'twice'));
