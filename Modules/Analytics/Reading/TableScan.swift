import RapportCore
import RapportTabular

/// Reads the first table of a CSV file into a sink, in any dialect, plain or gzip.
///
/// Files whose records are all as their header says are read as bytes, at several times the speed of rows of text; at the first
/// record that is not, the file is read again by `TabularFile`, which knows titles, footnotes and rows that lack their end.
struct TableScan {
    /// One name a column, unique.
    let header: [String]
    private let path: String
    private let layout: TableLayout
    /// What was odd and does not stop anything.
    private(set) var notes: [String] = []

    /// - Throws: `Problem` where the file cannot be read.
    init(_ path: String) throws {
        self.path = path
        layout = try Self.reading { try TabularFile.open(path).layout }
        header = layout.header
    }

    /// The place of a column, as `DataFile.column` finds it.
    func column(_ name: String, option: String) throws -> Int {
        try DataFile.column(name, of: header, in: path, option: option)
    }

    /// Reads every row. `make` may be called twice: what the first sink took is then thrown away.
    mutating func read<Sink: RowSink>(_ make: () -> Sink) throws -> Sink {
        if layout.encoding == .utf8, layout.headerRows == 1, layout.width > 1 {
            let sink = make()
            if try quickly(sink) { return sink }
        }
        let sink = make()
        let path = path
        let file = try Self.reading { try TabularFile.open(path) }
        let width = header.count
        while let rows = try Self.reading({ try file.next() }) {
            for row in rows where row.table == 0 {
                for column in 0..<width {
                    var text = row.fields[column]
                    text.withUTF8 { sink.take($0, column: column) }
                }
                sink.endRow(line: row.line)
            }
        }
        if file.tables.count > 1 { notes.append("\(path): only the first of \(file.tables.count) tables was read") }
        return sink
    }

    private struct Irregular: Error {}

    /// `false`: some record is not as the header says.
    private mutating func quickly(_ sink: some RowSink) throws -> Bool {
        let bytes = try Self.reading { [path] in try WholeFile.read(path) }
        let width = header.count
        let headerLine = layout.headerLine ?? 0
        let reader = DelimitedReader(layout.dialect, expectedWidth: width)
        let first = Array(header[0].utf8)
        var blank = false
        var written: [String] = []
        func take(_ row: borrowing DelimitedRow) throws {
            guard row.line > headerLine else {
                if row.line == headerLine { written = (0..<row.count).map { String(decoding: row[$0], as: UTF8.self) } }
                return
            }
            if row.isBlank, row.count == 1 {
                blank = true
                return
            }
            if blank || row.count != width || row.repaired || row.deviates || row.isCut { throw Irregular() }
            if row[0].elementsEqual(first), (0..<width).allSatisfy({ row[$0].elementsEqual(header[$0].utf8) }) {
                throw Irregular()
            }
            for column in 0..<width { sink.take(row[column], column: column) }
            sink.endRow(line: row.line)
        }
        do {
            try bytes.withUnsafeBufferPointer { whole in
                var from = whole.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
                while from < whole.count {
                    let to = min(whole.count, from + (1 << 20))
                    try reader.feed(UnsafeBufferPointer(rebasing: whole[from..<to])) { try take($0) }
                    from = to
                }
                try reader.finish { try take($0) }
            }
            if Set(written).count < written.count, written.count == width {
                let renamed = header.indices.filter { header[$0] != written[$0] && !written[$0].isEmpty }.map { header[$0] }
                notes.append(
                    "\(path):\(headerLine): several columns have one name; they are told apart as \(renamed.joined(separator: ", "))"
                )
            }
            return true
        } catch is Irregular {
            return false
        }
    }

    private static func reading<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as TabularError { throw Problem("analytics.unreadable", error.description) }
    }
}
