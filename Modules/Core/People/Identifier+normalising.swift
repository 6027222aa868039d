private import CPhoneNumber
private import Foundation

extension IdentityRules {
    /// A value as somebody typed it, in the form in which identifiers of its kind are compared. What the kind's definition does
    /// not say is as `Identifier.normalised` has it.
    ///
    /// - Throws: `Problem` `identifier.email`, `identifier.phone` or `identifier.value`.
    public func normalised(kind name: String, value: String, region: String? = nil) throws -> Identifier {
        guard let kind = kind(name), IdentifierKind.builtIn.first(where: { $0.name == kind.name })?.format != kind.format else {
            return try Identifier.normalised(kind: name, value: value, region: region)
        }
        return try Identifier.normalised(kind: name, value: value, region: region, format: kind.format)
    }
}

extension Identifier {
    /// A value as somebody typed it, brought into the one form in which identifiers are compared.
    ///
    /// - `email`: trimmed, `mailto:`, angle brackets and a trailing dot taken off, all of it folded (no mailbox provider
    ///   tells case apart), the domain in its ASCII form (RFC 3492) where it is international.
    /// - `phone`: E.164. A number that can only be a fixed line comes back as kind `landline`, which people share.
    /// - anything else: trimmed; devices and handles folded, a handle without its `@`; external and loyalty numbers kept as
    ///   written but for case and inner spaces.
    ///
    /// - Parameter region: ISO 3166-1 alpha-2, for phone numbers written without country code.
    /// - Throws: `Problem` `identifier.email`, `identifier.phone` or `identifier.value`.
    public static func normalised(kind: String, value: String, region: String? = nil) throws -> Identifier {
        let trimmed = isTrim(value) ? value : value.trimmingCharacters(in: .whitespacesAndNewlines)
        switch kind {
        case "email": return Identifier(kind: kind, value: try email(trimmed))
        case "phone", "landline": return try phone(trimmed, region: region)
        default: break
        }
        var folded = Text.folded(trimmed)
        if kind == "social" || kind.hasPrefix("social."), folded.hasPrefix("@") { folded.removeFirst() }
        if kind == "loyalty" || kind.hasPrefix("loyalty.") { folded.removeAll { $0 == " " || $0 == "-" } }
        guard !folded.isEmpty, folded.utf8.count <= 255, !folded.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
            throw Problem("identifier.value", "\(kind) is empty, longer than 255 bytes or has control characters")
        }
        return Identifier(kind: kind, value: folded)
    }

    static func normalised(kind: String, value: String, region: String?, format: IdentifierKind.Format) throws -> Identifier {
        let trimmed = value.trimmingCharacters(in: .whitespacesAndNewlines)
        var made = Text.folded(trimmed)
        switch format {
        case .email: return Identifier(kind: kind, value: try email(trimmed))
        // Its own kind, also where the number is a fixed line.
        case .phone: return Identifier(kind: kind, value: try phone(trimmed, region: region).value)
        case .text: break
        case .exact: made = trimmed
        case .compact: made.removeAll { " -./".contains($0) }
        case .digits: made = made.filter { $0.isASCII && $0.isNumber }
        case .handle: if made.hasPrefix("@") { made.removeFirst() }
        }
        guard !made.isEmpty, made.utf8.count <= 255, !made.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
            throw Problem("identifier.value", "\(kind) is empty, longer than 255 bytes or has control characters")
        }
        return Identifier(kind: kind, value: made)
    }

    /// Whether visible ASCII stands at both ends, which is so nearly always and quickly seen.
    private static func isTrim(_ value: String) -> Bool {
        guard let first = value.utf8.first, let last = value.utf8.last else { return true }
        return (0x21...0x7E).contains(first) && (0x21...0x7E).contains(last)
    }

    /// An address of nothing but ASCII letters, digits and `-_+.` that is one beyond doubt, as most are; `nil` leaves the
    /// judgement to the rules.
    private static func plainEmail(_ text: String) -> String? {
        var text = text
        let isPlain: Bool = text.withUTF8 { bytes in
            guard bytes.count <= 254, let at = bytes.firstIndex(of: 0x40), (1...64).contains(at) else { return false }
            var previous = UInt8(ascii: ".")
            var label = 0
            var labels = 0
            var hasLetter = false
            for (index, byte) in bytes.enumerated() {
                switch byte {
                case 0x61...0x7A, 0x41...0x5A: hasLetter = true
                case 0x30...0x39: break
                case 0x5F, 0x2B: guard index < at else { return false }
                case 0x2D: guard index < at || previous != 0x2E else { return false }
                case 0x40:
                    guard index == at, previous != 0x2E else { return false }
                    previous = 0x2E
                    (label, hasLetter) = (0, false)
                    continue
                case 0x2E:
                    // No label ends with a hyphen, no part with a dot.
                    guard previous != 0x2E, index < at || previous != 0x2D else { return false }
                    if index > at { labels += 1 }
                    (label, hasLetter) = (-1, false)
                default: return false
                }
                previous = byte
                label += 1
                if index > at, label > 63 { return false }
            }
            return labels > 0 && hasLetter && previous != 0x2E && previous != 0x2D
        }
        return isPlain ? Text.folded(text) : nil
    }

    /// Not all of RFC 5321, but what a mailbox that can receive mail looks like: one `@`, a local part of 1 to 64 bytes
    /// without spaces, a domain with a dot whose labels are 1 to 63 letters, digits and hyphens, 254 bytes in all.
    private static func email(_ text: String) throws -> String {
        func refuse(_ reason: String) -> Problem {
            Problem("identifier.email", "this is no email address: \(reason)", remedy: "Write it as name@example.com.")
        }
        if let plain = plainEmail(text) { return plain }
        var text = Substring(text)
        if let open = text.lastIndex(of: "<"), text.hasSuffix(">") {
            text = text[text.index(after: open)...].dropLast()
        }
        if text.lowercased().hasPrefix("mailto:") { text = text.dropFirst(7) }
        if text.hasSuffix(".") { text = text.dropLast() }
        let folded = Text.folded(String(text))
        guard let at = folded.lastIndex(of: "@") else { throw refuse("it has no @") }
        let local = folded[..<at]
        guard (1...64).contains(local.utf8.count) else { throw refuse("the part before the @ is empty or too long") }
        let forbidden = local.utf8.contains { $0 <= 0x20 || $0 == 0x7F || "\"(),:;<>@[\\]".utf8.contains($0) }
        guard !forbidden else { throw refuse("the part before the @ has characters that no mailbox has") }
        guard local.first != ".", local.last != ".", !local.contains("..") else { throw refuse("its dots are misplaced") }
        let domain = try Punycode.ascii(domain: String(folded[folded.index(after: at)...]))
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1 else { throw refuse("the domain has no dot") }
        for label in labels {
            guard (1...63).contains(label.utf8.count), label.first != "-", label.last != "-",
                label.utf8.allSatisfy({ ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D })
            else { throw refuse("the domain is malformed") }
        }
        guard labels.last?.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) == false else { throw refuse("the domain is a number") }
        guard local.utf8.count + 1 + domain.utf8.count <= 254 else { throw refuse("it is longer than 254 bytes") }
        return "\(local)@\(domain)"
    }

    private static func phone(_ text: String, region: String?) throws -> Identifier {
        var refusal: Problem {
            Problem(
                "identifier.phone", "this is no phone number",
                remedy: region == nil ? "Write it with its country code, or state the region." : nil)
        }
        guard !text.isEmpty, text.utf8.count <= 64 else { throw refusal }
        var output = [CChar](repeating: 0, count: 24)
        var fixedLine = false
        let status = rapport_phone_e164(
            text, text.utf8.count, (region ?? "ZZ").uppercased(), &output, output.count, &fixedLine)
        guard status != rapport_phone_invalid else { throw refusal }
        let number = String(decoding: output.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // Plans with open numbering call two digits possible. Whoever types eight of them means a number.
        guard status == rapport_phone_valid || number.utf8.count >= 9 else { throw refusal }
        return Identifier(kind: fixedLine ? "landline" : "phone", value: number)
    }
}
