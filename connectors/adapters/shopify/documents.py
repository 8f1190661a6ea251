"""The product's own GraphQL documents. Each is named by its operation and asks for no more than `reading` reads.

A test holds each against a schema of the pinned version. Sizes of pages are bounded so that no question costs a shop
more than it grants for one.
"""

from __future__ import annotations

from connectors.adapters.shopify.client import Document

LINES = 25
"""Lines of an order's first page; further pages are asked for."""
PAYMENTS, REFUNDS, RETURNS, RETURN_LINES = 15, 15, 5, 8
"""How many of each one order has at most; an order with more is a person's task, never half read."""
PAGE = 10
"""Orders of a page of history, each with its first lines."""

_MONEY = "fragment Paid on MoneyBag { presentmentMoney { amount currencyCode } }"

_REFUND = """
fragment RefundParts on Refund {
  id createdAt note
  totalRefundedSet { ...Paid }
  refundShippingLines(first: 2) { nodes { subtotalAmountSet { ...Paid } taxAmountSet { ...Paid } } }
}
"""

_RETURN = f"""
fragment ReturnParts on Return {{
  id name status createdAt
  returnLineItems(first: {RETURN_LINES}) {{
    nodes {{
      id quantity
      ... on ReturnLineItem {{
        refundableQuantity returnReasonNote customerNote
        returnReasonDefinition {{ handle }}
        fulfillmentLineItem {{ lineItem {{ id }} }}
      }}
    }}
    pageInfo {{ hasNextPage }}
  }}
  exchangeLineItems(first: 3) {{ nodes {{ id lineItems {{ id sku quantity }} }} }}
}}
"""

_EFFECTS = f"""
fragment EffectParts on Order {{
  id name cancelledAt presentmentCurrencyCode
  cancellation {{ staffNote }}
  refunds(first: {REFUNDS}) {{ ...RefundParts }}
  returns(first: {RETURNS}) {{ nodes {{ ...ReturnParts }} pageInfo {{ hasNextPage }} }}
}}
"""

TOUCHED_REFUNDS = 3
"""Refunds an order shows in a look over the shop; one with as many is read by itself."""

_TOUCHED = f"""
fragment TouchedParts on Order {{
  id name cancelledAt presentmentCurrencyCode
  cancellation {{ staffNote }}
  refunds(first: {TOUCHED_REFUNDS}) {{ id createdAt note totalRefundedSet {{ ...Paid }} }}
  returns(first: 1) {{
    nodes {{
      id status createdAt
      returnLineItems(first: 1) {{ nodes {{ id ... on ReturnLineItem {{ returnReasonNote }} }} }}
      exchangeLineItems(first: 3) {{ nodes {{ id lineItems {{ id sku quantity }} }} }}
    }}
    pageInfo {{ hasNextPage }}
  }}
}}
"""

_ORDER = f"""
fragment OrderParts on Order {{
  ...EffectParts
  createdAt displayFulfillmentStatus taxesIncluded
  customer {{ id }}
  totalPriceSet {{ ...Paid }}
  totalReceivedSet {{ ...Paid }}
  totalRefundedSet {{ ...Paid }}
  shippingLines(first: 5) {{ nodes {{ discountedPriceSet {{ ...Paid }} taxLines {{ priceSet {{ ...Paid }} }} }} }}
  shippingAddress {{ name address1 address2 city provinceCode zip countryCodeV2 }}
  lineItems(first: {LINES}) {{
    nodes {{
      ...LineParts
    }}
    pageInfo {{ hasNextPage endCursor }}
  }}
  transactions(first: {PAYMENTS}) {{
    id kind status gateway
    amountSet {{ ...Paid }}
    parentTransaction {{ id }}
    paymentDetails {{ ... on CardPaymentDetails {{ company number }} }}
  }}
}}
"""

_LINE = """
fragment LineParts on LineItem {
  id sku title quantity refundableQuantity
  originalUnitPriceSet { ...Paid }
  discountAllocations { allocatedAmountSet { ...Paid } }
  taxLines { priceSet { ...Paid } }
}
"""

_PAST = """
fragment PastParts on Order {
  id name createdAt cancelledAt displayFulfillmentStatus taxesIncluded presentmentCurrencyCode
  customer { id }
  totalPriceSet { ...Paid }
  totalReceivedSet { ...Paid }
  totalRefundedSet { ...Paid }
  shippingAddress { name address1 address2 city provinceCode zip countryCodeV2 }
  lineItems(first: 5) { nodes { id sku title quantity refundableQuantity originalUnitPriceSet { ...Paid } } }
  refunds(first: 5) { id createdAt note totalRefundedSet { ...Paid } }
  returns(first: 3) {
    nodes {
      id status createdAt
      returnLineItems(first: 3) {
        nodes { id ... on ReturnLineItem { returnReasonNote customerNote returnReasonDefinition { handle } } }
      }
    }
  }
}
"""

_CUSTOMER = """
fragment CustomerParts on Customer {
  id displayName createdAt tags
  defaultEmailAddress { emailAddress }
}
"""

_ORDER_PARTS = _ORDER + _LINE + _EFFECTS + _REFUND + _RETURN + _MONEY

SHOP = Document(
    "Shop",
    "query Shop { shop { name myshopifyDomain currencyCode } currentAppInstallation { accessScopes { handle } } "
    "orders(first: 1, sortKey: CREATED_AT, reverse: true) { nodes { id } } }",
)
ORDER_BY_ID = Document("OrderById", "query OrderById($id: ID!) { order(id: $id) { ...OrderParts } }" + _ORDER_PARTS)
MORE_LINES = Document(
    "MoreLines",
    "query MoreLines($id: ID!, $after: String) { order(id: $id) { lineItems(first: 50, after: $after) "
    "{ nodes { ...LineParts } pageInfo { hasNextPage endCursor } } } }" + _LINE + _MONEY,
)
ORDERS_BY_NAME = Document(
    "OrdersByName",
    "query OrdersByName($search: String!) { shop { orderNumberFormatPrefix orderNumberFormatSuffix } "
    "orders(first: 10, query: $search) { nodes { id name } pageInfo { hasNextPage } } }",
)
ORDERS_OF_CUSTOMER = Document(
    "OrdersOfCustomer",
    "query OrdersOfCustomer($id: ID!, $after: String) { customer(id: $id) { id "
    f"orders(first: {PAGE}, after: $after, sortKey: CREATED_AT, reverse: true) "
    "{ nodes { ...PastParts } pageInfo { hasNextPage endCursor } } } }" + _PAST + _MONEY,
)
CUSTOMER_BY_ID = Document(
    "CustomerById", "query CustomerById($id: ID!) { customer(id: $id) { ...CustomerParts } }" + _CUSTOMER
)
CUSTOMER_BY_EMAIL = Document(
    "CustomerByEmail",
    "query CustomerByEmail($email: String!) "
    "{ customerByIdentifier(identifier: {emailAddress: $email}) { ...CustomerParts } }" + _CUSTOMER,
)
VARIANTS_BY_SKU = Document(
    "VariantsBySku",
    "query VariantsBySku($search: String!) { shop { currencyCode } productVariants(first: 10, query: $search) "
    "{ nodes { id sku displayName price inventoryQuantity inventoryItem { tracked } } pageInfo { hasNextPage } } }",
)
EFFECTS_OF_ORDER = Document(
    "EffectsOfOrder",
    "query EffectsOfOrder($id: ID!) { order(id: $id) { ...EffectParts } }" + _EFFECTS + _REFUND + _RETURN + _MONEY,
)
ORDERS_TOUCHED = Document(
    "OrdersTouched",
    "query OrdersTouched($search: String!, $after: String) { orders(first: 20, after: $after, query: $search, "
    "sortKey: UPDATED_AT) { nodes { ...TouchedParts } pageInfo { hasNextPage endCursor } } }" + _TOUCHED + _MONEY,
)
RETURNABLE = Document(
    "Returnable",
    "query Returnable($id: ID!) { returnableFulfillments(orderId: $id, first: 5) { nodes { "
    "returnableFulfillmentLineItems(first: 40) { nodes { quantity fulfillmentLineItem { id lineItem { id } } } } } "
    "pageInfo { hasNextPage } } }",
)
PLACE_OF_RESTOCK = Document(
    "PlaceOfRestock",
    "query PlaceOfRestock($id: ID!) { order(id: $id) { fulfillments(first: 5) { location { id } } } }",
)
JOB_OF_ORDER = Document(
    "JobOfOrder",
    "query JobOfOrder($job: ID!, $order: ID!) { job(id: $job) { id done } order(id: $order) { ...EffectParts } }"
    + _EFFECTS
    + _REFUND
    + _RETURN
    + _MONEY,
)

REFUND = Document(
    "Refund",
    "mutation Refund($input: RefundInput!, $key: String!) { refundCreate(input: $input) @idempotent(key: $key) "
    "{ refund { ...RefundParts } userErrors { field message } } }" + _REFUND + _MONEY,
    "mutation",
)
CANCEL = Document(
    "Cancel",
    "mutation Cancel($order: ID!, $refund: OrderCancelRefundMethodInput!, $restock: Boolean!, $note: String!) { "
    "orderCancel(orderId: $order, reason: CUSTOMER, refundMethod: $refund, restock: $restock, staffNote: $note, "
    "notifyCustomer: false) { job { id done } orderCancelUserErrors { code field message } } }",
    "mutation",
)
RETURN = Document(
    "Return",
    "mutation Return($input: ReturnInput!) { returnCreate(returnInput: $input) "
    "{ return { ...ReturnParts } userErrors { code field message } } }" + _RETURN,
    "mutation",
)

ALL = tuple(value for value in list(globals().values()) if isinstance(value, Document))
