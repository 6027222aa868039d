/// A file of rows: opened, judged and read in batches, in constant memory.
///
///     let file = try TabularFile.open("people.csv.gz")
///     while let rows = try file.next() { … }
///
/// Not `Sendable`: one task reads it.
public final class TabularFile {
    /// Where reading can go on: after a row, in bytes of the unpacked, decoded text.
    public struct Position: Sendable, Hashable {
        public var offset: Int64
        /// The physical line at `offset`.
        public var line: Int64
        public init(offset: Int64, line: Int64) {
            self.offset = offset
            self.line = line
        }
    }

    public let path: String
    public let layout: TableLayout
    /// Bytes of the file as it lies on disk, and how many of them are read.
    public var size: Int64 { source.size }
    public var consumed: Int64 { source.consumed }
    public var isGzip: Bool { source.isGzip }
    /// Every table met so far; the first is `layout`.
    public var tables: [TableLayout] { walker.tables }
    /// Lines met so far that are no rows.
    public var remarks: [TabularRemark] { walker.remarks }
    /// How many more of them there were than are kept.
    public var furtherRemarks: Int { walker.furtherRemarks }

    /// Bytes of the byte order mark at the beginning.
    let mark: Int
    private let source: ByteSource
    private let reader: DelimitedReader
    private var decoder: TextDecoder
    private var walker: TableWalker
    private var toDrop: Int64
    private var ended = false
    /// Whether more may be written behind what we read: a record that is not complete waits for that.
    private let isGrowing: Bool

    private init(
        _ path: String, _ layout: TableLayout, _ source: ByteSource, _ reader: DelimitedReader, _ walker: TableWalker,
        mark: Int, drop: Int64, isGrowing: Bool
    ) {
        self.mark = mark
        self.path = path
        self.layout = layout
        self.source = source
        self.reader = reader
        self.walker = walker
        decoder = TextDecoder(layout.encoding)
        toDrop = drop
        self.isGrowing = isGrowing
    }

    /// Opens a file, plain or gzip, and judges its beginning.
    ///
    /// - Parameters:
    ///   - position: where to go on, from the same file's rows.
    ///   - limit: where a plain file ends for us, because more is being written behind it: `GrowingFile.wholeLines`.
    /// - Throws: `TabularError`.
    public static func open(
        _ path: String, stated: StatedTable = StatedTable(), after position: Position? = nil, upTo limit: Int64? = nil
    ) throws -> TabularFile {
        let (sample, complete) = try Self.sample(path, upTo: limit)
        let (found, mark) = TextEncoding.detect(sample)
        let encoding = stated.encoding ?? found
        var text = Array(sample.dropFirst(mark))
        var decoder = TextDecoder(encoding)
        if !decoder.passes { text = text.withUnsafeBufferPointer { decoder.decode($0, final: complete) } }
        let dialect = TableDialect.detect(text, complete: complete, stated: stated)
        let layout = TableLayout.detect(
            text, dialect: dialect, encoding: encoding, complete: complete, stated: stated)

        // What has not been written yet lacks nothing.
        if case .line(let line) = stated.header, layout.headerLine == nil, !text.isEmpty {
            throw TabularError.noHeader(path: path, line: line)
        }
        let source = try ByteSource(path, upTo: limit)
        let from = position ?? Position(offset: 0, line: 1)
        let reader = DelimitedReader(dialect, expecting: layout.expected, line: from.line, offset: from.offset)
        // A packed file and UTF-16 have no places to go to: they are read from the start, up to there.
        let seekable = decoder.passes && !source.isGzip
        if seekable { source.seek(to: Int64(mark) + from.offset) }
        let decodedMark = decoder.passes ? mark : (mark > 0 ? 3 : 0)
        return TabularFile(
            path, layout, source, reader, TableWalker(layout, resuming: position != nil),
            mark: mark, drop: seekable ? 0 : Int64(decodedMark) + from.offset, isGrowing: limit != nil)
    }

    /// The next rows, as many as a chunk of the file holds; `nil` at the end.
    ///
    /// - Throws: `TabularError`.
    public func next() throws -> [TabularRow]? {
        var rows: [TabularRow] = []
        while rows.isEmpty {
            if ended, !reader.isPaused { return nil }
            if reader.isPaused {
                reader.goOn(final: ended && !isGrowing) { take($0, into: &rows) }
            } else {
                try readOn(into: &rows)
            }
            if ended, !reader.isPaused, !isGrowing { walker.finish(into: &rows) }
        }
        return rows
    }

    private func readOn(into rows: inout [TabularRow]) throws {
        let more = try source.next { bytes in
            if decoder.passes {
                feed(bytes, into: &rows)
            } else {
                let text = decoder.decode(bytes, final: false)
                text.withUnsafeBufferPointer { feed($0, into: &rows) }
            }
        }
        guard !more else { return }
        if !decoder.passes {
            let rest = decoder.decode(UnsafeBufferPointer(start: nil, count: 0), final: true)
            rest.withUnsafeBufferPointer { feed($0, into: &rows) }
        }
        ended = true
        reader.goOn(final: !isGrowing) { take($0, into: &rows) }
    }

    private func feed(_ bytes: UnsafeBufferPointer<UInt8>, into rows: inout [TabularRow]) {
        let dropped = Int(min(Int64(bytes.count), toDrop))
        toDrop -= Int64(dropped)
        reader.feed(UnsafeBufferPointer(rebasing: bytes[dropped...])) { take($0, into: &rows) }
    }

    private func take(_ row: borrowing DelimitedRow, into rows: inout [TabularRow]) {
        let before = walker.tables.count
        walker.take(row, into: &rows)
        if walker.tables.count != before { reader.expected = walker.expected }
        // An unclosed quote can hold a great many rows back, which need not come all at once.
        if rows.count >= Self.batch { reader.pause() }
    }

    /// Rows that come at once, at most but for what was held back.
    private static let batch = 20_000

    private static func sample(_ path: String, upTo limit: Int64?) throws -> (bytes: [UInt8], complete: Bool) {
        let source = try ByteSource(path, upTo: limit)
        var bytes: [UInt8] = []
        while bytes.count < ByteSource.chunk {
            if try !source.next({ bytes += $0 }) { return (bytes, true) }
        }
        return (bytes, false)
    }
}
