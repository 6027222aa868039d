import Foundation

/// The test set of isemail (D. Sayers), in which control characters stand as their pictures.
public enum IsEmail {
    public struct Case: Sendable {
        public var id: String
        public var address: String
        public var diagnosis: String
        /// By category: in order for SMTP.
        public var isUsable: Bool
    }

    /// Where the set lies; `nil` where it is absent.
    public static var file: String? { SharedData.path("isemail/tests.xml") }

    /// All cases; none where the set is absent.
    public static func cases() throws -> [Case] {
        guard let file else { return [] }
        let text = try String(contentsOfFile: file, encoding: .utf8)
        return text.components(separatedBy: "<test id=\"").dropFirst().map { part in
            func between(_ tag: String) -> String {
                guard let open = part.range(of: "<\(tag)>"), let close = part.range(of: "</\(tag)>") else { return "" }
                var inside = String(part[open.upperBound..<close.lowerBound])
                while let start = inside.range(of: "&#x"),
                    let end = inside.range(of: ";", range: start.upperBound..<inside.endIndex)
                {
                    let value = UInt32(inside[start.upperBound..<end.lowerBound], radix: 16).flatMap(Unicode.Scalar.init) ?? " "
                    inside.replaceSubrange(start.lowerBound..<end.upperBound, with: String(Character(value)))
                }
                for (name, sign) in [("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&apos;", "'"), ("&amp;", "&")] {
                    inside = inside.replacing(name, with: sign)
                }
                return String(
                    String.UnicodeScalarView(
                        inside.unicodeScalars.map {
                            (0x2400...0x241F).contains($0.value) ? Unicode.Scalar(UInt8($0.value - 0x2400)) : $0
                        }))
            }
            let category = between("category")
            return Case(
                id: String(part.prefix { $0 != "\"" }), address: between("address"), diagnosis: between("diagnosis"),
                isUsable: ["ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN", "ISEMAIL_RFC5321"].contains(category))
        }
    }
}
