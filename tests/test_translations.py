from babel.messages.catalog import Catalog

from tests import translations


def catalog(*messages):
    made = Catalog(locale="ko")
    for identifier, string in messages:
        made.add(identifier, string)
    return made


def merge(monkeypatch, kept, *wanted):
    monkeypatch.setattr(translations, "read", lambda locale: kept)
    monkeypatch.setattr(
        translations, "strings", lambda: catalog(*[(identifier, "") for identifier in wanted])
    )
    return translations.merged("ko")


def test_strings_come_from_python_and_from_templates():
    catalog = translations.strings()
    assert catalog.get("customer")
    assert catalog.get("“%(name)s” is not a time zone. Write it like Asia/Seoul.")


def test_a_template_is_read_with_its_plurals_and_variables(tmp_path):
    template = tmp_path / "page.html"
    template.write_text(
        """<p class="it's">{% translate "Orders" %}</p>
             {% blocktranslate trimmed count n=n with who=name %}
               {{ n }} order of {{ who }}
             {% plural %}{{ n }} orders of {{ who }}{% endblocktranslate %}
        {% translate "May" context "month" %}"""
    )
    text = translations.template_as_python(template)
    assert "gettext('Orders')" in text.replace('"', "'").replace("gettext(u", "gettext(")
    found = Catalog()
    for _, message, _, context in translations.extract(
        "python", translations.io.BytesIO(text.encode()), keywords=translations.KEYWORDS
    ):
        found.add(message, context=context)
    assert found.get("%(n)s order of %(who)s").id == ("%(n)s order of %(who)s", "%(n)s orders of %(who)s")
    assert found.get("May", "month")


def test_translations_stay_and_new_strings_are_added_empty(monkeypatch):
    merged = merge(monkeypatch, catalog(("customer", "고객")), "customer", "customers")
    assert merged.get("customer").string == "고객"
    assert not merged.get("customers").string, "a guess from a similar string would be a wrong translation"


def test_a_string_that_went_is_remembered_and_comes_back_translated(monkeypatch):
    without = merge(monkeypatch, catalog(("customer", "고객"), ("order", "주문")), "customer")
    assert not without.get("order")
    assert merge(monkeypatch, without, "customer", "order").get("order").string == "주문"


def test_faults_are_missing_translations_fuzzy_ones_and_lost_placeholders():
    kept = catalog(
        ("a", "가"),
        ("b", ""),
        ("%(n)s rows", "%(m)s 줄"),
        ("80 % interval", "80 % 구간"),
        (("one", "%(n)s"), ("%(n)s",)),
    )
    kept.add("f", "바", flags=["fuzzy"])
    assert list(translations.faults(kept)) == [
        "not translated: 'b'",
        "other placeholders than the original: '%(n)s rows'",
        "marked fuzzy: 'f'",
    ]
