/// What a byte may mean to the reader; everything else is content.
enum ByteRole: UInt8 {
    case content = 0
    case delimiter, lineFeed, carriageReturn, quote, escape

    /// A table of 256 roles that the caller deallocates.
    static func table(outsideQuotesOf dialect: TableDialect) -> UnsafeMutablePointer<ByteRole> {
        let table = blank()
        table[0x0A] = .lineFeed
        table[0x0D] = .carriageReturn
        // Records of ASCII's own separators: unit separator between fields, record separator between records.
        if dialect.delimiter == [0x1F] { table[0x1E] = .lineFeed }
        if let escape = dialect.escape { table[Int(escape)] = .escape }
        if let first = dialect.delimiter.first { table[Int(first)] = .delimiter }
        return table
    }

    static func table(insideQuotesOf dialect: TableDialect) -> UnsafeMutablePointer<ByteRole> {
        let table = blank()
        table[0x0A] = .lineFeed
        table[0x0D] = .carriageReturn
        if let escape = dialect.escape { table[Int(escape)] = .escape }
        if let quote = dialect.quote { table[Int(quote)] = .quote }
        return table
    }

    private static func blank() -> UnsafeMutablePointer<ByteRole> {
        let table = UnsafeMutablePointer<ByteRole>.allocate(capacity: 256)
        table.initialize(repeating: .content, count: 256)
        return table
    }
}
