import Foundation
import RapportAnalytics
import RapportCore
import RapportHost
import RapportIntegration
import RapportMatching
import RapportTabular

/// The files of `rapport match`: their columns brought together by name, and where each record stood.
struct MatchLists {
    private(set) var records: MatchRecords
    /// Stated kinds, by the names that columns have in `records`.
    let kinds: [String: ColumnKind]
    /// What was odd and does not stop anything.
    private(set) var notes: [Remark] = []
    private let id: String
    private let files: [String]
    private var ids: [String] = []
    private var listOf: [Int] = []

    init(_ files: [String], settings: MatchSettings, progress: (Int) -> Void) throws {
        self.files = files
        let tables = try files.map { path in
            do { return try Self.open(path, id: settings.id) } catch let error as TabularError {
                throw Problem("match.unreadable", error.description)
            }
        }
        let header = tables[0].layout.header
        guard !header.isEmpty else {
            throw Problem("match.empty", "there is nothing in it", at: Problem.Place(file: files[0]))
        }
        id = try Self.idColumn(settings, header, files[0])
        var columns: [String] = []
        for table in tables {
            for name in table.layout.header where !columns.contains(name) { columns.append(name) }
        }
        for name in settings.exclude + settings.kinds.keys.sorted() where !columns.contains(name) {
            let place = settings.excludePlaces[name] ?? settings.kindPlaces[name]
            throw Self.unknown(name, columns, place ?? Problem.Place(file: files[0]))
        }
        let id = id
        columns.removeAll { $0 == id || settings.exclude.contains($0) }
        guard !columns.isEmpty else {
            throw Problem(
                "match.no_columns", "no column is left to compare", at: Problem.Place(file: files[0]),
                remedy: "A record is compared by columns other than its id: at least one is needed.")
        }
        kinds = settings.kinds
        records = MatchRecords(columns: columns)
        for (list, table) in tables.enumerated() { try read(table, list: list, columns: columns, progress) }
    }

    /// Opens a file; where rows are so ragged that no delimiter shows, the one is taken that makes the id a column of the header.
    private static func open(_ path: String, id: String?) throws -> TabularFile {
        let table = try TabularFile.open(path)
        guard let id, table.layout.header.count == 1, let line = table.layout.headerLine else { return table }
        let header = table.layout.header[0]
        let delimiter = [",", ";", "\t", "|"].first { delimiter in
            let names = header.components(separatedBy: delimiter).map { $0.trimmingCharacters(in: .whitespaces) }
            return names.count > 1 && names.contains(id)
        }
        guard let delimiter else { return table }
        return try TabularFile.open(path, stated: .init(delimiter: delimiter, header: .line(Int(line))))
    }

    private static func idColumn(_ settings: MatchSettings, _ header: [String], _ file: String) throws -> String {
        guard let id = settings.id else {
            throw Problem(
                "match.no_id", "which column names a record is not stated", at: Problem.Place(file: file),
                remedy: "Give --id COLUMN, one of: \(header.joined(separator: ", "))")
        }
        return id
    }

    private static func unknown(_ name: String, _ columns: [String], _ place: Problem.Place) -> Problem {
        let nearest = Spelling.nearest(to: name, in: columns)
        return Problem(
            "match.unknown_column", "there is no column \"\(name)\"" + (nearest.map { ", did you mean \"\($0)\"?" } ?? ""),
            at: place,
            remedy: nearest == nil ? "There are: \(columns.joined(separator: ", "))" : nil)
    }

    private mutating func read(_ table: TabularFile, list: Int, columns: [String], _ progress: (Int) -> Void) throws {
        let header = table.layout.header
        guard let idAt = header.firstIndex(of: id) else {
            throw Self.unknown(id, header, Problem.Place(file: table.path, line: table.layout.preamble.count + 1))
        }
        let places = columns.map { header.firstIndex(of: $0) }
        var seen: [String: Int64] = [:]
        var twice = 0
        var odd = 0
        var oddities = RowOddities()
        func at(_ line: Int64) -> [String: String] { ["file": table.path, "line": "\(line)", "id": id] }
        while let rows = try Self.rows(table) {
            for row in rows {
                guard row.table == 0 else { continue }
                oddities.take(row)
                let name = row.fields[idAt]
                if let line = seen[name], !name.isEmpty {
                    twice += 1
                    if twice == 1 {
                        notes.append(
                            Remark("cli.match.note.twice", at(row.line).merging(["name": name, "other": "\(line)"]) { $1 }))
                    }
                }
                if name.isEmpty, odd == 0 {
                    odd += 1
                    notes.append(
                        Remark("cli.match.note.empty", at(row.line)))
                }
                if seen[name] == nil { seen[name] = row.line }
                ids.append(name)
                listOf.append(list)
                records.append(places.map { $0.map { row.fields[$0] } ?? "" }, file: list)
            }
            progress(records.count)
        }
        notes += oddities.remarks(of: table.path)
        if twice > 1 { notes.append(Remark("cli.match.note.several", ["file": table.path, "id": id, "ids": "\(twice)"])) }
        if table.tables.count > 1 {
            notes.append(
                Remark("cli.analysis.note.first_table", ["file": table.path, "tables": "\(table.tables.count)"]))
        }
    }

    private static func rows(_ table: TabularFile) throws -> [TabularRow]? {
        do { return try table.next() } catch let error as TabularError { throw Problem("match.unreadable", error.description) }
    }

    /// The number of the first record with an id.
    func record(_ name: String) throws -> Int {
        guard let index = ids.firstIndex(of: name) else {
            throw Problem(
                "match.record_not_found", "no record has \"\(name)\" in the column \(id)", at: Problem.Place(file: files[0]))
        }
        return index
    }

    /// Writes the id, the cluster and the probability of each record, in the order of the files; of several files the file too.
    func write(_ answer: Matcher.Answer, to path: String?) throws {
        let several = files.count > 1
        var text = CSVText.line([id, "cluster", "probability"] + (several ? ["file"] : []))
        for index in ids.indices {
            let probability = String(format: "%.4f", answer.probability[index])
            text += CSVText.line(
                [ids[index], String(answer.cluster[index]), probability] + (several ? [files[listOf[index]]] : []))
        }
        guard let path else {
            try StandardStreams.write(text.utf8)
            return
        }
        do {
            try Data(text.utf8).write(to: URL(filePath: path))
        } catch {
            throw Problem(
                "match.unwritable", "the answer cannot be written: \(error.localizedDescription)", at: Problem.Place(file: path))
        }
    }
}
