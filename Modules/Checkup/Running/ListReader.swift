import RapportTabular

/// Reads one or more files as one list: their columns brought together by name.
///
/// Not `Sendable`: one task reads it.
final class ListReader {
    let columns: [String]
    private(set) var parts: [CheckupReport.Part]
    private let paths: [String]
    private let stated: StatedTable
    private var file: TabularFile?
    private var at = 0
    private var places: [Int?] = []

    /// - Throws: `TabularError`.
    init(_ paths: [String], stated: StatedTable) throws {
        self.paths = paths
        self.stated = stated
        var columns: [String] = []
        parts = []
        for path in paths {
            let file = try TabularFile.open(path, stated: stated)
            for name in file.layout.header where !columns.contains(name) { columns.append(name) }
            parts.append(
                CheckupReport.Part(
                    path: path, size: file.size, encoding: file.layout.encoding.rawValue,
                    delimiter: String(decoding: file.layout.dialect.delimiter, as: UTF8.self),
                    hasHeader: file.layout.headerRows > 0))
        }
        self.columns = columns
    }

    /// How much of all files is read, 0...1.
    var share: Double {
        let all = parts.reduce(Int64(0)) { $0 + $1.size }
        let done = parts.prefix(at).reduce(Int64(0)) { $0 + $1.size } + (file?.consumed ?? 0)
        return all == 0 ? 1 : Double(done) / Double(all)
    }

    /// The next rows of the first table of each file; `nil` at the end.
    ///
    /// - Throws: `TabularError`.
    func next() throws -> [ListRow]? {
        while at < paths.count {
            if file == nil {
                let opened = try TabularFile.open(paths[at], stated: stated)
                places = columns.map { opened.layout.header.firstIndex(of: $0) }
                file = opened
            }
            guard let file else { return nil }
            if let rows = try file.next() {
                let isWhole = places.indices.allSatisfy { places[$0] == $0 }
                let taken = rows.compactMap { row in row.table == 0 ? listRow(row, isWhole: isWhole) : nil }
                parts[at].rows += taken.count
                if taken.isEmpty { continue }
                return taken
            }
            parts[at].furtherTables = file.tables.count - 1
            self.file = nil
            at += 1
        }
        return nil
    }

    /// What the first rows are where they are no text: nearly all of them hold bytes that no text has.
    func binary(_ rows: [[ListRow]]) -> CheckupError? {
        let path = paths.first ?? ""
        if let kind = BinaryFile.kind(of: path) { return .binary(path: path, kind: kind) }
        let sample = rows.joined().prefix(500)
        func isOdd(_ text: String) -> Bool { text.utf8.contains { $0 < 0x09 || $0 > 0x0D && $0 < 0x20 && $0 != 0x1B } }
        let odd = sample.count { $0.fields.contains(where: isOdd) }
        guard odd * 5 > sample.count * 3 || columns.contains(where: isOdd) && odd * 5 >= sample.count else { return nil }
        return sample.isEmpty && !columns.contains(where: isOdd) ? nil : .binary(path: path, kind: nil)
    }

    private func listRow(_ row: TabularRow, isWhole: Bool) -> ListRow {
        let fields =
            isWhole && row.fields.count == columns.count
            ? row.fields : places.map { place in place.flatMap { $0 < row.fields.count ? row.fields[$0] : nil } ?? "" }
        var taken = ListRow(file: at, line: row.line, fields: fields)
        for note in row.notes {
            switch note {
            case .short, .long: taken.isRagged = true
            case .quotesRepaired, .headerRepaired, .otherDialect, .cut, .foreignBytes: taken.isRepaired = true
            }
        }
        return taken
    }
}
