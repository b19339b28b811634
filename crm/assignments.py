"""Who has a customer from when to when; `Customer.owner` is only the present."""

from crm.models import Assignment


def assign(customer, today):
    """Brings the assignments up to the customer's owner: the open one ends the day on which the next begins."""
    current = Assignment.objects.filter(customer=customer, to_on=None).first()
    if current and current.rep_id == customer.owner_id:
        return
    since = today
    if current:
        # An assignment may begin with an order dated ahead; nothing ends before it began.
        since = current.to_on = max(today, current.from_on)
        current.save(update_fields=["to_on"])
    if customer.owner_id:
        Assignment.objects.create(customer=customer, rep_id=customer.owner_id, from_on=since)
