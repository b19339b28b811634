from django.urls import path

from analytics.views import (
    calls,
    customers,
    dashboard,
    expected,
    expected_items,
    expected_year,
    ledger,
    products,
    today,
)

urlpatterns = [
    path("", today.today, name="home"),
    path("today/dismiss/", today.dismiss, name="dismiss"),
    path("today/dismiss/undo/", today.dismiss_undo, name="dismiss_undo"),
    path("today/dismissed/", today.dismissed, name="dismissed"),
    path("customers/", customers.customers, name="customers"),
    path("customers/<int:pk>/", dashboard.customer, name="customer"),
    path("customers/<int:pk>/ledger/", ledger.customer_ledger, name="customer_ledger"),
    path("customers/<int:pk>/next-order/", calls.next_order, name="next_order"),
    path("customers/<int:pk>/call/", calls.call, name="call"),
    path("customers/<int:pk>/call/lead/", calls.call_lead, name="call_lead"),
    path("customers/<int:pk>/call/withdraw/", calls.call_withdraw, name="call_withdraw"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("expected/", expected.expected, name="expected"),
    path("expected/items/", expected_items.expected_items, name="expected_items"),
    path("expected/year/", expected_year.expected_year, name="expected_year"),
    path("products/", products.products, name="products"),
    path("products/<int:pk>/", products.product, name="product"),
]
