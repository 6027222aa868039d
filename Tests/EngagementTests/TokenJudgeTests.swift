import Foundation
import RapportCore
import RapportEngagement
import RapportTestKit
import Testing

@Suite("The independent judge of tokens")
struct TokenJudgeTests {
    /// Words of many scripts, what people type who will not say their name, and characters that are not seen.
    private static let parts = [
        "Anna", "ANNA", "anna", "Zoë", "Zoe\u{308}", "Nguye\u{302}\u{303}n", "李", "千夏", "三", "ひろし", "지우", "مهسا",
        "می\u{200C}خواهم",
        "क्षितिज", "क\u{94D}\u{200D}ष", "שָׁלוֹם", "葛\u{E0100}", "Ἀλέξανδρος", "Ştefan", "IJsbrand", "ß", "É", "J", "x", "xx", "aaaa",
        "asdf", "qwertz", "fdsa", "test", "Prénom", "prenom", "null", "www.", "4", "²", "Ⅳ", "٣", "<", "@", "_", "-", "'", ".",
        " ", "\u{A0}",
        "\u{3000}", "\u{85}", "\n", "\t", "\u{0}", "\u{7}", "\u{1B}[2J", "\u{200B}", "\u{200D}", "\u{200E}", "\u{200F}",
        "\u{202A}", "\u{202D}",
        "\u{202E}", "\u{2028}", "\u{2066}", "\u{2069}", "\u{206A}", "\u{FEFF}", "\u{AD}", "\u{61C}", "\u{34F}", "\u{180E}",
        "\u{3164}", "\u{2800}",
        "\u{FFF9}", "\u{E0041}", "\u{E000}", "\u{301}", "\u{488}", "\u{FE0F}", "💕",
    ]

    @Test("judges written from the policy's text alone come to the same quality of every value")
    func judge() async throws {
        var generator = SplitMix64(seed: 20_261_130)
        var values =
            Self.parts.map { $0 } + Self.parts.map { "Ann" + $0 + "e" } + [
                String(repeating: "ab", count: 31), "e" + String(repeating: "\u{301}", count: 59),
            ]
        for _ in 0..<20_000 {
            let count = Int.random(in: 1...5, using: &generator)
            values.append((0..<count).map { _ in Self.parts.randomElement(using: &generator) ?? "" }.joined())
        }
        var lines: [UInt8] = []
        for value in values {
            JSONValue.string(value).write(to: &lines)
            lines.append(10)
        }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Judge/tokens.py").standardizedFileURL
        let answer = try await Program.run("/usr/bin/env", ["python3", "-B", script.path], reading: lines)
        #expect(answer.code == 0, "\(answer.errors)")
        let judged = answer.output.split(separator: "\n").map(String.init)
        let ours = values.map { value in
            switch TokenCheck.check(value) {
            case .show: "good"
            case .fallback(.missing): "missing"
            case .fallback: "odd"
            }
        }
        #expect(judged.count == ours.count)
        let different = zip(values, zip(ours, judged)).filter { $0.1.0 != $0.1.1 }
        for (value, (mine, theirs)) in different.prefix(5) {
            Issue.record("\(value.unicodeScalars.map { String($0.value, radix: 16) }): Swift \(mine), judge \(theirs)")
        }
        #expect(different.isEmpty, "\(different.count) of \(values.count) differ")
        #expect(Set(ours) == ["good", "odd", "missing"])
    }

    @Test("nothing that is not seen is shown")
    func unseen() {
        for part in Self.parts {
            guard case .show(let shown) = TokenCheck.check("Ann\(part)e") else { continue }
            #expect(
                shown.unicodeScalars.allSatisfy { scalar in
                    scalar.properties.generalCategory != .control
                        && (scalar.properties.generalCategory != .format || scalar == "\u{200C}" || scalar == "\u{200D}")
                }, "\(part.debugDescription)")
        }
    }
}
