import ArgumentParser
import Foundation
import RapportCore
import RapportHost
import RapportIntegration
import RapportTabular

struct TableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Print a file of rows as Rapport reads it.",
        discussion: """
            The rows go to standard output as clean CSV (RFC 4180, UTF-8, line feeds), or with --json as JSON Lines: an object \
            a row. What was found out about the file, and what was odd about which line, goes to standard error. Plain and gzip \
            files are read, of any size, in constant memory. Needs no configuration and no database. What is not stated about \
            the file is found out.

            Where a file holds several tables, each begins with its header after an empty line.

            EXAMPLES:
              rapport table export.csv --limit 10
              rapport table export.csv.gz --json --quiet
              rapport table odd.txt --delimiter '||' --quote none --skip 3
              rapport table odd.txt --escape '\\' --encoding windows-1252 --header 4
              rapport table two-tables.csv --table 2 > second.csv
            """)

    @Argument(help: "A file, plain or gzip.")
    var file: String

    @Option(help: "At most so many rows.")
    var limit: Int?

    @Option(help: "Only this table of the file, from 1.")
    var table: Int?

    @OptionGroup var dialect: DialectOptions

    @Flag(help: "Clean CSV: the default.")
    var csv = false

    @Flag(help: "JSON Lines: an object a row.")
    var json = false

    @Flag(help: "Say nothing about the file and its lines.")
    var quiet = false

    func validate() throws {
        if csv, json { throw ValidationError("Choose one of --csv and --json.") }
        _ = try dialect.stated()
    }

    func run() async throws {
        do {
            let file = try TabularFile.open(self.file, stated: dialect.stated())
            let layout = file.layout
            note(
                texts(
                    "cli.table.found", count: Int64(layout.width),
                    ["dialect": "\(layout.dialect)", "encoding": layout.encoding.rawValue])
                    + ", " + header(layout) + (file.isGzip ? texts("cli.table.gzip") : ""))
            try write(file)
            for remark in file.remarks {
                let kind = texts("cli.table.remark.\(remark.kind)")
                note(texts("cli.table.line", ["line": "\(remark.line)", "remark": "\(kind): \(remark.text)"]))
            }
            if file.furtherRemarks > 0 { note(texts("cli.table.further", count: Int64(file.furtherRemarks))) }
        } catch let error as TabularError {
            throw Problem("table.unreadable", error.description)
        }
    }

    private func header(_ layout: TableLayout) -> String {
        guard let line = layout.headerLine, layout.headerRows > 0 else { return texts("cli.table.no_header") }
        return texts("cli.table.header", count: Int64(layout.headerRows), ["line": "\(line)"])
    }

    private func write(_ file: TabularFile) throws {
        var text = ""
        var current = -1
        var left = limit ?? .max
        func begin(_ index: Int) {
            current = index
            guard !json, table == nil || table == index + 1 else { return }
            if index > 0, table == nil { text += "\n" }
            text += line(file.tables[index].header)
        }
        if file.layout.width > 0 { begin(0) }
        reading: while let rows = try file.next() {
            for row in rows {
                guard left > 0 else { break reading }
                while current < row.table { begin(current + 1) }
                guard table == nil || table == row.table + 1 else { continue }
                left -= 1
                for odd in row.notes { note(texts("cli.table.line", ["line": "\(row.line)", "remark": words(odd)])) }
                text += json ? object(row, file.tables[row.table].header) : line(row.fields)
            }
            if text.utf8.count > 1 << 16 { try flush(&text) }
        }
        // A table without rows has a header still.
        while left > 0, file.layout.width > 0, current + 1 < file.tables.count { begin(current + 1) }
        try flush(&text)
    }

    private func line(_ fields: [String]) -> String {
        // A line of one empty field would read as an empty line.
        fields == [""] ? "\"\"\n" : fields.map(CSVText.field).joined(separator: ",") + "\n"
    }

    private func object(_ row: TabularRow, _ header: [String]) -> String {
        let names = header + (header.count..<max(header.count, row.fields.count)).map { "column_\($0 + 1)" }
        return JSONValue.object(zip(names, row.fields).map { .init($0, .string($1)) }).text + "\n"
    }

    private func flush(_ text: inout String) throws {
        try StandardStreams.write(text.utf8)
        text = ""
    }

    /// It needs no configuration, so no language is stated.
    private var texts: Texts { .english }

    private func words(_ odd: TabularRow.Note) -> String {
        var values: [String: String] = [:]
        switch odd {
        case .short(let found, let expected), .long(let found, let expected):
            values = ["found": "\(found)", "expected": "\(expected)"]
        case .quotesRepaired, .headerRepaired, .otherDialect, .cut, .foreignBytes: break
        }
        return texts("cli.table.odd.\(odd.name)", values)
    }

    private func note(_ text: String) {
        if !quiet { StandardStreams.tell("\(text)\n") }
    }
}
