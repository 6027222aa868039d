import Foundation
import RapportEngagement

/// A mail in the outbox folder, read as a mail program reads it.
struct OutboxMail {
    let key: MessageKey
    let to: String
    let unsubscribeURL: String
    /// The token of the first counted link.
    let clickToken: String?

    /// The mails of one campaign's run, by file name.
    static func all(in folder: String, act: Int64) -> [OutboxMail] {
        keys(in: folder, act: act).compactMap { name, key in
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else { return nil }
            return OutboxMail(key, String(decoding: data, as: UTF8.self))
        }
    }

    static func count(in folder: String, act: Int64) -> Int { keys(in: folder, act: act).count }

    private static func keys(in folder: String, act: Int64) -> [(String, MessageKey)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().compactMap { name in
            guard name.hasSuffix(".eml"), let key = MessageKey(wireID: name.dropLast(4)), key.act == act else { return nil }
            return (name, key)
        }
    }

    private init?(_ key: MessageKey, _ text: String) {
        // Unfolded headers, and quoted-printable (RFC 2045) undone as far as links need it.
        let flat = text.replacing("\r\n", with: "\n").replacing("=\n", with: "").replacing("\n ", with: " ")
            .replacing("\n\t", with: " ").replacing("=3D", with: "=")
        func header(_ name: String) -> String? {
            flat.split(separator: "\n").first { $0.lowercased().hasPrefix(name + ":") }.map {
                $0.dropFirst(name.count + 1).filter { !"<> ".contains($0) }
            }
        }
        guard let to = header("to"), let unsubscribe = header("list-unsubscribe") else { return nil }
        self.key = key
        self.to = to
        unsubscribeURL = unsubscribe
        clickToken = flat.firstRange(of: "/c/").map { range in
            String(flat[range.upperBound...].prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        }
    }
}
