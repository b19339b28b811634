"""What exports write in the column of an order's state where it was called off.

"Cancelled by customer", "storniert", "annulé", "주문취소", "已取消"; not what is not, not yet or not wholly so.
"""

import re

WORD = re.compile(r"[^\W\d_]+")
STEMS = ("cancel", "storn", "annul", "anul")
WHOLE = frozenset({"void", "voided", "abgesagt"})
POSSIBLE = ("able", "bar")
PENDING = frozenset({"request", "requested", "requests", "pending", "angefragt", "beantragt"})
BEFORE = PENDING | {"not", "non", "no", "never", "nicht", "kein", "keine", "ohne", "without"} | {
    "partial", "partially", "partly", "part", "teil", "teilweise",
}  # fmt: skip
EAST_ASIAN = re.compile(
    r"(?<!미)(?<!未)(?<!不)(?<!부분)(?<!일부)(?<!부분 )(?<!일부 )(?<!部分)(?<!一部)"
    r"(취소|キャンセル|取消)"
    r"(?!\s*(안|불가|가능|신청|접수|거부|요청|철회|不可|可|申|依頼|待))"
)


def is_cancelled(state) -> bool:
    words = WORD.findall(state.casefold())
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        said = word in WHOLE or (word.startswith(STEMS) and not word.endswith(POSSIBLE))
        if said and before not in BEFORE and after not in PENDING:
            return True
    return bool(EAST_ASIAN.search(state))
