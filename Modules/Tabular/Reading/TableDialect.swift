/// How a delimited text file is written: what ends a field, what ends a record, what quotes and what escapes.
public struct TableDialect: Sendable, Hashable {
    /// One byte or several; empty where a file has a single column.
    public var delimiter: [UInt8]
    /// `nil`: nothing quotes.
    public var quote: UInt8?
    /// Escapes a quote, a delimiter or itself, beside doubling; `nil`: quotes are escaped by doubling them only.
    public var escape: UInt8?
    /// Whether a carriage return that no line feed follows ends a record too.
    public var endsAtCarriageReturn: Bool
    /// Whether neighbouring delimiters count as one (columns aligned with spaces).
    public var collapses: Bool
    /// Whether spaces around unquoted values belong to the layout and not to the value.
    public var trims: Bool

    public init(
        delimiter: String = ",", quote: Unicode.Scalar? = "\"", escape: Unicode.Scalar? = nil,
        endsAtCarriageReturn: Bool = true, collapses: Bool = false, trims: Bool = false
    ) {
        self.delimiter = Array(delimiter.utf8)
        self.quote = quote.flatMap { UInt8(exactly: $0.value) }
        self.escape = escape.flatMap { UInt8(exactly: $0.value) }
        self.endsAtCarriageReturn = endsAtCarriageReturn
        self.collapses = collapses
        self.trims = trims
    }
}

extension TableDialect: CustomStringConvertible {
    /// For people: `delimiter ";", quote "'", escape "\"`.
    public var description: String {
        func name(_ bytes: [UInt8]) -> String {
            switch bytes {
            case []: "none"
            case [0x09]: "tab"
            case [0x20]: collapses ? "spaces" : "space"
            default: "\"\(String(decoding: bytes, as: UTF8.self))\""
            }
        }
        let quotation = quote.map { "quote \(name([$0]))" } ?? "no quotes"
        let escaping = escape.map { "escape \(name([$0]))" } ?? "quotes doubled"
        return "delimiter \(name(delimiter)), \(quotation), \(escaping)"
    }
}
