"""What Northlight's analysts have verified: questions, other ways of asking them, and the SQL that answers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from demo.organization import PRODUCTION, REPORTING, WEB


@dataclass(frozen=True, slots=True)
class Verified:
    """One question of AI memory; `{name}` in it and `:name` in its SQL stand for a parameter."""

    connector: str
    question: str
    sql: str
    phrasings: tuple[str, ...] = ()
    parameters: tuple[dict[str, Any], ...] = ()


def _period(default: str) -> tuple[dict[str, Any], ...]:
    return (
        {"name": "start", "type": "date", "default": default, "edge": "start"},
        {"name": "end", "type": "date", "default": default, "edge": "end"},
    )


_LAST_MONTH, _LAST_QUARTER = _period("last month"), _period("last quarter")
_TOP = ({"name": "n", "type": "integer", "default": 5},)
_SOLD = "o.status <> 'cancelled' AND o.placed_at >= :start AND o.placed_at < :end"

OPERATIONS = (
    Verified(
        PRODUCTION,
        "How many orders are open?",
        "SELECT count(*) AS open_orders FROM orders WHERE status = 'open'",
        ("Number of open orders", "How many orders are outstanding right now?", "Count the open orders"),
    ),
    Verified(
        PRODUCTION,
        "Which are the oldest open orders?",
        "SELECT number, placed_at, total FROM orders WHERE status = 'open' ORDER BY placed_at LIMIT 10",
        ("Show the oldest open orders",),
    ),
    Verified(
        PRODUCTION,
        "What is the status of order {number}?",
        "SELECT number, status, placed_at, total FROM orders WHERE number = :number",
        ("Where is order {number}?", "Look up order {number}"),
        ({"name": "number", "type": "text", "examples": ["N100042", "N131999"]},),
    ),
    Verified(
        PRODUCTION,
        "How many orders were placed {period}?",
        "SELECT count(*) AS orders FROM orders WHERE placed_at >= :start AND placed_at < :end",
        ("Number of orders {period}", "How many orders did we get {period}?"),
        _period("yesterday"),
    ),
    Verified(
        PRODUCTION,
        "How many orders were cancelled {period}?",
        "SELECT count(*) AS cancelled_orders FROM orders "
        "WHERE status = 'cancelled' AND placed_at >= :start AND placed_at < :end",
        ("Number of cancelled orders {period}",),
        _LAST_MONTH,
    ),
    Verified(
        PRODUCTION,
        "How many parcels are under way?",
        "SELECT carrier, count(*) AS parcels FROM shipments WHERE delivered_at IS NULL GROUP BY carrier ORDER BY parcels DESC",
        ("How many parcels are on their way?", "Number of parcels under way by carrier"),
    ),
    Verified(
        PRODUCTION,
        "What is the average delivery time by carrier {period}?",
        "SELECT carrier, round(CAST(avg(delivered_at::date - shipped_at::date) AS numeric), 1) AS days FROM shipments "
        "WHERE delivered_at IS NOT NULL AND shipped_at >= :start AND shipped_at < :end GROUP BY carrier ORDER BY days",
        ("Average delivery days by carrier {period}",),
        _LAST_MONTH,
    ),
    Verified(
        PRODUCTION,
        "Which products have to be reordered?",
        "SELECT p.sku, p.name, i.warehouse, i.on_hand, i.reorder_level FROM inventory i "
        "JOIN products p ON p.id = i.product_id WHERE p.is_active AND i.on_hand <= i.reorder_level ORDER BY i.on_hand, p.sku",
        ("Which products are running low?", "Products at their reorder level"),
    ),
    Verified(
        PRODUCTION,
        "How many pieces are in stock by warehouse?",
        "SELECT warehouse, sum(on_hand) AS pieces FROM inventory GROUP BY warehouse ORDER BY warehouse",
        ("Stock by warehouse", "Inventory of each warehouse"),
    ),
)

FIGURES = (
    Verified(
        REPORTING,
        "What was the revenue {period}?",
        f"SELECT sum(o.total) AS revenue FROM orders o WHERE {_SOLD}",
        ("How much revenue did we make {period}?", "Total sales {period}", "Turnover {period}"),
        _LAST_MONTH,
    ),
    Verified(
        REPORTING,
        "What was the average order value {period}?",
        f"SELECT round(CAST(avg(o.total) AS numeric), 2) AS average_order FROM orders o WHERE {_SOLD}",
        ("Average order value {period}", "Mean value of an order {period}"),
        _LAST_MONTH,
    ),
    Verified(
        REPORTING,
        "Top {n} customers by revenue {period}",
        "SELECT c.id, c.name, c.country, sum(o.total) AS revenue FROM orders o JOIN customers c ON c.id = o.customer_id "
        f"WHERE {_SOLD} GROUP BY c.id, c.name, c.country ORDER BY revenue DESC, c.id LIMIT :n",
        ("Who are our top {n} customers by revenue {period}?", "Best {n} customers by sales {period}"),
        (*_TOP, *_LAST_MONTH),
    ),
    Verified(
        REPORTING,
        "Top {n} products by revenue {period}",
        "SELECT p.sku, p.name, sum(i.quantity * i.unit_price) AS revenue FROM order_items i "
        "JOIN orders o ON o.id = i.order_id JOIN products p ON p.id = i.product_id "
        f"WHERE {_SOLD} GROUP BY p.sku, p.name ORDER BY revenue DESC, p.sku LIMIT :n",
        ("What are the {n} bestselling products {period}?", "Best {n} products by sales {period}"),
        (*_TOP, *_LAST_MONTH),
    ),
    Verified(
        REPORTING,
        "Revenue by month {period}",
        f"SELECT date_trunc('month', o.placed_at)::date AS month, sum(o.total) AS revenue FROM orders o WHERE {_SOLD} "
        "GROUP BY 1 ORDER BY 1",
        ("Monthly revenue {period}", "Sales per month {period}"),
        _period("last 12 months"),
    ),
    Verified(
        REPORTING,
        "Revenue by category {period}",
        "SELECT c.name AS category, sum(i.quantity * i.unit_price) AS revenue FROM order_items i "
        "JOIN orders o ON o.id = i.order_id JOIN products p ON p.id = i.product_id "
        f"JOIN categories c ON c.id = p.category_id WHERE {_SOLD} GROUP BY c.name ORDER BY revenue DESC",
        ("Sales per category {period}", "How much revenue did each category make {period}?"),
        _LAST_QUARTER,
    ),
    Verified(
        REPORTING,
        "Profit by category {period}",
        "SELECT c.name AS category, sum(i.quantity * (i.unit_price - p.cost)) AS profit FROM order_items i "
        "JOIN orders o ON o.id = i.order_id JOIN products p ON p.id = i.product_id "
        f"JOIN categories c ON c.id = p.category_id WHERE {_SOLD} GROUP BY c.name ORDER BY profit DESC",
        ("Profit per category {period}",),
        _LAST_QUARTER,
    ),
    Verified(
        REPORTING,
        "Revenue by country {period}",
        "SELECT c.country, sum(o.total) AS revenue FROM orders o JOIN customers c ON c.id = o.customer_id "
        f"WHERE {_SOLD} GROUP BY c.country ORDER BY revenue DESC",
        ("Sales per country {period}",),
        _LAST_MONTH,
    ),
    Verified(
        REPORTING,
        "Revenue by channel {period}",
        f"SELECT o.channel, sum(o.total) AS revenue FROM orders o WHERE {_SOLD} GROUP BY o.channel ORDER BY revenue DESC",
        ("Sales per channel {period}",),
        _LAST_MONTH,
    ),
    Verified(
        REPORTING,
        "How many new customers registered {period}?",
        "SELECT count(*) AS new_customers FROM customers WHERE created_at >= :start AND created_at < :end",
        ("Number of new customers who joined {period}", "How many new customers signed up {period}?"),
        _LAST_MONTH,
    ),
    Verified(
        REPORTING,
        "How many customers do we have by country?",
        "SELECT country, count(*) AS customers FROM customers GROUP BY country ORDER BY customers DESC",
        ("Number of customers per country", "Count of customers for each country"),
    ),
    Verified(
        REPORTING,
        "How many customers are in each segment?",
        "SELECT segment, count(*) AS customers FROM customers GROUP BY segment ORDER BY customers DESC",
        ("Number of customers by segment",),
    ),
    Verified(
        REPORTING,
        "Returns by reason {period}",
        "SELECT reason, count(*) AS returns, sum(refunded) AS refunded FROM returns "
        "WHERE returned_at >= :start AND returned_at < :end GROUP BY reason ORDER BY returns DESC",
        ("Why were items returned {period}, by reason?", "Returned items per reason {period}"),
        _LAST_QUARTER,
    ),
    Verified(
        REPORTING,
        "Return rate by category {period}",
        "SELECT c.name AS category, round(CAST(100.0 * count(r.id) / count(*) AS numeric), 1) AS percent_returned FROM order_items i "
        "JOIN orders o ON o.id = i.order_id JOIN products p ON p.id = i.product_id "
        "JOIN categories c ON c.id = p.category_id LEFT JOIN returns r ON r.order_item_id = i.id "
        f"WHERE {_SOLD} GROUP BY c.name ORDER BY percent_returned DESC",
        ("Share of returned items by category {period}",),
        _LAST_QUARTER,
    ),
    Verified(
        REPORTING,
        "How much was refunded {period}?",
        "SELECT sum(refunded) AS refunded FROM returns WHERE returned_at >= :start AND returned_at < :end",
        ("How much money did we refund {period}?", "Total refunds {period}"),
        _LAST_MONTH,
    ),
    Verified(
        REPORTING,
        "Which campaigns brought the most revenue {period}?",
        "SELECT m.name, m.channel, sum(o.total) AS revenue FROM orders o JOIN campaigns m ON m.id = o.campaign_id "
        f"WHERE {_SOLD} GROUP BY m.name, m.channel ORDER BY revenue DESC, m.name LIMIT 10",
        ("Top campaigns by revenue {period}",),
        _period("last 12 months"),
    ),
    Verified(
        REPORTING,
        "Show all products with their prices",
        "SELECT sku, name, price FROM products WHERE is_active ORDER BY sku",
        ("List every product with its price", "Price list of all products"),
    ),
)

VISITS = (
    Verified(
        WEB,
        "How many sessions by source {period}?",
        "SELECT source, count(*) AS sessions FROM sessions WHERE day >= :start AND day < :end GROUP BY source ORDER BY sessions DESC",
        ("Number of sessions per source {period}", "How many visits came from each source {period}?"),
        _period("last 30 days"),
    ),
    Verified(
        WEB,
        "How many sessions by device {period}?",
        "SELECT device, count(*) AS sessions FROM sessions WHERE day >= :start AND day < :end GROUP BY device ORDER BY sessions DESC",
        ("Number of sessions per device {period}",),
        _period("last 30 days"),
    ),
    Verified(
        WEB,
        "Conversion rate by source {period}",
        "SELECT source, round(100.0 * sum(is_converted) / count(*), 2) AS percent_converted FROM sessions "
        "WHERE day >= :start AND day < :end GROUP BY source ORDER BY percent_converted DESC",
        ("Share of converted sessions by source {period}", "What was the conversion rate of each source {period}?"),
        _period("last 30 days"),
    ),
    Verified(
        WEB,
        "Which pages are viewed most?",
        "SELECT page, count(*) AS views FROM page_views GROUP BY page ORDER BY views DESC",
        ("Most viewed pages", "Top pages by views"),
    ),
    Verified(
        WEB,
        "What is the average time on each page?",
        "SELECT page, round(avg(seconds), 1) AS seconds FROM page_views GROUP BY page ORDER BY seconds DESC",
        ("Average seconds by page", "Average time per page"),
    ),
)

VERIFIED = (*OPERATIONS, *FIGURES, *VISITS)
