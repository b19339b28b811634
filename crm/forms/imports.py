"""What a person says about a file: how to read it, and what its columns mean."""

from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import visible
from crm.forms.fields import DayInput
from crm.importing.files import Reading
from crm.importing.kinds.registry import allowed, kind_of
from crm.importing.owners import owners
from crm.importing.reasons import REASONS
from crm.importing.uploads import EXTENSIONS, MAX_FILES
from crm.models import Customer, ImportMapping
from crm.models.fields import validate_currency
from crm.models.order import EARLIEST

ENCODINGS = [
    ("utf-8", "UTF-8"), ("utf-8-sig", gettext_lazy("UTF-8 with a mark")), ("utf-16", "UTF-16"),
    ("utf-16-le", "UTF-16 LE"), ("utf-16-be", "UTF-16 BE"),
    ("cp949", gettext_lazy("Korean (CP949)")), ("shift_jis", gettext_lazy("Japanese (Shift-JIS)")),
    ("gb18030", gettext_lazy("Chinese, simplified (GB 18030)")), ("big5", gettext_lazy("Chinese, traditional (Big5)")),
    ("cp1252", gettext_lazy("Western European (Windows)")), ("latin-1", gettext_lazy("Western European (Latin-1)")),
    ("cp1250", gettext_lazy("Central European (Windows)")), ("cp1251", gettext_lazy("Cyrillic (Windows)")),
]  # fmt: skip
DELIMITERS = [
    (",", gettext_lazy("comma")), (";", gettext_lazy("semicolon")), ("\t", gettext_lazy("tab")), ("|", gettext_lazy("bar")),
]  # fmt: skip
DATE_ORDERS = [
    ("", gettext_lazy("as the whole column shows")),
    ("dmy", gettext_lazy("day first: 03/04 is 3 April")),
    ("mdy", gettext_lazy("month first: 03/04 is 4 March")),
    ("ymd", gettext_lazy("year first: 26/03/04 is 4 March 2026")),
]


NO_CURRENCY = gettext_lazy("No column says the currency of the amounts: say it here.")


def checked_through(day, today):
    """The day up to which orders are complete, or None. Raises ValidationError."""
    if day and day > today:
        raise forms.ValidationError(_("Orders can't be complete up to a day that is still to come."))
    return _not_long_ago(day)


def _not_long_ago(day):
    if day and day < EARLIEST:
        raise forms.ValidationError(_("So long ago? Check the year."))
    return day


class ManyFilesInput(forms.ClearableFileInput):
    template_name = "django/forms/widgets/file.html"
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    widget = ManyFilesInput

    def clean(self, data, initial=None):
        files = data if isinstance(data, (list, tuple)) else [data]
        if len(files) > MAX_FILES:
            raise forms.ValidationError(
                ngettext("%(n)s file at a time.", "%(n)s files at a time, not more.", MAX_FILES)
                % {"n": MAX_FILES}
            )
        return [super(ManyFilesField, self).clean(file, initial) for file in files]


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What they hold"), required=False)
    files = ManyFilesField(
        label=gettext_lazy("Files"),
        # What is empty is refused with its name.
        allow_empty_file=True,
        widget=ManyFilesInput(attrs={"accept": ",".join(EXTENSIONS)}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        kinds = [(kind.name, kind.label) for kind in allowed(user)]
        self.fields["kind"].choices = [("", _("found out from the headers")), *kinds]


class ReadingForm(forms.Form):
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"), choices=ENCODINGS, required=False)
    delimiter = forms.ChoiceField(
        label=gettext_lazy("Columns are separated by"), choices=DELIMITERS, required=False
    )
    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), required=False)
    header_row = forms.IntegerField(
        label=gettext_lazy("Row of the headers"),
        min_value=1,
        max_value=300,
        required=False,
        help_text=gettext_lazy("Empty: found again."),
    )

    def __init__(self, *args, found, **kwargs):
        super().__init__(*args, initial=found, label_suffix="", **kwargs)
        sheets = found.get("sheets", [])
        if sheets:
            del self.fields["encoding"], self.fields["delimiter"]
            first = [("", _("the first with rows, and those that continue it"))]
            self.fields["sheet"].choices = first + [(name, name) for name in sheets]
        else:
            del self.fields["sheet"]

    def reading(self):
        chosen = self.cleaned_data
        return Reading(
            encoding=chosen.get("encoding", ""),
            delimiter=chosen.get("delimiter", ""),
            sheet=chosen.get("sheet", ""),
            header_row=chosen["header_row"] or 0,
        )


# What the columns page may ask beside the columns: Kind.asks.
ANSWERS = frozenset(["currency", "date_order", "owner", "complete_through", "source", "customer", "day"])


class ColumnsForm(forms.Form):
    """A choice of field for each column of the run's file, and what no column says."""

    currency = forms.CharField(
        label=gettext_lazy("Currency of all amounts"),
        max_length=3,
        required=False,
        help_text=gettext_lazy("Where no column says it: EUR, USD, KRW."),
        widget=forms.TextInput(
            attrs={"list": "currencies", "autocomplete": "off", "autocapitalize": "characters"}
        ),
    )
    date_order = forms.ChoiceField(
        label=gettext_lazy("Dates are written"), choices=DATE_ORDERS, required=False
    )
    owner = forms.ModelChoiceField(
        None,
        label=gettext_lazy("New customers belong to"),
        required=False,
        empty_label=gettext_lazy("nobody yet"),
    )
    complete_through = forms.DateField(
        label=gettext_lazy("Orders are complete up to"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy(
            "Empty: up to the last order of the file. Silence after this day is no silence."
        ),
    )
    source = forms.CharField(
        label=gettext_lazy("Name of the ERP"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Only where several number their orders alike."),
    )
    customer = forms.ModelChoiceField(
        None,
        label=gettext_lazy("Customer who reports"),
        required=False,
        empty_label=gettext_lazy("as the rows say"),
    )
    day = forms.DateField(
        label=gettext_lazy("Day of the report"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("Where no column says the month or the day."),
    )
    name = forms.CharField(
        label=gettext_lazy("Remember as"),
        max_length=100,
        help_text=gettext_lazy("For your next file with these headers."),
    )

    def __init__(self, *args, run, user, today, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.run, self.today, self.kind = run, today, kind_of(run.kind)
        for name in ANSWERS - self.kind.asks:
            del self.fields[name]
        self.choosing_owner = "owner" in self.fields and user.role != user.Role.REP
        chosen = self._chosen()
        choices = [("", _("leave out")), *self.kind.choices(run.found["header"], chosen.values())]
        self.columns = []
        for index, header in enumerate(run.found["header"]):
            field = forms.ChoiceField(
                choices=choices,
                required=False,
                initial=chosen.get(index, ""),
                label=header or _("Column %(n)s") % {"n": index + 1},
            )
            self.fields[f"column_{index}"] = field
            self.columns.append(f"column_{index}")
        if self.choosing_owner:
            self.fields["owner"].queryset = owners(user)
            if user.role == user.Role.MANAGER:
                self.fields["owner"].required = True
                self.fields["owner"].empty_label = None
        else:
            self.fields.pop("owner", None)
        if "customer" in self.fields:
            self.fields["customer"].queryset = visible(user, Customer.objects).order_by("name", "pk")
        self.initial |= {
            "customer": run.options.get("customer"),
            "day": run.options.get("day", ""),
            "currency": run.currency,
            "date_order": run.options.get("date_order", ""),
            "owner": run.owner_id,
            "complete_through": run.options.get("complete_through", ""),
            "source": run.source,
            "name": run.options.get("mapping") or run.file_name.rsplit(".", 1)[0][:100],
        }
        if run.options.get("ask_dates") and "date_order" in self.fields:
            self.fields["date_order"].required = True
            self.fields["date_order"].choices = DATE_ORDERS[1:]
            self.fields["date_order"].widget = forms.RadioSelect(choices=DATE_ORDERS[1:])

    def _chosen(self):
        """{column: what is chosen for it}."""
        columns = self.run.options.get("columns", {})
        return {index: self.kind.choice_of(field) for field, index in columns.items()}

    def rows(self):
        """(header, bound field, how sure the guess is, examples) of each column."""
        guesses, examples = self.run.found["guesses"], self.run.found["examples"]
        chosen = self._chosen()
        return [
            {
                "header": header,
                "field": self[f"column_{index}"],
                "sure": sure if chosen.get(index, "") == self.kind.choice_of(guess) else "",
                "examples": texts,
            }
            for index, (header, (guess, sure), texts) in enumerate(
                zip(self.run.found["header"], guesses, examples, strict=True)
            )
        ]

    def answers(self):
        """What is asked beside the columns; an open question about dates stands above them."""
        asked = [name for name in self.fields if name in ANSWERS and name not in self.apart()]
        return [self[name] for name in (*asked, "name")]

    def apart(self):
        return {"date_order"} if self.run.options.get("ask_dates") else set()

    def clean_currency(self):
        code = self.cleaned_data["currency"].upper()
        if code:
            validate_currency(code)
        return code

    def clean_complete_through(self):
        return checked_through(self.cleaned_data["complete_through"], self.today)

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day and day > self.today:
            raise forms.ValidationError(REASONS["future_report"])
        return _not_long_ago(day)

    def clean(self):
        super().clean()
        for problem in self.column_problems():
            self.add_error(None, problem)
        if self.lacks_currency() and "currency" not in self.errors:
            self.add_error("currency", NO_CURRENCY)
        for name in self.kind.open_questions(self.mapped()):
            if name in self.fields and not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, _("No column says it: say it here."))

    def lacks_currency(self):
        return self.kind.lacks_currency(self.mapped(), self.cleaned_data.get("currency"))

    def mapped(self) -> dict[str, int]:
        """{field: index} as chosen; of a field chosen twice the last."""
        return {
            self.kind.field_at(field, index): index
            for index, name in enumerate(self.columns)
            if (field := self.cleaned_data.get(name, ""))
        }

    def column_problems(self) -> list[str]:
        """What is chosen twice, and what is needed and chosen by no column."""
        chosen = [self.cleaned_data.get(name, "") for name in self.columns]
        problems = [
            _("“%(field)s” is chosen for several columns: %(columns)s.")
            % {
                "field": self.kind.label_of(field),
                "columns": ", ".join(
                    str(self.fields[name].label)
                    for name, said in zip(self.columns, chosen, strict=True)
                    if said == field
                ),
            }
            for field in dict.fromkeys(chosen)
            if field and field not in self.kind.repeated and chosen.count(field) > 1
        ]
        problems += self.kind.contradictions(chosen)
        if missing := self.kind.missing({field for field in chosen if field}):
            problems.append(_("No column is chosen for: %(fields)s.") % {"fields": ", ".join(missing)})
        return problems

    def apply(self):
        """Puts the answers into the run, unsaved."""
        run, said = self.run, self.cleaned_data
        run.currency, run.source = said.get("currency", ""), said.get("source", "")
        if self.choosing_owner:
            run.owner = said["owner"]
        through: date | None = said.get("complete_through")
        day: date | None = said.get("day")
        customer: Customer | None = said.get("customer")
        run.options = {
            "reading": run.options.get("reading", {}),
            "kind": run.kind,
            "columns": self.mapped(),
            "date_order": said.get("date_order", ""),
            "complete_through": through.isoformat() if through else "",
            "day": day.isoformat() if day else "",
            "customer": customer.pk if customer else None,
            "mapping": said["name"],
        }


class MappingForm(forms.ModelForm):
    class Meta:
        model = ImportMapping
        fields = ["name"]
