"""Customers that may be the one about to be entered: the same company is not to be kept twice."""

import re

from accounts.access import visible
from crm.folding import fold
from crm.models import Customer
from crm.searching.text import spelt_out

SHORTEST = 3  # letters of a name that means something inside another
SHOWN = 5
# What a company is by law, as it stands after its name or before it, without dots and blanks.
LEGAL_FORMS = frozenset({
    "ab", "ae", "ag", "ao", "aps", "as", "asa", "bhd", "bv", "co", "company", "corp", "corporation", "cv", "dd",
    "doo", "dooel", "eood", "epe", "gk", "gmbh", "ike", "inc", "incorporated", "jsc", "kft", "kg", "kk", "lda",
    "limited", "llc", "llp", "lp", "ltd", "ltda", "ltdsti", "nv", "oe", "ohg", "ood", "ooo", "ou", "oy", "oyj", "plc",
    "pt", "pte", "pty", "pvt", "sa", "sadecv", "sarl", "sas", "sau", "sdn", "sia", "sl", "slu", "spa", "spk", "spzoo",
    "srl", "sro", "tbk", "uab", "ug", "vof", "yk", "zao", "zrt", "주식회사", "유한회사", "주", "유", "株式会社", "有限会社", "合同会社",
    "有限公司", "股份有限公司",
})  # fmt: skip
LONGEST_FORM = 5  # words: S.A. de C.V.
# These are written without a blank between them and the name too.
UNSPACED = "주식회사|유한회사|株式会社|有限会社|合同会社|股份有限公司|有限公司"
JOINED = re.compile(f"^({UNSPACED})|({UNSPACED})$")


def similar_customers(user, name, country, but=None):
    """Of one name in whatever country; of a name within the other in the same one. Only those that `user` may see, and not
    the one with the primary key `but`."""
    wanted, of_wanted = bare(name), cores(name)
    if not wanted:
        return []
    found = []
    known = visible(user, Customer.objects.exclude(pk=but)).only("name", "country", "city", "code", "status")
    for row in known.order_by("name", "pk"):
        same = not of_wanted.isdisjoint(cores(row.name))
        # A country that nobody wrote down tells nobody apart.
        near = row.country == country or not (row.country and country)
        if same or (near and _one_within_the_other(bare(row.name), wanted)):
            found.append((not same, not near, row))
    found.sort(key=lambda entry: entry[:2])
    return [row for *_, row in found[:SHOWN]]


def bare(name):
    """Case, accents and punctuation do not make another company."""
    return re.sub(r"[\W_]+", " ", fold(name)).strip()


def core(name):
    """Nor does its legal form: Fjord Handel AS, Fjord Handel Ltd."""
    words = JOINED.sub("", bare(name)).split() or bare(name).split()
    while (rest := _without_form(words)) != words:
        words = rest
    return " ".join(words)


def _without_form(words):
    """Something of the name always stays."""
    for length in range(min(LONGEST_FORM, len(words) - 1), 0, -1):
        if "".join(words[-length:]) in LEGAL_FORMS:
            return words[:-length]
        if "".join(words[:length]) in LEGAL_FORMS:
            return words[length:]
    return words


def cores(name):
    """Müller is also Mueller."""
    return {core(name), core(spelt_out(name))}


def _one_within_the_other(one, other):
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= SHORTEST and short in long
