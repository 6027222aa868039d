import Foundation
import RapportTabular

/// A table as read or as meant.
struct Table: Equatable, CustomStringConvertible {
    var header: [String]
    var rows: [[String]]

    var description: String { ([header] + rows).map { $0.joined(separator: "¦") }.joined(separator: "\n") }

    /// Reads a text through a file of its own.
    static func read(_ bytes: [UInt8], stated: StatedTable = .init()) throws -> (
        table: Table, file: TabularFile, rows: [TabularRow]
    ) {
        let path = FileManager.default.temporaryDirectory.appending(path: "rapport-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: path) }
        try Data(bytes).write(to: path)
        let file = try TabularFile.open(path.path, stated: stated)
        var rows: [TabularRow] = []
        while let more = try file.next() { rows += more }
        return (Table(header: file.layout.header, rows: rows.map(\.fields)), file, rows)
    }

    static func read(_ text: String) throws -> Table { try read(Array(text.utf8)).table }
}
