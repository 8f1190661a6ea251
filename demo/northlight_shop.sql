-- Northlight's own database: nine related tables. Made anew with each build, in one transaction.

CREATE TABLE categories (
    id integer PRIMARY KEY,
    name text NOT NULL UNIQUE
);
COMMENT ON TABLE categories IS 'What kinds of things are sold';

CREATE TABLE products (
    id integer PRIMARY KEY,
    sku text NOT NULL UNIQUE,
    name text NOT NULL,
    category_id integer NOT NULL REFERENCES categories,
    price numeric(10, 2) NOT NULL,
    cost numeric(10, 2) NOT NULL,
    is_active boolean NOT NULL
);
COMMENT ON TABLE products IS 'Everything that can be bought; inactive ones are not sold any more';
COMMENT ON COLUMN products.price IS 'Retail price in US dollars';
COMMENT ON COLUMN products.cost IS 'What one piece costs us, in US dollars';

CREATE TABLE campaigns (
    id integer PRIMARY KEY,
    name text NOT NULL,
    channel text NOT NULL,
    begins_on date NOT NULL,
    ends_on date NOT NULL,
    budget numeric(10, 2) NOT NULL
);
COMMENT ON TABLE campaigns IS 'Marketing campaigns; an order names the one that brought it';

CREATE TABLE customers (
    id integer PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL UNIQUE,
    country text NOT NULL,
    segment text NOT NULL,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE customers IS 'People who have an account';
COMMENT ON COLUMN customers.country IS 'Two-letter code of the country';
COMMENT ON COLUMN customers.segment IS 'regular, loyal or vip';

CREATE TABLE orders (
    id integer PRIMARY KEY,
    number text NOT NULL UNIQUE,
    customer_id integer NOT NULL REFERENCES customers,
    campaign_id integer REFERENCES campaigns,
    placed_at timestamptz NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'fulfilled', 'cancelled')),
    channel text NOT NULL,
    total numeric(10, 2) NOT NULL
);
COMMENT ON TABLE orders IS 'One row for each order; cancelled ones count as no revenue';
COMMENT ON COLUMN orders.total IS 'Sum of the items in US dollars';
COMMENT ON COLUMN orders.channel IS 'web, app or store';

CREATE TABLE order_items (
    id integer PRIMARY KEY,
    order_id integer NOT NULL REFERENCES orders,
    product_id integer NOT NULL REFERENCES products,
    quantity integer NOT NULL CHECK (quantity > 0),
    unit_price numeric(10, 2) NOT NULL
);
COMMENT ON TABLE order_items IS 'What was ordered, one row for each product of an order';

CREATE TABLE shipments (
    id integer PRIMARY KEY,
    order_id integer NOT NULL REFERENCES orders,
    carrier text NOT NULL,
    warehouse text NOT NULL,
    shipped_at timestamptz NOT NULL,
    delivered_at timestamptz
);
COMMENT ON TABLE shipments IS 'Parcels; without delivered_at they are under way';

CREATE TABLE returns (
    id integer PRIMARY KEY,
    order_item_id integer NOT NULL REFERENCES order_items,
    order_id integer NOT NULL REFERENCES orders,
    reason text NOT NULL,
    refunded numeric(10, 2) NOT NULL,
    returned_at timestamptz NOT NULL
);
COMMENT ON TABLE returns IS 'What came back, why, and what was refunded in US dollars';

CREATE TABLE inventory (
    product_id integer NOT NULL REFERENCES products,
    warehouse text NOT NULL,
    on_hand integer NOT NULL,
    reorder_level integer NOT NULL,
    PRIMARY KEY (product_id, warehouse)
);
COMMENT ON TABLE inventory IS 'Pieces on the shelf; at or below reorder_level more is ordered';
