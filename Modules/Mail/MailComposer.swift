import CGMime
public import RapportCore
public import RapportPluginKit

/// Turns a message into the bytes of a mail (RFC 5322 and MIME, CRLF line ends, by GMime).
public enum MailComposer {
    /// - Parameters:
    ///   - messageID: without angle brackets: `UUID@domain`.
    ///   - date: the `Date` header, to the second.
    /// - Throws: `Problem` `mail.bad_header` if a header holds a line end or a control character, and
    ///   `mail.bad_address` for an address that cannot stand in a header.
    public static func compose(_ message: OutgoingMessage, messageID: String, date: Timestamp) throws -> [UInt8] {
        try checkAddress(message.from, "from")
        try checkAddress(message.to, "to")
        if let replyTo = message.replyTo { try checkAddress(replyTo, "reply_to") }
        var headers = message.headers
        if let unsubscribe = message.unsubscribeURL {
            // RFC 8058, section 3.1: both headers, and the URL alone must be enough to unsubscribe by POST.
            headers.append(.init("List-Unsubscribe", "<\(unsubscribe)>"))
            headers.append(.init("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
        }
        let singles = [message.subject, message.fromName ?? "", message.toName ?? "", message.language, messageID]
        for text in singles + headers.flatMap({ [$0.name, $0.value] }) {
            guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw Problem("mail.bad_header", "a header of message \(message.id) holds a line end or a control character")
            }
        }
        for header in headers {
            guard !header.name.isEmpty, header.name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }) else {
                throw Problem("mail.bad_header", "\"\(header.name)\" is not the name of a header")
            }
        }
        return try write(message, headers, messageID, date)
    }

    /// Refuses what would end the address early or begin another, in a header or in SMTP.
    public static func checkAddress(_ address: String, _ field: String) throws {
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        let isClean = address.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"<>()[],;:\\\"".utf8.contains($0) }
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, isClean, address.utf8.count <= 254 else {
            throw Problem("mail.bad_address", "\"\(address)\" is not an email address", at: .init(path: field))
        }
    }

    private static func write(
        _ message: OutgoingMessage, _ headers: [OutgoingMessage.Header], _ messageID: String, _ date: Timestamp
    ) throws -> [UInt8] {
        // The boundary comes from the message's id, so that the same message is composed to the same bytes.
        let boundary = "=_" + message.id.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        return try withCStrings(
            [
                message.fromName, message.from, message.toName, message.to, message.replyTo, message.subject, messageID,
                message.language, message.text, message.html, boundary,
            ] + headers.map(\.name) + headers.map(\.value)
        ) { texts in
            let names = Array(texts[11..<11 + headers.count])
            let values = Array(texts[(11 + headers.count)...])
            return try names.withUnsafeBufferPointer { names in
                try values.withUnsafeBufferPointer { values in
                    var mail = rapport_mail(
                        from_name: texts[0], from: texts[1], to_name: texts[2], to: texts[3], reply_to: texts[4],
                        subject: texts[5], message_id: texts[6], language: texts[7],
                        date: date.milliseconds.flooredDivision(by: 1_000), text: texts[8], html: texts[9],
                        boundary: texts[10], header_names: names.baseAddress, header_values: values.baseAddress,
                        header_count: headers.count)
                    var length = 0
                    guard let bytes = rapport_mail_compose(&mail, &length) else {
                        throw Problem("mail.not_composed", "message \(message.id) could not be composed")
                    }
                    defer { rapport_mail_free(bytes) }
                    return Array(UnsafeRawBufferPointer(start: bytes, count: length))
                }
            }
        }
    }

    /// Lends zero-terminated copies; `nil` stays a null pointer.
    private static func withCStrings<Result>(
        _ texts: [String?], _ body: ([UnsafePointer<CChar>?]) throws -> Result
    ) rethrows -> Result {
        let copies = texts.map { text -> UnsafeMutablePointer<CChar>? in
            guard let text else { return nil }
            let bytes = text.utf8CString
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
            for (index, byte) in bytes.enumerated() { copy[index] = byte }
            return copy
        }
        defer { for copy in copies { copy?.deallocate() } }
        return try body(copies.map { $0.map { UnsafePointer($0) } })
    }
}
