"""Forecast methods. Those of one kind share one signature, so that comparing them is a loop.

dates   (history, stats) -> survival curve: float (HORIZON + 1,), curve[t] = P(no order within t days of the last one)
gaps    (history) -> days from the last order day to the next, a point: the simple rules
points  (states, curves) -> {rule: days}, the rules that a book chooses from by its own past calls
amounts (history, stats) -> (point, low, high) in the customer's currency, or None
items   (history, stats) -> list of (item position, probability), best first
"""
