"""How many rows a page of a list has: a number out of `SIZES`, whatever the address asks for."""

from django.core.paginator import Paginator

SIZES = (25, 50, 100)
USUAL = 50


class ListPaginator(Paginator):
    """django-tables2 hands on any number out of the query string: a negative one, or one that asks for everything."""

    def __init__(self, rows, per_page=USUAL, **options):
        super().__init__(rows, per_page if per_page in SIZES else USUAL, **options)
