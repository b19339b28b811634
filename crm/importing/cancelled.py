"""What exports write in the column of an order's state where it was called off."""

from crm.importing.mapping import normal

WORDS = frozenset(
    {
        *("cancelled", "canceled", "cancel", "cancellation", "void", "voided"),
        *("storniert", "annulliert", "abgesagt"),
        *("취소", "취소됨", "주문취소", "취소완료"),
    }
)


def is_cancelled(state) -> bool:
    return normal(state) in WORDS
