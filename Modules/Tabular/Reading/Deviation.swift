/// Another way in which single records of a file may be written: another delimiter, another quote, quotes escaped otherwise.
final class Deviation {
    enum Kind: Sendable { case delimiter, quote, escape }

    let kind: Kind
    let dialect: TableDialect
    let outside: UnsafeMutablePointer<ByteRole>
    let inside: UnsafeMutablePointer<ByteRole>

    private init(_ kind: Kind, _ dialect: TableDialect) {
        self.kind = kind
        self.dialect = dialect
        outside = ByteRole.table(outsideQuotesOf: dialect)
        inside = ByteRole.table(insideQuotesOf: dialect)
    }

    deinit {
        outside.deallocate()
        inside.deallocate()
    }

    static func all(of dialect: TableDialect) -> [Deviation] {
        var out: [Deviation] = []
        for delimiter: [UInt8] in [[0x2C], [0x3B], [0x09], [0x7C], [0x20]] where delimiter != dialect.delimiter {
            // The space after a comma is layout in `, `, and a record without it is not cut otherwise.
            var other = dialect
            other.delimiter = delimiter
            other.collapses = false
            other.quote = 0x22
            out.append(Deviation(.delimiter, other))
        }
        guard !dialect.delimiter.isEmpty else { return [] }
        for quote: UInt8 in [0x22, 0x27] where quote != dialect.quote {
            var other = dialect
            other.quote = quote
            out.append(Deviation(.quote, other))
        }
        if dialect.escape == nil, dialect.quote != nil, dialect.delimiter != [0x5C] {
            var other = dialect
            other.escape = 0x5C
            out.append(Deviation(.escape, other))
        }
        return out
    }
}
