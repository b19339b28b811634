"""What a Korean-speaking colleague wrote down, in Korean, about Mari's customers there."""

from crm.demo.customers import HYEJIN
from crm.demo.stories import Told

KOREAN_STORIES = {
    "SEL-HAN": [
        Told(655, "meeting", (0, 1), "@김민준 부장님과 내년 물량 협의. 캠핑 시장이 계속 커져서 버너와 랜턴을 두 배로 늘리고 싶다고 하심. "
             "가격보다 납기가 더 중요하다고 강조.", author=HYEJIN),
        Told(430, "visit", (0,), "서울 본사 방문. 전시 주방에서 가스 캔 450 g을 매일 씀. "
             "회장님 지시라서 양은 적어도 절대 끊기면 안 된다고 함.",
             author=HYEJIN),
        Told(208, "call", (0,), "스토브 밸브 소음 불량 건으로 통화. 절반은 반품, 절반은 부품 교체로 합의. "
             "한국어 보고서를 꼭 보내 달라고 하심.",
             author=HYEJIN),
        Told(119, "chat", (1,), "@박서연 대리: 태양광 랜턴 재고가 2주 안에 떨어질 것 같다고 함. 다음 주문에 반드시 포함.", author=HYEJIN),
        Told(64, "gift", (0,), "명절 선물로 치즈 세트를 보냄. 감사 전화를 받았고, 회장님께서도 안부를 물으셨다고 함.", author=HYEJIN),
        Told(26, "call", (0,), "신제품 머그컵 반응이 좋음. 경쟁사가 10 % 싸게 제안했지만 품질 때문에 우리를 선택했다고 함.",
             wants="결제 조건 60일.", why="신규 매장 두 곳을 열어서 자금이 묶임.", can_we="본사 승인이 있으면 가능.",
             decision="45일로 제안하고 반기 뒤에 다시 검토.", author=HYEJIN,
             promises=(("us", "결제 조건 45일 제안서", 5, False), ("them", "신규 매장 개점일 알려 주기", -6, False))),
    ],
    "PUS-BAD": [
        Told(470, "visit", (0, 1), "자갈치 시장 근처 창고 방문. 어선에 드라이백을 공급하는데 "
             "비가 오나 눈이 오나 매달 주문이 들어온다고 함.",
             author=HYEJIN),
        Told(149, "call", (0,), "모자 판매가 기대보다 좋았음. 내년 봄 주문은 한 달 앞당기자고 제안.", author=HYEJIN),
        Told(50, "call", (0,), "송은지 씨 육아휴직으로 발주 담당자가 없음. @배동현 사장님이 직접 재고를 세고 계심. 주문이 늦어지는 이유.",
             pinned=True, author=HYEJIN),
        Told(17, "chat", (0,), "사장님이 다음 주 낚시 박람회에 다녀와서 주문하겠다고 하심. 재고는 거의 바닥.", author=HYEJIN,
             promises=(("them", "박람회 뒤에 주문", 4, False),)),
    ],
}  # fmt: skip
