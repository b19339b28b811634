"""Why a row was rejected or needs a look: code -> words."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "no_customer": _("The customer is missing."),
    "not_yours": _("This customer is not yours. Ask your manager."),
    "no_order_number": _("The order number is missing."),
    "no_item": _("The item (SKU) is missing."),
    "bad_date": _("This is not a date that can be read."),
    "no_date": _("The order date is missing."),
    "bad_quantity": _("The quantity is not a number."),
    "no_quantity": _("The quantity is missing."),
    "zero_quantity": _("The quantity is zero."),
    "bad_price": _("The price is not a number."),
    "no_price": _("The price is missing."),
    "no_known_price": _("The file has no price, and none is known of an earlier order."),
    "too_large": _("The number is too large."),
    "too_long": _("The text is too long."),
    "bad_currency": _("This is not a currency like EUR."),
    "no_currency": _("The currency is missing."),
    "price_currency": _("The price is written in another currency."),
    "too_wide": _("The row has more cells than the header: a text with a separator in it is not quoted."),
    "rounded_code": _(
        "A spreadsheet has rounded this code (1.23E+05). Format its column as text and export again."
    ),
    "other_customer": _("The same order number names another customer."),
    "cancelled_there": _(
        "The file says that it is cancelled: left out. If the order is already here, it stays as it is until you cancel it."
    ),
    "other_currency": _("The same order has lines in another currency."),
    "namesake": _("New here, but another customer has almost this name: is it the same one?"),
    "bad_number": _("This is not a number."),
    "said_twice": _("The file says this twice, and differently."),
    "unknown_customer": _("This customer is not known here."),
    "unknown_product": _("This item is not known here."),
    "none_of_yours": _("None of your customers has this code or name."),
    "several_customers": _("Several customers have this name: write the code or the country too."),
    "several_products": _("Several items have this name: name the SKU."),
    "no_day": _("The month or the day of the report is missing."),
    "future_report": _("The month or the day of the report is still to come."),
    "negative_stock": _("Nobody has less than nothing in stock."),
    "bad_target": _("The target is not a number above zero."),
    "no_period": _("This is not a month, quarter, half-year or year."),
    "bad_months": _("A period has 1, 3, 6 or 12 months."),
    "not_your_target": _("Targets without a customer of yours are set by managers and administrators."),
    "whole_company": _("No rep, customer or product is named: taken for the target of the whole company."),
    "no_name": _("The name is missing."),
    "bad_email": _("This is not an e-mail address like name@company.com."),
    "bad_birthday": _("This is not a birthday like 1985-11-28, 28 Nov or lunar 10/9."),
    "birthday_to_come": _("This birthday, with its year, is still to come."),
    "no_such_language": _("This language is not known."),
    "several_people": _("Several people have this name: write the e-mail or the customer too."),
    "works_elsewhere": _(
        "This person is known here, but no longer works at this customer. Where the person works was left as it is."
    ),
    "shared_email": _("Somebody else here has this e-mail address too: a second person was made."),
    "no_such_country": _("This country is not known."),
    "no_such_zone": _("This is not a time zone like Europe/Oslo."),
    "no_such_month": _("This is not a month."),
    "no_such_rep": _("No sales rep of this name or e-mail is yours to choose."),
    "bad_pack_size": _("The pack size is not a whole number."),
    "base_itself": _("The base currency needs no rate: it is always 1."),
    "other_base": _("This is not a rate to the base currency."),
    "no_month": _("The month is missing."),
    "no_rate": _("The rate is missing."),
    "bad_rate": _("This is not a rate that can be kept."),
    "rate_not_positive": _("A rate is more than zero."),
    "unusual_rate": _(
        "The rate is ten times that of the nearest month, or a tenth of it. Is it the right way round?"
    ),
    "unknown_order": _(
        "No order of yours has this number. Were the orders imported with the name of an ERP? Then say it here too."
    ),
    "unknown_line": _("The order has no such line."),
    "no_line": _("Neither a line number nor an item (SKU) says which line it was."),
    "order_is_return": _("This order is a return: nothing of it is shipped."),
    "no_shipped_day": _("The day on which it left is missing."),
    "not_shipped_yet": _("This day is still to come: what has not left is no shipment."),
    "shipped_before_ordered": _("It would have left before it was ordered."),
    "negative_shipped": _(
        "Less than nothing can't be shipped. What came back is a return, and comes with the orders."
    ),
    "name_the_line": _(
        "Less than before, of an item that has several lines in this order: say the line number too."
    ),
    "overshipped": _("More of it has left than was ordered."),
    "order_cancelled": _("The order is cancelled, and yet something left."),
    "several_days": _("The rows of one shipment name several days; the last one was taken."),
    "catalogue_kept": _(
        "Known products are changed by managers; what the file says of this one was left out."
    ),
    "unknown_country": _("This country is not known; the customer's country stays empty."),
    "future_date": _("The order date is still to come."),
    "unusual_price": _("The price is ten times what this item usually costs, or a tenth of it."),
    "edited_since": _("A person changed this after the last import; the person's value was kept."),
}
