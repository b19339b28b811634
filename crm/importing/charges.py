"""What is charged but not sold: postage, fees, discounts; by the codes and the words that exports have for it."""

import re

SERVICE_CODES = frozenset(
    [
        "POST",
        "DOT",
        "M",
        "D",
        "C2",
        "C3",
        "S",
        "B",
        "ADJUST",
        "ADJUST2",
        "PADS",
        "CRUK",
        "AMAZONFEE",
        "BANKCHARGES",
        "FREIGHT",
        "SHIPPING",
        "DELIVERY",
        "HANDLING",
        "INSURANCE",
        "DISCOUNT",
        "FEE",
        "운임",
        "운송비",
        "배송비",
        "수수료",
        "할인",
        "보험료",
    ]
)
# The whole name: a manual valve or a delivery van is goods.
SERVICE_NAME = re.compile(
    r"((dotcom )?postage|carriage|(freight|shipping|delivery|courier|handling|insurance)( charges?| costs?| fees?)?|"
    r"manual|discount|samples|bank charges?|amazon fee|cruk commission|adjust(ment)?( by .*)?|adjust bad debt|"
    r"(dotcomgiftshop )?gift voucher.*|운임비?|운송비|배송비|택배비|수수료|할인|보험료)$",
    re.IGNORECASE,
)


def is_service(sku, name) -> bool:
    known = sku.upper().replace(" ", "") in SERVICE_CODES or sku.lower().startswith("gift_")
    return bool(known or SERVICE_NAME.match(name))
