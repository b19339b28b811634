"""The columns of lists of people, as address books and ERPs call them."""

from django.utils.translation import gettext_lazy as _

from crm.importing.kinds.base import Field

NAME_LENGTH = 100

FIELDS = {
    "full_name": Field(
        _("Full name"),
        "fullname name contactname contactperson contact displayname formattedname fileas personname keycontact "
        "이름 성명 담당자 담당자명 담당자이름 성함 연락처명 표시이름 ansprechpartner kontaktperson",
    ),
    "family_name": Field(
        _("Family name"), "familyname lastname surname contactlastname 성 성씨 nachname familienname", length=NAME_LENGTH
    ),
    "given_name": Field(
        _("Given name"), "givenname firstname forename contactfirstname 명 이름성제외 vorname", length=NAME_LENGTH
    ),
    "middle_name": Field(_("Middle name"), "middlename additionalname 중간이름", length=NAME_LENGTH),
    "native_name": Field(
        _("Name in own script"),
        "nameinownscript nativename localname namelocal koreanname chinesename japanesename yominame "
        "본래표기이름 한글이름 한글명 한글성명 현지이름 현지어이름 고유문자이름 한자이름 원어이름",
        length=NAME_LENGTH,
    ),
    "customer_code": Field(
        _("Customer code"),
        "customercode customerid customerno customernumber cardcode clientid clientcode accountcode accountno "
        "accountnumber companycode soldto 고객코드 거래처코드 고객번호 거래처번호 kundennummer kundennr debitor",
        length=60,
    ),
    "customer_name": Field(
        _("Customer"),
        "customer customername company companyname associatedcompany primaryassociatedcompany relatedcompany organization organizationname "
        "organisation organisationname organization1name account accountname client clientname distributor linkname "
        "linktitle cardname employer 고객 고객명 거래처 거래처명 회사 회사명 업체 업체명 상호 소속 kunde kundenname firma",
    ),
    "role": Field(
        _("Position"),
        "position role jobtitle jobposition designation function organizationtitle organization1title contactrole "
        "occupation 직책 직위 직급 직함 직급직책 직위직책 직책직급 funktion abteilung",
        length=100,
    ),
    "email": Field(
        _("E-mail"),
        "email emailaddress emailid emails mail emaill email1 email1address email1value workemail primaryemail "
        "businessemail 이메일 이메일주소 메일 메일주소 전자메일 전자메일주소 전자우편",
        length=1000,
    ),
    "email_2": Field(
        _("E-mail 2"),
        "email2 email2address email2value additionalemailaddresses additionalemail secondaryemail otheremail homeemail "
        "personalemail 이메일2 추가이메일",
        length=1000,
    ),
    "email_3": Field(_("E-mail 3"), "email3 email3address email3value 이메일3", length=1000),
    "phone": Field(
        _("Phone"),
        "phone phonenumber telephone telephonenumber telephone1 tel tel1 phone1 phone1value phoneno businessphone workphone officephone "
        "directphone directline primaryphone number 전화 전화번호 회사전화 직장전화 유선전화 대표전화 telefon telefonnummer",
        length=1000,
    ),
    "phone_2": Field(
        _("Phone 2"),
        "phone2 phone2value tel2 telephone2 businessphone2 homephone otherphone 전화2 전화번호2 집전화 자택전화",
        length=1000,
    ),
    "phone_3": Field(
        _("Phone 3"), "phone3 phone3value tel3 homephone2 companymainphone 전화3 전화번호3", length=1000
    ),
    "mobile": Field(
        _("Mobile"),
        "mobile mobileno mobilenumber mobilephone mobilephonenumber cell cellphone cellular cellolar handphone gsm "
        "휴대폰 휴대전화 핸드폰 모바일 휴대폰번호 휴대전화번호 핸드폰번호 handy mobil mobiltelefon mobilnummer",
        length=1000,
    ),
    "kakaotalk": Field("KakaoTalk", "kakaotalk kakao kakaotalkid kakaoid 카카오톡 카톡 카톡아이디 카카오톡아이디"),
    "whatsapp": Field("WhatsApp", "whatsapp whatsappnumber whatsappphonenumber 왓츠앱 와츠앱"),
    "wechat": Field("WeChat", "wechat wechatid weixin 위챗 微信"),
    "line": Field("LINE", "lineid linemessenger 라인 라인아이디"),
    "telegram": Field("Telegram", "telegram telegramid 텔레그램"),
    "language": Field(
        _("Language"), "language languages preferredlanguage lang langu languagekey 언어 사용언어 선호언어 sprache", length=60
    ),
    "time_zone": Field(_("Time zone"), "timezone tz 시간대", length=60),
    "birthday": Field(
        _("Birthday"),
        "birthday birthdate dateofbirth dob bday birthdays 생일 생년월일 생일자 출생일 geburtstag geburtsdatum",
        "day",
        length=60,
    ),
    "birthday_calendar": Field(
        _("Lunar or solar"), "lunarsolar solarlunar lunarorsolar calendar birthdaycalendar "
        "음양 음양력 음력양력 양음 생일구분 양력음력", length=30
    ),
    "facts": Field(
        _("Quick facts"),
        "quickfacts facts notes note comments comment remark remarks memo 메모 비고 참고 참고사항 특이사항 notizen bemerkung bemerkungen",
        length=10_000,
    ),
    "address": Field(
        _("Address"),
        "address street streetaddress businessstreet businessaddress workaddress address1formatted address1street "
        "postaladdress mailingaddress mailingstreet addressline1 street1 contactaddress 주소 회사주소 직장주소 우편주소 도로명주소 "
        "adresse anschrift",
        length=1000,
    ),
    "city": Field(
        _("City"), "city town businesscity address1city mailingcity 도시 시 ort stadt", length=100
    ),
    "region": Field(
        _("Region"), "state region province stateregion businessstate address1region mailingstate 주 도 지역", length=100
    ),
    "postcode": Field(
        _("Postcode"),
        "postcode zip zipcode postalcode businesspostalcode address1postalcode mailingzip 우편번호 plz postleitzahl",
        length=30,
    ),
    "country": Field(
        _("Country"),
        "country countryname countrycode countryregion businesscountryregion businesscountry address1country "
        "mailingcountry 국가 나라 국가명 국가코드 land",
        length=100,
    ),
}  # fmt: skip
# Words that mean these fields only where they are the whole header: a nickname is no name.
WHOLE = frozenset([
    "name", "mail", "note", "notes", "number", "function", "contact", "client", "account", "role", "state", "region",
    "position", "cell", "calendar", "address", "street", "comment", "remark", "memo", "line", "city", "town", "lang",
])  # fmt: skip
# What address books say beside a value: of which type a phone is, how an e-mail is shown.
BESIDE = ("label", "type", "displayname", "prefix", "suffix", "id", "ids", "phonetic")
