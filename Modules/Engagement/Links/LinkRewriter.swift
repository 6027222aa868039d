/// Turns the links of a rendered message into signed ones that are counted and lead on.
public struct LinkRewriter: Sendable {
    let signer: LinkSigner
    let message: MessageKey

    public init(signer: LinkSigner, message: MessageKey) {
        self.signer = signer
        self.message = message
    }

    /// Every `href` of HTML that leads to the web, but not those that lead back to Rapport. Text between tags stays.
    public func html(_ source: String) -> String {
        let bytes = Array(source.utf8)
        var (out, index) = ([UInt8](), 0)
        out.reserveCapacity(bytes.count + 512)
        while index < bytes.count {
            guard let value = Self.hrefValue(bytes, at: index) else {
                out.append(bytes[index])
                index += 1
                continue
            }
            let target = HTMLText.unescape(String(decoding: bytes[value], as: UTF8.self))
            out += bytes[index..<value.lowerBound]
            out += HTMLText.escape(rewritten(target)).utf8
            index = value.upperBound
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Every bare web address in plain text.
    public func text(_ source: String) -> String {
        let bytes = Array(source.utf8)
        var (out, index) = ([UInt8](), 0)
        while index < bytes.count {
            guard Self.isWeb(bytes[index...]), index == 0 || !Self.isWord(bytes[index - 1]) else {
                out.append(bytes[index])
                index += 1
                continue
            }
            var end = index
            while end < bytes.count, bytes[end] > 32, !Array("<>\"".utf8).contains(bytes[end]) { end += 1 }
            // Punctuation at the end belongs to the sentence, not to the address.
            while end > index, Array(".,;:!?)'".utf8).contains(bytes[end - 1]) { end -= 1 }
            out += rewritten(String(decoding: bytes[index..<end], as: UTF8.self)).utf8
            index = end
        }
        return String(decoding: out, as: UTF8.self)
    }

    private func rewritten(_ target: String) -> String {
        guard Self.isWeb(Array(target.utf8)[...]), target != signer.base, !target.hasPrefix(signer.base + "/"),
            target.utf8.count <= 2_048
        else { return target }
        return signer.url(for: .click(message, url: target))
    }

    /// The range of the quoted value, if ` href="` or ` href='` begins at `index`.
    private static func hrefValue(_ bytes: [UInt8], at index: Int) -> Range<Int>? {
        guard bytes[index] | 32 == UInt8(ascii: "h"), index > 0, bytes[index - 1] <= 32, bytes.count - index > 6 else {
            return nil
        }
        guard String(decoding: bytes[index..<index + 4], as: UTF8.self).lowercased() == "href" else { return nil }
        var at = index + 4
        while at < bytes.count, bytes[at] <= 32 { at += 1 }
        guard at < bytes.count, bytes[at] == UInt8(ascii: "=") else { return nil }
        at += 1
        while at < bytes.count, bytes[at] <= 32 { at += 1 }
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") || bytes[at] == UInt8(ascii: "'") else { return nil }
        guard let end = bytes[(at + 1)...].firstIndex(of: bytes[at]) else { return nil }
        return at + 1..<end
    }

    /// Whether `http://` or `https://` stands here, in any case. Asked at every byte.
    private static func isWeb(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, first | 32 == UInt8(ascii: "h") else { return false }
        func begins(_ scheme: StaticString) -> Bool {
            let length = scheme.utf8CodeUnitCount
            guard bytes.count >= length else { return false }
            return (0..<length).allSatisfy { index in
                let byte = bytes[bytes.startIndex + index]
                return (0x41...0x5A).contains(byte) ? byte | 32 == scheme.utf8Start[index] : byte == scheme.utf8Start[index]
            }
        }
        return begins("https://") || begins("http://")
    }

    private static func isWord(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 || byte | 32 >= 97 && byte | 32 <= 122 }
}
