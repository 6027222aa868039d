import RapportCore
import RapportPluginKit

/// How one conversation with the server ended.
enum SMTPOutcome: Sendable, Hashable {
    case accepted(String)
    /// The server said no for this message, with its code.
    case refused(code: Int, text: String)
    /// The line failed, or the server refused us before any message; nothing was handed over.
    case failed(String)
    /// The line failed after the whole message was sent and before the answer came.
    case lost(String)

    var reason: String {
        switch self {
        case .accepted(let text), .failed(let text), .lost(let text), .refused(_, let text): text
        }
    }

    var result: SendResult {
        switch self {
        case .accepted(let text): .sent(providerID: Self.queueID(in: text))
        case .failed(let text): .deferred(until: nil, reason: text)
        case .lost(let text): .inDoubt(reason: text)
        case .refused(let code, let text) where code < 500: .deferred(until: nil, reason: text)
        case .refused(let code, let text): .bounced(Self.bounce(code: code, text: text), reason: text)
        }
    }

    /// What a permanent answer says of the address: by its enhanced status code (RFC 3463) where it has one, else by the
    /// basic code (RFC 5321, section 4.2.3).
    static func bounce(code: Int, text: String) -> Bounce {
        if let (subject, detail) = enhancedStatus(in: text) {
            switch (subject, detail) {
            case (1, 3): return .invalid
            // 5.1.7 and 5.1.8 are about the sender's address: it is us who are refused.
            case (1, 7), (1, 8): return .blocked
            case (1, _): return .hard
            // 5.2.1: the mailbox is disabled for good; 5.2.2 and 5.2.3: full, or the message is too long for it.
            case (2, 1): return .hard
            case (2, _): return .soft
            case (3, _), (4, _): return .soft
            case (7, _): return .blocked
            default: break
            }
        }
        switch code {
        case 501, 553: return .invalid
        case 550, 551: return .hard
        case 552: return .soft
        default: return .blocked
        }
    }

    /// `5.1.1` at the start of the answer's text gives (1, 1).
    private static func enhancedStatus(in text: String) -> (Int, Int)? {
        guard let word = text.split(separator: " ").dropFirst().first else { return nil }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "5", let subject = Int(parts[1]), let detail = Int(parts[2]) else { return nil }
        return (subject, detail)
    }

    /// The server's name for the message, as Postfix, Exim and others tell it at the end of their answer.
    private static func queueID(in text: String) -> String? {
        let words = text.split(whereSeparator: \.isWhitespace)
        for marker in ["as", "id"] {
            if let at = words.lastIndex(where: { $0.lowercased().hasPrefix(marker) && $0.count <= 3 }), at + 1 < words.count {
                return String(words[at + 1])
            }
            if let word = words.last(where: { $0.lowercased().hasPrefix(marker + "=") }) { return String(word.dropFirst(3)) }
        }
        return nil
    }
}
