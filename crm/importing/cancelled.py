"""What exports write in the column of an order's state where it was called off."""

from crm.importing.mapping import normal

# Within whatever else stands there: "Cancelled by customer", "주문취소", "annulé", "已取消".
STEMS = ("cancel", "storn", "annul", "anul", "abgesagt", "취소", "キャンセル", "取消")
WHOLE = ("void", "voided")
# Not called off, not yet, or not all of it.
BUT = ("not", "uncancel", "partial", "part", "teil", "부분", "일부", "request", "pending", "요청", "철회")


def is_cancelled(state) -> bool:
    words = normal(state)
    if words in WHOLE:
        return True
    return any(stem in words for stem in STEMS) and not any(word in words for word in BUT)
