"""Form fields that several nouns share."""

from django import forms
from django.utils.translation import gettext_lazy

from crm.searching.text import fold

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


class NumberField(forms.DecimalField):
    default_error_messages = {
        "invalid": gettext_lazy("Write a number, like 12 or 2.5."),
        "max_digits": gettext_lazy("This number has too many digits."),
        "max_whole_digits": gettext_lazy("This number has too many digits."),
        "max_decimal_places": gettext_lazy("This number has too many digits after the point."),
    }
