private import CPhoneNumber

/// What a text is as a phone number, by libphonenumber's tables of numbering plans.
public struct PhoneJudgement: Sendable, Hashable {
    public enum Standing: Sendable, Hashable {
        /// In a range that its country has given out.
        case valid
        /// Of a possible length, in no range that is known to be given out.
        case unassigned
        /// Too short, too long, or of no country.
        case impossible
    }

    public var standing: Standing
    /// E.164; empty for what is impossible.
    public var number: String

    /// - Parameter region: where it is dialled, ISO 3166-1 alpha-2, for a number without its country code; `nil`: unknown.
    public init(_ text: String, region: String?) {
        standing = .impossible
        number = ""
        guard text.utf8.count <= 64 else { return }
        let (status, found) = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 24) { output in
            var fixedLine = false
            let status = rapport_phone_e164(text, text.utf8.count, region ?? "ZZ", output.baseAddress, output.count, &fixedLine)
            guard status != rapport_phone_invalid, let base = output.baseAddress else { return (status, "") }
            return (status, String(cString: base))
        }
        guard status != rapport_phone_invalid else { return }
        number = found
        // Plans with open numbering call two digits possible. Whoever writes eight of them means a number.
        guard status == rapport_phone_valid || number.utf8.count >= 9 else { return }
        standing = status == rapport_phone_valid ? .valid : .unassigned
    }
}
