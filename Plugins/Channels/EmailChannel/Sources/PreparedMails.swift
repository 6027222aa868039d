import RapportPluginKit
import Synchronization

/// Mails that were composed ahead. Those that never leave, because their campaign was paused, make room for later ones.
final class PreparedMails: Sendable {
    /// A few groups: more than are ever between being written and being sent.
    private static let most = 100

    private struct Entry {
        var message: OutgoingMessage
        var mail: [UInt8]
    }

    private let entries = Mutex<[String: Entry]>([:])

    func keep(_ mail: [UInt8], of message: OutgoingMessage) {
        entries.withLock { entries in
            if entries.count >= Self.most { entries.removeAll() }
            entries[message.id] = Entry(message: message, mail: mail)
        }
    }

    /// The mail, if it is of this very message: one that has been written anew is composed anew.
    func take(_ message: OutgoingMessage) -> [UInt8]? {
        guard let entry = entries.withLock({ $0.removeValue(forKey: message.id) }), entry.message == message else { return nil }
        return entry.mail
    }
}
