"""What a rep should know this morning: plain functions, each one question, a constant number of queries.

A function of `page.SECTIONS` answers with all entries of its kind, put away or not; `page` takes out what the user put
away, `answers` writes down what he says to an entry.
"""
