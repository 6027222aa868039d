import RapportCore

/// Judges phone numbers: whether there can be such a number, dialled where its person lives.
struct PhoneJudge: Sendable {
    enum Verdict: Sendable, Hashable {
        /// In order, in E.164.
        case number(String, isSure: Bool)
        case impossible
        case placeholder
        /// Without its country code, and nobody knows of which country.
        case unknown
    }

    /// Where rows without a country of their own are.
    let home: String?

    func verdict(_ text: String, region: String?) -> Verdict {
        if Self.isPlaceholder(text) { return .placeholder }
        var text = TextJudge.visible(text)
        // What a spreadsheet put before it so that it stays text.
        if text.hasPrefix("'") || text.hasPrefix("=") { text.removeFirst() }
        let isInternational = text.hasPrefix("+") || text.hasPrefix("(+") || text.hasPrefix("00") || text.hasPrefix("＋")
        let regions = [region, home].compactMap { $0 }
        if regions.isEmpty {
            guard isInternational else {
                // Nowhere are numbers so short or so long.
                let digits = text.utf8.count { $0 >= 0x30 && $0 <= 0x39 }
                return digits < 4 || digits > 17 || Self.isDamaged(text) ? .impossible : .unknown
            }
            if text.hasPrefix("00") { text = "+" + text.dropFirst(2) }
            return Self.verdict(PhoneJudgement(text, region: nil))
        }
        if Self.isDamaged(text) { return .impossible }
        // People move: what does not fit the row's country may fit the house's.
        var best = PhoneJudgement(text, region: regions[0])
        if best.standing != .valid, regions.count > 1, regions[1] != regions[0] {
            let other = PhoneJudgement(text, region: regions[1])
            if other.standing == .valid || best.standing == .impossible { best = other }
        }
        // The country code without its plus.
        if best.standing != .valid, !isInternational, text.utf8.first != 0x30 {
            let other = PhoneJudgement("+" + text, region: nil)
            if other.standing == .valid { best = other }
        }
        if best.standing != .valid, isInternational, text.hasPrefix("00") {
            let other = PhoneJudgement("+" + text.dropFirst(2), region: nil)
            if other.standing == .valid { best = other }
        }
        return Self.verdict(best)
    }

    private static func verdict(_ judgement: PhoneJudgement) -> Verdict {
        judgement.standing == .impossible ? .impossible : .number(judgement.number, isSure: judgement.standing == .valid)
    }

    /// A spreadsheet made a number of it: `4.47912E+11`.
    private static func isDamaged(_ text: String) -> Bool {
        let upper = text.uppercased()
        return upper.contains("E+") && upper.allSatisfy { $0.isNumber || ".,E+".contains($0) }
    }

    /// One digit again and again, or all of them in their order.
    static func isPlaceholder(_ text: String) -> Bool {
        let folded = Folding.small(text)
        if Placeholders.isFiller(folded) { return true }
        var digits = folded.utf8.filter { $0 >= 0x30 && $0 <= 0x39 }
        guard digits.count >= 5, !folded.utf8.contains(where: { $0 >= 0x61 && $0 <= 0x7A }) else { return false }
        if folded.hasPrefix("+"), digits.count > 9 { digits = Array(digits.suffix(9)) }
        if Set(digits).count == 1 { return true }
        let steps = Set(zip(digits, digits.dropFirst()).map { Int($1) - Int($0) })
        // 1234567890 and 0987654321: nine is followed by nought.
        return digits.count >= 6 && (steps.isSubset(of: [1, -9]) || steps.isSubset(of: [-1, 9]))
    }
}
