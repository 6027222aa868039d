import CPhoneNumber
import Foundation
import RapportCore
import Testing

@Suite("Numbers that are written as E.164 already")
struct PhoneShortcutTests {
    private struct Judgement: Equatable {
        var status: UInt32
        var number = ""
        var isFixedLine = false

        /// - Parameter all: libphonenumber alone, and not our look-up in its tables.
        init(_ text: String, in region: String = "GB", byLibrary all: Bool) {
            var output = [CChar](repeating: 0, count: 24)
            var fixedLine = false
            let judge = all ? rapport_phone_e164_parsed : rapport_phone_e164
            status = judge(text, text.utf8.count, region, &output, output.count, &fixedLine).rawValue
            guard status != rapport_phone_invalid.rawValue else { return }
            number = String(decoding: output.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            isFixedLine = fixedLine
        }
    }

    /// Of countries with trunk prefixes, shared calling codes, open numbering, Italian zeros and numbers for machines.
    private static let written = [
        "+447911123456", "+442071838750", "+441481960194", "+447781123456", "+12015550123", "+12423591234", "+18765230123",
        "+33612345678", "+4915123456789", "+4930123456", "+390236618300", "+393123456789", "+5491123456789", "+5511961234567",
        "+525512345678", "+79123456789", "+77710009998", "+919876543210", "+8613123456789", "+819012345678", "+61412345678",
        "+6421123456", "+34612345678", "+351912345678", "+31612345678", "+3227123456", "+41781234567", "+436641234567",
        "+46701234567", "+4520123456", "+48512345678", "+3614567890", "+302123456789", "+905012345678", "+972502345678",
        "+27711234567", "+2348021234567", "+254712123456", "+80012345678", "+882161234567", "+261321234567", "+37866661212",
        "+672312345", "+35850123456", "+6581234567", "+85251234567",
    ]

    @Test("a look-up in the tables says what libphonenumber says, of numbers and of what is nearly one", arguments: 0..<4)
    func agrees(seed: UInt64) {
        var chance = SplitMix64(seed: seed)
        func digit() -> UInt8 { UInt8.random(in: 0x30...0x39, using: &chance) }
        for number in Self.written {
            #expect(Judgement(number, byLibrary: false) == Judgement(number, byLibrary: true), "\(number)")
            for _ in 0..<60 {
                var bytes = Array(number.utf8)
                for _ in 0..<Int.random(in: 1...3, using: &chance) {
                    let place = Int.random(in: 1..<bytes.count, using: &chance)
                    switch Int.random(in: 0..<8, using: &chance) {
                    case 0: bytes.insert(digit(), at: place)
                    case 1: bytes.remove(at: place)
                    default: bytes[place] = digit()
                    }
                }
                let text = String(decoding: bytes, as: UTF8.self)
                #expect(Judgement(text, byLibrary: false) == Judgement(text, byLibrary: true), "\(text)")
            }
        }
    }

    private static let regions = Locale.Region.isoRegions.map(\.identifier).filter { $0.count == 2 }

    private static func example(_ region: String, mobile: Bool, _ style: rapport_phone_style) -> String? {
        var output = [CChar](repeating: 0, count: 48)
        guard rapport_phone_example(region, mobile, style, &output, output.count) else { return nil }
        return String(decoding: output.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    @Test("numbers as people of every region write them are read as libphonenumber reads them", arguments: 0..<4)
    func dialled(seed: UInt64) {
        var chance = SplitMix64(seed: seed)
        var seen = 0
        for region in Self.regions {
            for mobile in [true, false] {
                for style in [rapport_phone_style_national, rapport_phone_style_international] {
                    guard let number = Self.example(region, mobile: mobile, style) else { continue }
                    seen += 1
                    #expect(
                        Judgement(number, in: region, byLibrary: false) == Judgement(number, in: region, byLibrary: true),
                        "\(number) in \(region)")
                    for _ in 0..<6 {
                        var text = Array(number)
                        for _ in 0..<Int.random(in: 1...3, using: &chance) {
                            let place = Int.random(in: 0..<text.count, using: &chance)
                            switch Int.random(in: 0..<8, using: &chance) {
                            case 0: text.insert(Character(String(Int.random(in: 0...9, using: &chance))), at: place)
                            case 1: if text.count > 1 { text.remove(at: place) }
                            case 2: text.insert(" ./-()".randomElement(using: &chance) ?? " ", at: place)
                            case 3:
                                text.insert(contentsOf: ["0", "00", "011", "8", "1"].randomElement(using: &chance) ?? "", at: 0)
                            default: text[place] = Character(String(Int.random(in: 0...9, using: &chance)))
                            }
                        }
                        let changed = String(text)
                        #expect(
                            Judgement(changed, in: region, byLibrary: false) == Judgement(changed, in: region, byLibrary: true),
                            "\(changed) in \(region)")
                    }
                }
            }
        }
        #expect(seen > 800)
    }

    @Test("digits by chance, dialled anywhere, are read as libphonenumber reads them", arguments: 0..<4)
    func chance(seed: UInt64) {
        var chance = SplitMix64(seed: seed + 100)
        for region in Self.regions {
            for _ in 0..<25 {
                let prefix = ["", "", "0", "0", "00", "1", "8", "011", "06", "0011"].randomElement(using: &chance) ?? ""
                let digits = (0..<Int.random(in: 5...11, using: &chance)).map { _ in String(Int.random(in: 0...9, using: &chance))
                }
                let text = prefix + digits.joined()
                #expect(
                    Judgement(text, in: region, byLibrary: false) == Judgement(text, in: region, byLibrary: true),
                    "\(text) in \(region)")
            }
        }
    }

    @Test("labels, extensions and second plus signs are read as before")
    func others() {
        for text in [
            "+44 7911 123456", "07911123456", "+44(0)7911123456", "tel:+447911123456", "+", "", "+4479x1123456", "+44",
            "020 7183 8750 ext 12", "++447911123456", "(+44) 7911 123456", "020 7183 8750/51", "0044 7911 123456",
            "00 44 0 7911 123456",
            "07911-123-456 ", "٠٧٩١١١٢٣٤٥٦", "020\u{A0}7183 8750", "44 7911 123456", "-07911 123456-",
        ] {
            #expect(Judgement(text, byLibrary: false) == Judgement(text, byLibrary: true), "\(text)")
        }
    }
}
