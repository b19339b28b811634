"""Orders, items and months expected of many customers: totals per currency, out of what refresh stored of each."""
