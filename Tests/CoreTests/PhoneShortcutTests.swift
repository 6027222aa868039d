import CPhoneNumber
import RapportCore
import Testing

@Suite("Numbers that are written as E.164 already")
struct PhoneShortcutTests {
    private struct Judgement: Equatable {
        var status: UInt32
        var number = ""
        var isFixedLine = false

        /// - Parameter all: libphonenumber alone, and not our look-up in its tables.
        init(_ text: String, byLibrary all: Bool) {
            var output = [CChar](repeating: 0, count: 24)
            var fixedLine = false
            let judge = all ? rapport_phone_e164_parsed : rapport_phone_e164
            status = judge(text, text.utf8.count, "GB", &output, output.count, &fixedLine).rawValue
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

    @Test("nothing but digits after a plus takes the short way; everything else is read as before")
    func others() {
        for text in ["+44 7911 123456", "07911123456", "+44(0)7911123456", "tel:+447911123456", "+", "", "+4479x1123456", "+44"] {
            #expect(Judgement(text, byLibrary: false) == Judgement(text, byLibrary: true), "\(text)")
        }
    }
}
