"""Issues forecasts: the first after an order is the official one, and each change of mind a revision."""

from django.db.models import F

from analytics.models import Forecast


def issue(forecasts):
    """Writes those of `forecasts` (of the present anchors, see analytics.ledger.forecasts) that say something new.

    Two queries, however many customers. Safe to repeat, to kill and to run twice at once: the same revision of the
    same forecast is written once.
    """
    last = _last_issued({forecast.customer_id for forecast in forecasts})
    news = []
    for forecast in forecasts:
        key = (forecast.customer_id, forecast.anchor_on, forecast.method)
        revision, fingerprint = last.get(key, (-1, None))
        if fingerprint != forecast.fingerprint:
            forecast.revision = revision + 1
            news.append(forecast)
    Forecast.objects.bulk_create(news, ignore_conflicts=True, batch_size=500)


def _last_issued(customers):
    """{(customer, anchor, method): (revision, fingerprint)} of the anchors that the stored outlooks stand on."""
    rows = (
        Forecast.objects.filter(customer__in=customers, anchor_on=F("customer__outlook__last_ordered_on"))
        .order_by("revision")
        .values_list("customer", "anchor_on", "method", "revision", "fingerprint")
    )
    return {tuple(key): (revision, said) for *key, revision, said in rows}
