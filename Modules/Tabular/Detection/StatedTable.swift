/// What whoever opens the file knows better than the file tells. What is not stated is found out.
public struct StatedTable: Sendable, Hashable {
    public var delimiter: String?
    /// `.some(nil)`: nothing quotes.
    public var quote: Unicode.Scalar??
    /// `.some(nil)`: quotes are escaped by doubling only.
    public var escape: Unicode.Scalar??
    public var encoding: TextEncoding?
    public var header: StatedHeader
    /// Physical lines at the beginning that belong to no table.
    public var skip: Int

    public init(
        delimiter: String? = nil, quote: Unicode.Scalar?? = nil, escape: Unicode.Scalar?? = nil,
        encoding: TextEncoding? = nil,
        header: StatedHeader = .auto, skip: Int = 0
    ) {
        self.delimiter = delimiter
        self.quote = quote
        self.escape = escape
        self.encoding = encoding
        self.header = header
        self.skip = skip
    }

    /// What a person wrote on a command line or in YAML, one text per option; `nil` or empty: not stated.
    ///
    /// - Parameters:
    ///   - delimiter: the characters themselves, or `tab`, `comma`, `semicolon`, `space`, `pipe`, `none`.
    ///   - quote: one ASCII character, or `none`.
    ///   - escape: one ASCII character, or `none`.
    ///   - encoding: a `TextEncoding`, in any case; ISO 8859-1 is read as Windows-1252.
    ///   - header: `auto`, `yes`, `no`, or the number of the physical line that names the columns.
    ///   - skip: a number of lines.
    /// - Throws: `StatedError`.
    public init(
        delimiter: String?, quote: String?, escape: String?, encoding: String?, header: String?, skip: Int?
    ) throws(StatedError) {
        self.init()
        if let delimiter, !delimiter.isEmpty { self.delimiter = try Self.delimiter(delimiter) }
        if let quote, !quote.isEmpty { self.quote = .some(try Self.character(quote, option: "quote")) }
        if let escape, !escape.isEmpty { self.escape = .some(try Self.character(escape, option: "escape")) }
        if let encoding, !encoding.isEmpty { self.encoding = try Self.encoding(encoding) }
        if let header, !header.isEmpty { self.header = try Self.header(header) }
        if let skip {
            guard (0...1_000_000).contains(skip) else {
                throw StatedError(option: "skip", reason: "\(skip) is no number of lines", remedy: "Use 0 to 1000000")
            }
            self.skip = skip
        }
        if let own = self.delimiter, let quote = self.quote, let quote, own.unicodeScalars.contains(quote) {
            throw StatedError(option: "quote", reason: "the delimiter holds \(quote), which cannot quote too", remedy: nil)
        }
        if case .line(let line) = self.header, line <= self.skip {
            throw StatedError(
                option: "header", reason: "line \(line) is among the \(self.skip) lines to skip", remedy: "Count lines from 1"
            )
        }
    }

    /// The parts of the dialect that are stated.
    var parts: Set<Deviation.Kind> {
        var parts: Set<Deviation.Kind> = []
        if delimiter != nil { parts.insert(.delimiter) }
        if quote != nil { parts.insert(.quote) }
        if escape != nil { parts.insert(.escape) }
        return parts
    }

    private static let names = [
        "tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "space": " ", "pipe": "|", "colon": ":", "none": "",
    ]

    private static func delimiter(_ text: String) throws(StatedError) -> String {
        let delimiter = names[text] ?? text
        guard delimiter.utf8.count <= 8, !delimiter.contains(where: \.isNewline) else {
            throw StatedError(
                option: "delimiter", reason: "\"\(text)\" cannot stand between fields",
                remedy: "Use at most 8 bytes of one line, or tab, comma, semicolon, space, pipe, none")
        }
        return delimiter
    }

    private static func character(_ text: String, option: String) throws(StatedError) -> Unicode.Scalar? {
        if text == "none" { return nil }
        guard let scalar = text.unicodeScalars.first, text.utf8.count == 1, scalar != "\n", scalar != "\r" else {
            throw StatedError(
                option: option, reason: "\"\(text)\" is not one ASCII character", remedy: "Use one such as \" or ', or none")
        }
        return scalar
    }

    private static func encoding(_ text: String) throws(StatedError) -> TextEncoding {
        let name = text.lowercased()
        let others: [String: TextEncoding] = [
            "utf8": .utf8, "ascii": .utf8, "us-ascii": .utf8, "latin-1": .windows1252, "latin1": .windows1252,
            "iso-8859-1": .windows1252, "cp1252": .windows1252, "utf-16-le": .utf16LittleEndian, "utf-16-be": .utf16BigEndian,
        ]
        guard let encoding = TextEncoding(rawValue: name) ?? others[name] else {
            throw StatedError(
                option: "encoding", reason: "there is no encoding \"\(text)\" here",
                remedy: "Use one of \(TextEncoding.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return encoding
    }

    private static func header(_ text: String) throws(StatedError) -> StatedHeader {
        switch text {
        case "auto": return .auto
        case "yes", "true": return .first
        case "no", "false": return .none
        default:
            guard let line = Int(text), line > 0 else {
                throw StatedError(
                    option: "header", reason: "\"\(text)\" says nothing of the header",
                    remedy: "Use auto, yes, no, or the number of the line that names the columns")
            }
            return .line(line)
        }
    }
}
