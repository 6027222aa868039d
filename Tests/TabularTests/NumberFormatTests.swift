import RapportCore
import RapportTabular
import Testing

@Suite("numbers as people write them")
struct NumberFormatTests {
    @Test(
        "grouping, currency and the signs of bookkeepers are understood",
        arguments: [
            ("1,234.56", Character?.some("."), "1234.56"), ("1.234,56", ",", "1234.56"), ("1'234.50", ".", "1234.50"),
            ("1 234,50", ",", "1234.50"), ("1\u{202F}234", nil, "1234"),
            ("1,00,000.50", ".", "100000.50"), ("(12.50)", ".", "-12.50"),
            ("12.50-", ".", "-12.50"), ("€ -5", nil, "-5"), ("-€5", nil, "-5"), ("EUR 12.50", nil, "12.50"),
            ("12.50€", nil, "12.50"),
            ("Rs. 500", nil, "500"), ("Fr. 5.-", ".", "5"), ("5,--", ",", "5"), ("500 kr.", nil, "500"), ("5%", nil, "5"),
            (".5", ".", "0.5"), ("12,50", nil, "12.50"), ("1,234", nil, "1234"), ("1.234", nil, "1.234"), ("+5", nil, "5"),
        ])
    func understood(text: String, decimal: Character?, number: String) {
        #expect(NumberFormat(decimal: decimal).number(text)?.text == number)
    }

    @Test(
        "what is more than one number, or grouped as no number is, is none",
        arguments: [
            ("10-20", Character?.some(".")), ("2024-01-05", "."), ("5 x 3.99", "."), ("3 for 10", "."), ("1.23E+05", "."),
            ("12,50", "."), ("12.50", ","), ("1.234,56", "."), ("1,234.56", ","), ("12 50", nil), ("--5", nil), ("1,2,3", nil),
            ("12.5.0", nil),
            ("1,23,4567", "."), ("12:30", nil), ("1/2", nil), ("€", nil), ("-", nil), ("", nil), ("٣", nil),
        ])
    func refused(text: String, decimal: Character?) {
        #expect(NumberFormat(decimal: decimal).number(text) == nil)
    }

    @Test(
        "the currency that an amount names",
        arguments: [
            ("EUR 12", String?.some("EUR")), ("12 €", "EUR"), ("£5", "GBP"), ("5USD", "USD"), ("$5", nil), ("12", nil),
            ("12 kr", nil),
            ("QTY 3", nil), ("Eur 3", nil),
        ])
    func currency(text: String, code: String?) { #expect(NumberFormat.currency(of: text) == code) }

    @Test(
        "dates are guessed as exports of the usual programs write them, and those that fit two ways are asked about",
        arguments: [
            ("05-JAN-24", ["D-MMM-YY"]), ("31.12.24", ["DD.MM.YY"]), ("1/31/2024 11:30:05 PM", ["M/D/YYYY h:mm:ss A"]),
            ("2024/12/31 08:00:00", ["YYYY/MM/DD HH:mm:ss"]), ("12-31-2024", ["M-D-YYYY"]),
            ("01-02-2024", ["DD-MM-YYYY", "M-D-YYYY"]), ("31/01/2024 1:05 AM", ["D/M/YYYY h:mm A"]),
        ])
    func dates(text: String, formats: [String]) {
        #expect(DateFormat.fitting([text]).map(\.text) == formats)
    }

    @Test("rows in another encoding do not make a file's encoding theirs")
    func encodings() {
        #expect(TextEncoding.detect(Array("Déa Ünal,Zo".utf8) + [0xEB]).encoding == .utf8)
        #expect(TextEncoding.detect([0x5A, 0x6F, 0xEB, 0x2C, 0x52, 0x65, 0x6E, 0xE9]).encoding == .windows1252)
    }
}
