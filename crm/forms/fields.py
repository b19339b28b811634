"""Form fields that several nouns share."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext, gettext_lazy

from crm.importing.values import Unreadable
from crm.searching.text import fold
from crm.templatetags.figures import typed
from crm.typed_numbers import Ambiguous, read_number

# Letters and symbols to Unicode, and nothing to a reader: Hangul fillers, the empty Braille cell.
FILLERS = "\u115f\u1160\u3164\uffa0\u2800"

FIRST_YEAR = 1900


class NameField(forms.CharField):
    """What has nothing to see in it, like zero-width spaces and soft hyphens, is as good as nothing."""

    def to_python(self, value):
        text = super().to_python(value)
        visible = any(not char.isspace() and char not in FILLERS for char in fold(text or ""))
        return text if visible else self.empty_value


class DayInput(forms.DateInput):
    """The browser's own, which takes a day in this form alone."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    widget = DayInput
    default_error_messages = {
        "required": gettext_lazy("Say on which day."),
        "invalid": gettext_lazy("Write the day like 2026-03-24."),
        "long_ago": gettext_lazy("So long ago? Check the year."),
    }

    def validate(self, value):
        super().validate(value)
        # A browser sends the year 0026 while 2026 is being typed.
        if value and value.year < FIRST_YEAR:
            raise forms.ValidationError(self.error_messages["long_ago"], code="long_ago")


def _read(field, value, whole=False):
    """What was typed as a Decimal, or None of nothing. Raises ValidationError.

    `whole`: of two readings only one that is whole is meant.
    """
    text = str(value if value is not None else "").strip()
    if not text:
        return None
    try:
        return read_number(text)
    except Ambiguous as error:
        if whole and not _is_whole(error.fraction):
            return error.thousands
        raise forms.ValidationError(
            gettext("“%(typed)s” can mean %(fraction)s or %(thousands)s: write the one you mean."),
            code="ambiguous",
            params={
                "typed": text,
                "fraction": typed(error.fraction),
                "thousands": typed(error.thousands),
            },
        ) from error
    except Unreadable as error:
        raise forms.ValidationError(field.error_messages["invalid"], code="invalid") from error


def _is_whole(number):
    return number == number.to_integral_value()


class NumberField(forms.DecimalField):
    """Typed as its writer writes numbers. The browser's own number field would make 125 of 12,5 where it knows the point only."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {
        "invalid": gettext_lazy("Write a number, like 12, 2.5 or 48k."),
        "max_digits": gettext_lazy("This number has too many digits."),
        "max_whole_digits": gettext_lazy("This number has too many digits."),
        "max_decimal_places": gettext_lazy("This number has too many digits after the point."),
    }

    def to_python(self, value):
        return super().to_python(value if isinstance(value, Decimal) else _read(self, value))

    def prepare_value(self, value):
        return typed(value) if isinstance(value, (Decimal, int)) else value


class WholeNumberField(forms.IntegerField):
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value):
        number = _read(self, value, whole=True)
        if number is not None and not _is_whole(number):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return None if number is None else int(number)
