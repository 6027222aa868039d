import Crypto
import Foundation
public import RapportCore

/// Signs mail by DKIM (RFC 6376) with relaxed canonical form of headers and body.
public struct DKIMSigner: Sendable {
    let domain: String
    let selector: String
    let key: DKIMKey

    public init(domain: String, selector: String, key: DKIMKey) {
        self.domain = domain
        self.selector = selector
        self.key = key
    }

    /// Headers that are signed where present. `From` is signed once more than it stands, so that a second one breaks the
    /// signature (RFC 6376, section 8.15); the List-Unsubscribe headers must be covered (RFC 8058, section 4).
    static let signed = [
        "from", "to", "cc", "subject", "date", "message-id", "reply-to", "in-reply-to", "references", "mime-version",
        "content-type", "content-transfer-encoding", "list-id", "list-unsubscribe", "list-unsubscribe-post", "feedback-id",
    ]

    /// The mail with a `DKIM-Signature` header before its others.
    ///
    /// - Parameter mail: CRLF line ends, headers, an empty line, the body.
    public func sign(_ mail: [UInt8], at time: Timestamp) throws -> [UInt8] {
        let split = Self.split(mail)
        let byName = Dictionary(grouping: split.headers, by: \.name)
        let bodyHash = Data(SHA256.hash(data: Self.relaxedBody(mail[split.body...]))).base64EncodedString()
        var covered: [(name: String, line: [UInt8])] = []
        for name in Self.signed {
            // Headers of one name are signed from the last to the first (section 5.4.2).
            for header in (byName[name] ?? []).reversed() { covered.append((name, header.line)) }
        }
        let names = covered.map(\.name) + ["from"]
        let seconds = time.milliseconds.flooredDivision(by: 1_000)
        let tags =
            "v=1; a=\(key.algorithm); c=relaxed/relaxed; d=\(domain); s=\(selector); t=\(seconds); h=\(names.joined(separator: ":")); bh=\(bodyHash); b="
        var data: [UInt8] = []
        for header in covered { data += Self.relaxedHeader(header.line) + [13, 10] }
        // What is signed is the header as it is folded, with an empty b=.
        let header = Self.folded(tags)
        data += Self.relaxedHeader(Array(header.utf8))
        var rest = Data(try key.signature(of: data)).base64EncodedString()[...]
        var signature = ""
        while !rest.isEmpty {
            signature += "\r\n\t" + rest.prefix(72)
            rest = rest.dropFirst(72)
        }
        return Array((header + signature + "\r\n").utf8) + mail
    }

    /// The header over lines of at most 76 characters, cut between tags and at the colons of `h=`.
    private static func folded(_ tags: String) -> String {
        var out = "DKIM-Signature:"
        var column = out.count
        for tag in tags.split(separator: " ") {
            let names = tag.hasPrefix("h=") ? tag.split(separator: ":", omittingEmptySubsequences: false) : [tag]
            for (index, name) in names.enumerated() {
                let piece = index == 0 ? String(name) : ":" + name
                let width = piece.utf8.count
                if column + width + 1 > 76 {
                    out += "\r\n\t"
                    column = 8
                } else if index == 0 {
                    out += " "
                    column += 1
                }
                out += piece
                column += width
            }
        }
        return out
    }

    private static func split(_ mail: [UInt8]) -> (headers: [(name: String, line: [UInt8])], body: Int) {
        var headers: [(name: String, line: [UInt8])] = []
        var at = 0
        while at < mail.count {
            var end = at
            while end < mail.count, mail[end] != 13 { end += 1 }
            if end == at { return (headers, min(end + 2, mail.count)) }
            let line = Array(mail[at..<end])
            if let first = line.first, first == 0x20 || first == 0x09, !headers.isEmpty {
                headers[headers.count - 1].line += [13, 10] + line
            } else if let colon = line.firstIndex(of: 0x3A) {
                headers.append((String(decoding: name(line[..<colon]), as: UTF8.self), line))
            }
            at = end + 2
        }
        return (headers, mail.count)
    }

    /// A header's name in lower case without white space around it: names are ASCII (RFC 5322, section 2.2).
    private static func name(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        bytes.compactMap { byte in
            switch byte {
            case 0x20, 0x09: nil
            case 0x41...0x5A: byte + 0x20
            default: byte
            }
        }
    }

    /// Section 3.4.2: lower-case name, unfolded, runs of white space to one space, none around the colon or at the end.
    static func relaxedHeader(_ line: [UInt8]) -> [UInt8] {
        guard let colon = line.firstIndex(of: 0x3A) else { return line }
        var out = name(line[..<colon])
        out.reserveCapacity(line.count)
        out.append(0x3A)
        var pending = false
        var started = false
        for byte in line[(colon + 1)...] {
            switch byte {
            case 13, 10: continue
            case 0x20, 0x09: pending = started
            default:
                if pending { out.append(0x20) }
                pending = false
                started = true
                out.append(byte)
            }
        }
        return out
    }

    /// Section 3.4.4: runs of white space to one space, none at line ends, no empty lines at the end.
    static func relaxedBody(_ body: ArraySlice<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(body.count)
        var pendingSpace = false
        var emptyLines = 0
        var lineHasText = false
        var at = body.startIndex
        while at < body.endIndex {
            let byte = body[at]
            if byte == 13, at + 1 < body.endIndex, body[at + 1] == 10 {
                emptyLines += 1
                pendingSpace = false
                lineHasText = false
                at += 2
                continue
            }
            if byte == 0x20 || byte == 0x09 {
                pendingSpace = true
            } else {
                for _ in 0..<emptyLines { out += [13, 10] }
                emptyLines = 0
                if pendingSpace { out.append(0x20) }
                pendingSpace = false
                lineHasText = true
                out.append(byte)
            }
            at += 1
        }
        if !out.isEmpty || lineHasText { out += [13, 10] }
        return out
    }
}
