import Logging
public import RapportCore
public import RapportPluginKit
import RapportTabular

/// Reads delimited text files: CSV, TSV and whatever calls itself so.
public struct CSVSource: DataSource {
    public static let manifest = Manifest(
        id: "source.csv", kind: .source, version: "1.0.0",
        summary: "Reads records from delimited text files, plain or gzip, and finds out how they are written.",
        settings: Spec([
            Spec.Option(
                "path", .path, required: true, help: "The file, or a pattern such as exports/*.csv.",
                example: "exports/people-*.csv"),
            Spec.Option("delimiter", .text, help: "What stands between fields; found out where it is not stated.", example: ";"),
            Spec.Option("quote", .text, help: "What quotes a field, or none; found out where it is not stated.", example: "'"),
            Spec.Option(
                "encoding", .choice(TextEncoding.allCases.map(\.rawValue)),
                help: "The encoding; found out where it is not stated.", example: "windows-1252"),
            Spec.Option(
                "header", .choice(["auto", "yes", "no"]), default: "auto", help: "Whether the first row names the columns."),
        ]))

    private let pattern: String
    private let stated: TabularFile.Stated
    private let environment: PluginEnvironment

    public init(settings: Settings, environment: PluginEnvironment) throws {
        guard let pattern = settings.text("path"), !pattern.isEmpty else {
            throw Problem("config.missing", "\"path\" is missing", at: .init(path: "path"))
        }
        var stated = TabularFile.Stated()
        if let delimiter = settings.text("delimiter"), !delimiter.isEmpty {
            stated.delimiter = delimiter == "tab" || delimiter == "\\t" ? "\t" : delimiter
        }
        if let quote = settings.text("quote") {
            guard quote == "none" || (quote.unicodeScalars.count == 1 && quote.utf8.count == 1) else {
                throw Problem("config.invalid", "a quote is one ASCII character, or none", at: .init(path: "quote"))
            }
            stated.quote = .some(quote == "none" ? nil : quote.unicodeScalars.first)
        }
        stated.encoding = settings.text("encoding").flatMap(TextEncoding.init)
        stated.hasHeader = ["yes": true, "no": false][settings.text("header") ?? "auto"]
        self.pattern = pattern
        self.stated = stated
        self.environment = environment
    }

    public var rereads: Bool { true }

    public func probe() async throws -> ProbeReport {
        let files = FilePattern.expand(pattern, in: environment.folder)
        guard !files.isEmpty else { return ProbeReport(findings: ["no file matches \(pattern) now"]) }
        return ProbeReport(
            findings: try files.prefix(20).map { path in
                let layout = try open(path, nil).layout
                return "\(path): \(layout.dialect), \(layout.encoding.rawValue), \(layout.width) columns: "
                    + layout.header.joined(separator: ", ")
            })
    }

    public func read(after bookmark: JSONValue?, into sink: any RecordSink) async throws {
        var bookmarks = FileBookmarks(bookmark?.string)
        let files = FilePattern.expand(pattern, in: environment.folder)
        for path in files {
            let start = try reading(path) { try bookmarks.start(of: path) }
            let file = try open(path, start)
            if start == nil {
                for remark in file.remarks { environment.logger.notice("\(path):\(remark.line): passed over: \(remark.text)") }
            }
            let remarks = file.remarks.count
            while let rows = try reading(path, { try file.next() }) {
                try Task.checkCancellation()
                for row in rows { try await sink.record(record(row, of: file, path)) }
                // A further table has its header above it: reading goes on before that.
                if let last = rows.last, last.table == 0 {
                    let position = TabularFile.Position(offset: last.nextOffset, line: last.nextLine)
                    bookmarks.set(path, try FileBookmark(path, at: position))
                    try await sink.bookmark(.string(bookmarks.text))
                }
                await sink.progress(done: file.consumed, of: file.size)
            }
            for remark in file.remarks.dropFirst(remarks) where remark.kind != .repeatedHeader {
                try await sink.reject(
                    Problem(
                        "csv.\(remark.kind.rawValue)", "this line is a \(remark.kind.rawValue) and no record",
                        at: .init(file: path, line: Int(remark.line))), raw: remark.text)
            }
        }
    }

    private func open(_ path: String, _ position: TabularFile.Position?) throws -> TabularFile {
        try reading(path) { try TabularFile.open(path, stated: stated, after: position) }
    }

    private func reading<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as TabularError {
            throw Problem("csv.unreadable", error.description, at: .init(file: path))
        }
    }

    private func record(_ row: TabularRow, of file: TabularFile, _ path: String) -> SourceRecord {
        var names = file.tables[row.table].header
        for index in names.count..<max(names.count, row.fields.count) { names.append("column_\(index + 1)") }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return SourceRecord(
            stream: row.table == 0 ? name : "\(name)#\(row.table + 1)", line: row.line, names: names,
            values: row.fields.map { .string($0) }, notes: row.notes.map(\.description))
    }
}
