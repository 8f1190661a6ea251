-- After the rows are in: made once, so that loading stays quick.

CREATE INDEX orders_by_day ON orders (placed_at);
CREATE INDEX orders_by_customer ON orders (customer_id);
CREATE INDEX items_by_order ON order_items (order_id);
CREATE INDEX items_by_product ON order_items (product_id);
CREATE INDEX shipments_by_order ON shipments (order_id);
CREATE INDEX returns_by_day ON returns (returned_at);
