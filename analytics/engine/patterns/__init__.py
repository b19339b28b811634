"""Detectors: each looks at one customer's history and answers one question about him.

A detector is a module with NAME, VERSION and detect(history, stats, names) -> a JSON-able dict whose "status" is
"ready" or "needs_orders" (then "needs" more order days; "orders" he has). Periods of twelve months end on the day up
to which orders are known; amounts are in the customer's currency; items are the caller's identifiers.
"""

from analytics.engine.patterns import best_sellers, focus, items, rhythm, sales

DETECTORS = [rhythm, focus, best_sellers, items, sales]
