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
        var text = text
        let isPlain = Self.isPlain(text)
        if !isPlain {
            text = TextJudge.visible(text)
            // What a spreadsheet put before it so that it stays text.
            if text.hasPrefix("'") || text.hasPrefix("=") { text.removeFirst() }
        }
        let isInternational = Self.isInternational(text)
        guard let first = region ?? home else {
            guard isInternational else {
                // Nowhere are numbers so short or so long.
                let digits = text.utf8.count { $0 >= 0x30 && $0 <= 0x39 }
                return digits < 4 || digits > 17 || Self.isDamaged(text) ? .impossible : .unknown
            }
            if text.hasPrefix("00") { text = "+" + text.dropFirst(2) }
            return Self.verdict(PhoneJudgement(text, region: nil))
        }
        if !isPlain, Self.isDamaged(text) { return .impossible }
        // People move: what does not fit the row's country may fit the house's.
        var best = PhoneJudgement(text, region: first)
        if best.standing != .valid, let home, home != first {
            let other = PhoneJudgement(text, region: home)
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

    /// Nothing but digits and what people put between them, as nearly all numbers are.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x28 && $0 <= 0x39 && $0 != 0x2A && $0 != 0x2C || $0 == 0x20 }
    }

    private static func isInternational(_ text: String) -> Bool {
        var bytes = text.utf8.makeIterator()
        switch (bytes.next(), bytes.next()) {
        case (0x2B?, _), (0x28?, 0x2B?), (0x30?, 0x30?): return true
        case (0xEF?, _): return text.hasPrefix("＋")
        default: return false
        }
    }

    /// A spreadsheet made a number of it: `4.47912E+11`.
    private static func isDamaged(_ text: String) -> Bool {
        let upper = text.uppercased()
        return upper.contains("E+") && upper.allSatisfy { $0.isNumber || ".,E+".contains($0) }
    }

    /// One digit again and again, or all of them in their order.
    static func isPlaceholder(_ text: String) -> Bool {
        var text = text
        let plain: Bool? = text.withUTF8 { bytes in
            var count = 0
            for byte in bytes {
                if byte >= 0x30, byte <= 0x39 {
                    count += 1
                } else if byte != 0x20, byte < 0x28 || byte > 0x2F || byte == 0x2A || byte == 0x2C {
                    return nil
                }
            }
            guard count >= 7 else { return nil }
            return isRun(bytes, skipping: bytes.first == 0x2B && count > 9 ? count - 9 : 0)
        }
        if let plain { return plain }
        let folded = Folding.small(text)
        if Placeholders.isFiller(folded) { return true }
        let digits = folded.utf8.filter { $0 >= 0x30 && $0 <= 0x39 }
        guard digits.count >= 5, !folded.utf8.contains(where: { $0 >= 0x61 && $0 <= 0x7A }) else { return false }
        let skipping = folded.hasPrefix("+") && digits.count > 9 ? digits.count - 9 : 0
        return digits.withUnsafeBufferPointer { isRun($0, skipping: skipping) }
    }

    /// Whether the digits after the first ones are all the same, or six and more in their order: 1234567890 and 0987654321, where
    /// nine is followed by nought.
    private static func isRun(_ bytes: UnsafeBufferPointer<UInt8>, skipping: Int) -> Bool {
        var (seen, last) = (0, UInt8(0))
        var (isSame, isRising, isFalling) = (true, true, true)
        for byte in bytes where byte >= 0x30 && byte <= 0x39 {
            seen += 1
            if seen > skipping + 1 {
                let step = Int(byte) - Int(last)
                if step != 0 { isSame = false }
                if step != 1, step != -9 { isRising = false }
                if step != -1, step != 9 { isFalling = false }
            }
            last = byte
        }
        return isSame || seen - skipping >= 6 && (isRising || isFalling)
    }
}
