"""What ERPs in German export: SAP's lists with numbers beside names, its fields as they are called inside, small ERPs."""

from tests.files.nasty import Nasty, text

SAP = [
    ["Auftraggeber", "Name 1", "Land", "Ort", "Verkaufsbeleg", "Position", "Belegdatum", "Material", "Bezeichnung",
     "Auftragsmenge", "ME", "Nettopreis", "Nettowert", "Währung", "Wunschlieferdatum"],
    ["0000100234", "Süd Sport GmbH", "DE", "München", "0000004711", "10", "01.03.2026", "AUR-400", "Stirnlampe", "1.200", "ST",
     "12,50", "15.000,00", "EUR", "15.04.2026"],
]  # fmt: skip
INSIDE = [
    ["KUNNR", "NAME1", "LAND1", "ORT01", "VBELN", "POSNR", "AUDAT", "MATNR", "ARKTX", "KWMENG", "VRKME", "NETPR", "NETWR", "WAERK"],
    ["100234", "Süd Sport GmbH", "DE", "München", "4711", "000010", "20260301", "AUR-400", "Stirnlampe", "12,000", "ST", "12,50",
     "150,00", "EUR"],
]  # fmt: skip
SMALL = [
    ["Kunde", "Kundenname", "Auftragsnummer", "Auftragsdatum", "Artikelnummer", "Artikelbezeichnung", "Menge", "Einheit", "Preis"],
    ["K-17", "Süd Sport GmbH", "A1", "01.03.2026", "AUR-400", "Stirnlampe", "10", "Stk", "2,50"],
]  # fmt: skip
SHORT = [
    ["Kunde", "Auftrag", "Datum", "Artikel", "Menge", "Betrag"],
    ["Süd Sport GmbH", "A1", "01.03.2026", "AUR-400", "10", "1.234,50"],
]
BUYER = {"customer": ["Süd Sport GmbH"], "day": ["2026-03-01"], "sku": ["AUR-400"]}

FILES = [
    Nasty("SAP in German, the customer's number beside his name", text(SAP, ";", "cp1252"),
          arrived=BUYER | {"code": ["0000100234"], "number": ["0000004711"], "quantity": ["1200"], "price": ["12.5"],
                           "product": ["Stirnlampe"], "currency": ["EUR"]}),
    Nasty("SAP as its fields are called inside", text(INSIDE, "\t", "utf-16"),
          arrived=BUYER | {"code": ["100234"], "number": ["4711"], "quantity": ["12"], "price": ["12.5"], "currency": ["EUR"]}),
    Nasty("a small ERP in German: “Kunde” is his number, since “Kundenname” is his name", text(SMALL, ";"), asks="currency",
          arrived=BUYER | {"code": ["K-17"], "number": ["A1"], "price": ["2.5"]}),
    Nasty("a small ERP in German: “Kunde” alone is his name", text(SHORT, ";"), asks="currency",
          arrived=BUYER | {"number": ["A1"], "price": ["123.45"]}),
    Nasty("German letters as a Mac takes them apart", text([[name.replace("ä", "a\u0308") for name in SAP[0]], SAP[1]], ";"),
          arrived=BUYER | {"currency": ["EUR"]}),
]  # fmt: skip
