/// One record of a table, with where it stood and what was odd about it.
public struct TabularRow: Sendable, Hashable {
    /// The physical line, 1-based, on which it starts.
    public var line: Int64
    /// Where it starts and where the next record does, in bytes of the unpacked, decoded text.
    public var offset: Int64
    public var nextOffset: Int64
    /// The physical line on which the next record starts.
    public var nextLine: Int64
    /// Which table of the file, from 0; see `TabularFile.tables`.
    public var table: Int
    /// At least as many as the table has columns: short records are padded with empty text, long ones keep what they have.
    public var fields: [String]
    public var notes: [Note]

    public enum Note: Sendable, Hashable, CustomStringConvertible {
        case short(found: Int, expected: Int)
        case long(found: Int, expected: Int)
        case quotesRepaired
        /// The same of the header; told with the first row below it.
        case headerRepaired
        /// Written with another delimiter, quote or escape than the rest of the file.
        case otherDialect
        /// Longer than any record may be: the rest came as the next one.
        case cut
        /// A field's bytes are not of the file's encoding and were read as Windows-1252.
        case foreignBytes

        /// One word for its kind.
        public var name: String {
            switch self {
            case .short: "short"
            case .long: "long"
            case .quotesRepaired: "quotes"
            case .headerRepaired: "header"
            case .otherDialect: "dialect"
            case .cut: "cut"
            case .foreignBytes: "bytes"
            }
        }

        public var description: String {
            switch self {
            case .short(let found, let expected): "\(found) fields instead of \(expected): the rest was left empty"
            case .long(let found, let expected): "\(found) fields instead of \(expected): the others were kept without a name"
            case .quotesRepaired: "quotes did not fit and were repaired"
            case .headerRepaired: "quotes in the header above did not fit and were repaired"
            case .otherDialect: "written with another delimiter or quote than the rest of the file"
            case .cut: "longer than any record may be, and cut: the rest came as the next one"
            case .foreignBytes: "some bytes were not of the file's encoding and were read as Windows-1252"
            }
        }
    }
}

/// A line that is no record of a table: a title, a comment, a footnote, a header that comes again.
public struct TabularRemark: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable { case preamble, comment, footnote, repeatedHeader = "repeated header" }
    public var line: Int64
    public var kind: Kind
    public var text: String
}
