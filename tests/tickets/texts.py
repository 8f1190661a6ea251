"""What customers write in the tests of this flow, against the orders of `tests.tickets_shop.Shop`."""

SMALL = "Hello, the cap from order #1043 arrived torn. Please refund my money for order #1043."
MEDIUM = "Hi, the rain jacket from order #1042 arrived with a torn sleeve. I would like a refund for order #1042."
LARGE = "The tent from order #1044 arrived broken. Please refund order #1044 in full, I want my money back."
OLD = "The coat from order #1045 came torn, I want a refund for order #1045, I want my money back."
PART = "Order #1042: please refund $60.00 for order #1042, one part was missing. I want a $60.00 refund."
