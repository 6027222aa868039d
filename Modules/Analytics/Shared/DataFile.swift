public import RapportCore
public import RapportTabular

/// A CSV file that an analysis reads some columns of.
///
///     let file = try DataFile.open("orders.csv.gz")
///     let table = try file.read([try file.column("customer", option: "--customer")])
public struct DataFile {
    public let path: String
    /// The names of the columns; `column_1` and on where the file names none.
    public let header: [String]
    private let file: TabularFile

    /// - Throws: `Problem` `data.unreadable`.
    public static func open(_ path: String, stated: StatedTable = .init()) throws -> DataFile {
        do {
            let file = try TabularFile.open(path, stated: stated)
            return DataFile(path: path, header: file.layout.header, file: file)
        } catch let error as TabularError {
            throw Problem("data.unreadable", error.description)
        }
    }

    /// The place of a column that somebody named: by its name, else by its name in any case, else by its number from 1.
    ///
    /// - Parameter option: where the name was given, for the message.
    /// - Throws: `Problem` `data.unknown_column`.
    public func column(_ name: String, option: String) throws -> Int {
        try Self.column(name, of: header, in: path, option: option)
    }

    static func column(_ name: String, of header: [String], in path: String, option: String) throws -> Int {
        guard !header.isEmpty else { throw empty(path) }
        if let place = header.firstIndex(of: name) { return place }
        let lower = name.lowercased()
        let alike = header.indices.filter { header[$0].lowercased() == lower }
        if alike.count == 1 { return alike[0] }
        if let number = Int(name), header.indices.contains(number - 1) { return number - 1 }
        let nearest = Spelling.nearest(to: name, in: header)
        throw Problem(
            "data.unknown_column",
            "there is no column \"\(name)\"" + (nearest.map { ", did you mean \"\($0)\"?" } ?? ""),
            at: Problem.Place(file: path, path: option),
            remedy: nearest == nil
                ? "There are: \(header.prefix(40).joined(separator: ", ")); or give a column's number, from 1" : nil)
    }

    public var empty: Problem { Self.empty(path) }

    static func empty(_ path: String) -> Problem {
        Problem("data.empty", "there is no row in it", at: Problem.Place(file: path), remedy: "Give a file with rows")
    }

    /// Reads the rows to the end; once only.
    ///
    /// - Parameters:
    ///   - places: the columns to keep, in this order; all without.
    ///   - progress: told how many rows are read, now and then.
    /// - Throws: `Problem`.
    public func read(_ places: [Int]? = nil, progress: (Int) -> Void = { _ in }) throws -> DataTable {
        let places = places ?? Array(header.indices)
        let (sink, notes) = try scan(progress: progress) { ColumnSink(places, of: header.count) }
        let columns = places.map { DataColumn(name: header[$0], number: $0 + 1, sink.column($0)) }
        return DataTable(path: path, columns: columns, lines: sink.lines, notes: notes)
    }

    /// Hands every row of the first table over to a sink; once only.
    ///
    /// - Parameters:
    ///   - progress: told how many rows are read, now and then.
    ///   - make: may be called twice: what the first sink took is then thrown away.
    /// - Returns: the sink, and what was odd about the file and did not stop anything.
    /// - Throws: `Problem`.
    func scan<Sink: RowSink>(progress: (Int) -> Void = { _ in }, _ make: () -> Sink) throws -> (sink: Sink, notes: [Remark]) {
        do {
            let (quick, width) = (make(), header.count)
            let isRegular = try file.readRegular(progress: progress) { row in
                for column in 0..<width { quick.take(row[column], column: column) }
                quick.endRow(line: row.line)
            }
            if isRegular { return (quick, namesTold) }
            let sink = make()
            var count = 0
            var oddities = RowOddities()
            while let rows = try file.next() {
                for row in rows where row.table == 0 {
                    for column in 0..<width {
                        var text = column < row.fields.count ? row.fields[column] : ""
                        text.withUTF8 { sink.take($0, column: column) }
                    }
                    sink.endRow(line: row.line)
                    oddities.take(row)
                    count += 1
                }
                progress(count)
            }
            let tables = file.tables.count
            let first = Remark("cli.analysis.note.first_table", ["file": path, "tables": "\(tables)"])
            return (sink, namesTold + oddities.remarks(of: path) + (tables > 1 ? [first] : []))
        } catch let error as TabularError {
            throw Problem("data.unreadable", error.description)
        }
    }

    /// That columns of one name were told apart.
    private var namesTold: [Remark] {
        let written = file.layout.written
        guard file.layout.headerRows == 1, let line = file.layout.headerLine, written.count == header.count,
            Set(written).count < written.count
        else {
            return []
        }
        let renamed = header.indices.filter { header[$0] != written[$0] && !written[$0].isEmpty }.map { header[$0] }
        return [
            Remark(
                "cli.analysis.note.one_name",
                ["file": path, "line": "\(line)", "columns": renamed.joined(separator: ", ")])
        ]
    }
}
