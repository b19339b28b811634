from dataclasses import replace
from datetime import timedelta

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import get_visible
from analytics import behind, cards, charts, reported, sentences
from analytics.goal import goal, with_target
from analytics.ledger.calls import open_calls
from analytics.ledger.figures import last_hits
from analytics.ledger.leading import said_by
from analytics.outlook import as_of
from analytics.reported_export import export_reported
from analytics.tables import outlook_of
from crm.closures import next_closure
from crm.exporting import is_download
from crm.models import Customer, Installation, Product
from crm.people import people_of
from crm.timeline import timeline_page
from crm.views.log import box_context

SHOWN_ITEMS = 12
LATE = ("overdue", "lapsed")
# What is stored for totals over many customers.
UNREAD = ("outlook__ahead", "outlook__ahead_items")


@require_GET
def customer(request, pk):
    """Everything about one customer, out of what is stored; what silence changes is worked out from the curve."""
    today = timezone.localdate()
    customers = Customer.objects.select_related("owner", "outlook").defer(*UNREAD)
    customers = with_target(customers, today)
    row = get_visible(request.user, reported.with_last_reports(customers, today), pk=pk)
    orders_url = f"{reverse('orders')}?customer={pk}"
    reports = reported.reported(row, orders_url)
    if is_download(request):
        return export_reported(request, reports)
    outlook = outlook_of(row)
    answers = {insight.detector: insight.answer for insight in row.insights.all()}
    goods = Goods(answers, outlook)
    seen = _seen(outlook, row, today)
    people = people_of(row, request.user, today)
    sales, items = answers.get("sales", {}), answers.get("items", {})
    # The twelve months that the stored figures are of, so that their orders add up to them.
    since, until = sales.get("period") or (seen.as_of - timedelta(days=364), seen.as_of)
    year = f"{orders_url}&since={since}&until={until}"
    rows = cards.item_rows(items, goods.name, goods.sku, seen.as_of, year)
    closed = next_closure(row.closures.all(), today)
    card = _card(request.user, row, outlook, seen, goods, today)
    # Where a call says when the order comes, nobody need be asked why it is late.
    expected = replace(seen, state="waiting") if card["lead"] and seen.state in LATE else seen
    context = {
        "section": "customers",
        "customer": row,
        "currency": row.currency,
        "since": (answers.get("rhythm") or {}).get("first_on"),
        "closed": closed,
        "closed_now": bool(closed and closed.is_on(today)),
        "stale": _stale(outlook, row),
        **card,
        "tiles": cards.tiles(answers, row.currency, {"year": year}),
        "talks": sentences.worth_raising(items, goods.name, expected, people, answers.get("focus", {})),
        "items": rows[:SHOWN_ITEMS],
        "further_items": rows[SHOWN_ITEMS:],
        "items_count": items.get("items_count", 0),
        "focus": answers.get("focus", {}),
        "orders_url": orders_url,
        "year_url": year,
        "sales": sales,
        **(_sales(sales, row.currency, goods, orders_url) if sales.get("status") == "ready" else {}),
        "goal": goal(row, today, orders_url),
        "reported": reports,
        "people": people,
        "timeline": timeline_page(row, request.user),
        "shows_demo": row.is_demo and Installation.current().shows_demo,
        **box_context(row, request.user),
    }
    return render(request, "analytics/dashboard.html", context)


def _sales(sales, currency, goods, orders_url):
    """The charts of sales and items, and the rows behind them."""
    heat = sales["heat"]
    return {
        "sales_figure": charts.sales(sales, currency),
        "sales_rows": behind.months(sales, orders_url),
        "ahead_rows": behind.months_ahead(sales),
        "ahead": behind.totals_ahead(sales),
        "heat_figure": charts.heat(heat, goods.name, currency) if heat["items"] else None,
        "heat_height": charts.heat_height(heat),
        "heat_rows": behind.items(heat, goods.name, orders_url),
    }


def card_context(user, row, outlook, today):
    """What the next-order card shows, where it stands alone."""
    return _card(user, row, outlook, _seen(outlook, row, today), Goods({}, outlook), today)


def _card(user, row, outlook, seen, goods, today):
    orders_url = f"{reverse('orders')}?customer={row.pk}"
    hits, calls = (last_hits(row) if outlook else None), open_calls(row, outlook, user, today)
    first = calls.lead or calls.shown
    called_on = first.expected_on if first else None
    led_by = said_by(first.author_id, first.author.name, user) if calls.lead else ""
    return {
        "next_order": cards.next_order(
            outlook, seen, goods, orders_url, today, hits, called_on, led_by, row.country
        ),
        "call": calls.shown,
        "lead": calls.lead,
        "may_withdraw": calls.may_withdraw,
        "kept": calls.kept,
        "today": today,
        "orders_url": orders_url,
    }


class Goods:
    """Names of the products that the answers speak of, in one query."""

    def __init__(self, answers, outlook, called=()):
        """`called`: items of a rep's call, which may be others than those that are forecast."""
        rows = answers.get("items", {}).get("rows", [])
        wanted = {row["item"] for row in rows} | set(
            answers.get("sales", {}).get("heat", {}).get("items", [])
        )
        wanted |= {row["item"] for row in (outlook.forecast.get("items", []) if outlook else [])}
        wanted |= {product for product, *_ in called}
        self.products = Product.objects.only("sku", "name", "unit").in_bulk(wanted)

    def name(self, pk):
        return str(self.products[pk]) if pk in self.products else "–"

    def sku(self, pk):
        return self.products[pk].sku if pk in self.products else ""

    def unit(self, pk):
        return self.products[pk].unit if pk in self.products else ""


def _stale(outlook, row):
    """Whether orders came, or became known up to a later day, since the answers were computed."""
    if outlook is None:
        return True
    moved = row.orders_known_through and row.orders_known_through != outlook.known_through
    return outlook.rev != row.orders_rev or bool(moved)


def _seen(outlook, row, today):
    if outlook is None:
        return as_of(None, None, None, None, row.orders_known_through or today)
    seen = as_of(
        outlook.curve,
        outlook.forecast.get("point_gap"),
        outlook.overdue_after_on,
        outlook.last_ordered_on,
        row.orders_known_through or outlook.known_through or outlook.last_ordered_on or today,
        outlook.needs_orders,
    )
    return replace(seen, state="lapsed") if seen.state == "overdue" and outlook.lapsed else seen
