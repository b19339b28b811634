"""Nasty files: a line each says what is nasty, with what its user gets. Huge ones are made when they are asked for."""

from tests.files import (
    currencies,
    dates,
    encodings,
    german,
    hostile,
    keys,
    layouts,
    numbers,
    quotes,
    workbooks,
)

PARTS = (encodings, quotes, layouts, dates, numbers, currencies, keys, german, workbooks, hostile)
FILES = [nasty for part in PARTS for nasty in part.FILES]
