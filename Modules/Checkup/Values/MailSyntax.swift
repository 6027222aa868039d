/// Whether a text is an address to which mail can be sent: the grammar of RFC 5321, section 4.1.2, with letters of any script
/// (RFC 6531). What RFC 5322 allows in a header only (comments, folding space, obsolete forms) is not one.
enum MailSyntax: Sendable, Hashable {
    /// A mailbox at a domain; where its domain begins, in bytes.
    case plain(domain: Int)
    /// In order, and written as hardly any mailbox is: its name stands in quotes.
    case quoted(domain: Int)
    /// At a machine's number instead of a domain: `[192.0.2.1]`.
    case literal
    case malformed(Fault)

    /// Why a text is no address.
    enum Fault: String, Sendable, Hashable {
        case noAt = "no_at"
        case severalAts = "several_ats"
        case several = "several_addresses"
        case noName = "no_name"
        case noDomain = "no_domain"
        case noDot = "no_dot"
        case dots
        case space
        case character
        case quotes
        case tooLong = "too_long"
        case domain
        case literal
    }

    var isAddress: Bool {
        if case .malformed = self { return false }
        return true
    }

    static func judge(_ text: String) -> MailSyntax {
        var text = text
        return text.withUTF8 { judge($0) }
    }

    static func judge(_ bytes: UnsafeBufferPointer<UInt8>) -> MailSyntax {
        guard !bytes.isEmpty else { return .malformed(.noAt) }
        var at = 0
        let isQuoted = bytes[0] == 0x22
        if isQuoted {
            at = 1
            while at < bytes.count, bytes[at] != 0x22 {
                if bytes[at] == 0x5C {
                    at += 1
                    guard at < bytes.count, (0x20...0x7E).contains(bytes[at]) else { return .malformed(.quotes) }
                } else if bytes[at] < 0x20 || bytes[at] == 0x7F {
                    return .malformed(.character)
                }
                at += 1
            }
            guard at < bytes.count else { return .malformed(.quotes) }
            at += 1
            guard at < bytes.count, bytes[at] == 0x40 else { return .malformed(bytes.contains(0x40) ? .quotes : .noAt) }
        } else {
            var afterDot = true
            while at < bytes.count, bytes[at] != 0x40 {
                let byte = bytes[at]
                if byte == 0x2E {
                    if afterDot { return fault(.dots, bytes) }
                    afterDot = true
                } else {
                    guard isAtom(byte) else { return fault(byte == 0x20 || byte == 0x09 ? .space : .character, bytes) }
                    afterDot = false
                }
                at += 1
            }
            if at == bytes.count { return .malformed(.noAt) }
            if at == 0 { return .malformed(bytes.count > 1 && bytes[1] == 0x40 ? .severalAts : .noName) }
            if afterDot { return fault(.dots, bytes) }
        }
        guard at <= 64 else { return .malformed(.tooLong) }
        let domain = UnsafeBufferPointer(rebasing: bytes[(at + 1)...])
        if domain.isEmpty { return .malformed(.noDomain) }
        if domain[0] == 0x5B {
            let inside = String(decoding: domain.dropFirst().dropLast(), as: UTF8.self)
            return domain.last == 0x5D && AddressLiteral.isValid(inside) ? .literal : .malformed(.literal)
        }
        guard bytes.count <= 254 else { return .malformed(.tooLong) }
        if let fault = faultOf(domain: domain) { return self.fault(fault, bytes) }
        return isQuoted ? .quoted(domain: at + 1) : .plain(domain: at + 1)
    }

    /// Two addresses in one cell explain any fault better.
    private static func fault(_ fault: Fault, _ bytes: UnsafeBufferPointer<UInt8>) -> MailSyntax {
        guard bytes.count(where: { $0 == 0x40 }) > 1 else { return .malformed(fault) }
        for index in 1..<bytes.count where bytes[index] == 0x40 && bytes[index - 1] == 0x40 { return .malformed(.severalAts) }
        let separated = bytes.contains { [0x2C, 0x3B, 0x2F, 0x7C, 0x20, 0x0A].contains($0) }
        return .malformed(separated ? .several : .severalAts)
    }

    private static func faultOf(domain: UnsafeBufferPointer<UInt8>) -> Fault? {
        var (length, dots, digitsOnly) = (0, 0, true)
        var last: UInt8 = 0x2E
        for byte in domain {
            if byte == 0x2E {
                if last == 0x2E { return .dots }
                if last == 0x2D { return .domain }
                (length, digitsOnly) = (0, true)
                dots += 1
            } else {
                switch byte {
                case 0x61...0x7A, 0x41...0x5A, 0x80...0xFF: digitsOnly = false
                case 0x30...0x39: break
                case 0x2D:
                    if last == 0x2E { return .domain }
                    digitsOnly = false
                case 0x40: return .severalAts
                case 0x20, 0x09: return .space
                default: return .character
                }
                length += 1
                if length > 63 { return .tooLong }
            }
            last = byte
        }
        if last == 0x2E { return .dots }
        if last == 0x2D { return .domain }
        if dots == 0 { return .noDot }
        return digitsOnly ? .domain : nil
    }

    /// atext of RFC 5322, section 3.2.3, and what RFC 6531 adds.
    private static func isAtom(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: true
        default: "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
        }
    }
}

/// `192.0.2.1` and `IPv6:2001:db8::1`: RFC 5321, section 4.1.3.
enum AddressLiteral {
    static func isValid(_ text: String) -> Bool {
        guard text.lowercased().hasPrefix("ipv6:") else { return isIPv4(text) }
        var groups = text.dropFirst(5).split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        if let last = groups.last, last.contains(".") {
            guard isIPv4(last) else { return false }
            groups.removeLast()
            groups += ["0", "0"]
        }
        // `::` at an end leaves two empty groups there.
        let atStart = groups.count >= 2 && groups[0].isEmpty && groups[1].isEmpty
        if atStart { groups.removeFirst() }
        let atEnd = groups.count >= 2 && groups[groups.count - 1].isEmpty && groups[groups.count - 2].isEmpty
        if atEnd { groups.removeLast() }
        let gaps = groups.count(where: \.isEmpty)
        guard gaps <= 1, groups.allSatisfy({ $0.isEmpty || $0.count <= 4 && $0.allSatisfy(\.isHexDigit) }) else { return false }
        if gaps == 0 { return groups.count == 8 }
        guard let gap = groups.firstIndex(of: ""), atStart || gap != 0, atEnd || gap != groups.count - 1 else { return false }
        // The gap stands for two groups at least.
        return groups.count - 1 <= 6
    }

    private static func isIPv4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy {
                (1...3).contains($0.count) && $0.allSatisfy { $0.isASCII && $0.isNumber } && (Int($0) ?? 256) <= 255
            }
    }
}
