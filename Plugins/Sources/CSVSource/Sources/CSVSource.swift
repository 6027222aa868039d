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
                "escape", .text, help: "What escapes a quote beside doubling it, or none; found out where it is not stated.",
                example: "\\"),
            Spec.Option(
                "encoding", .choice(TextEncoding.allCases.map(\.rawValue)),
                help: "The encoding; found out where it is not stated.", example: "windows-1252"),
            Spec.Option(
                "header", .text, default: "auto",
                help: "Whether the first row names the columns: auto, yes, no, or the number of the line that does."),
            Spec.Option(
                "skip", .integer(minimum: 0, maximum: 1_000_000), default: 0,
                help: "Lines at the beginning that belong to no table."),
            Spec.Option(
                "settle", .span, default: "1m",
                help: "A last line without a line end waits for the next run until the file has stood unchanged for so long."),
        ]))

    private let pattern: String
    private let stated: StatedTable
    private let settle: Span
    private let environment: PluginEnvironment

    public init(settings: Settings, environment: PluginEnvironment) throws {
        guard let pattern = settings.text("path"), !pattern.isEmpty else {
            throw Problem("config.missing", "\"path\" is missing", at: .init(path: "path"))
        }
        do {
            stated = try StatedTable(
                delimiter: settings.text("delimiter"), quote: settings.text("quote"), escape: settings.text("escape"),
                encoding: settings.text("encoding"), header: settings.text("header"),
                skip: settings.integer("skip").map { Int($0) })
        } catch {
            throw Problem("config.invalid", error.reason, at: .init(path: error.option), remedy: error.remedy)
        }
        self.pattern = pattern
        settle = settings.span("settle") ?? .seconds(0)
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
                try await sink.records(records(rows, of: file, path))
                // A further table has its header above it: reading goes on before that.
                if let last = rows.last, last.table == 0 {
                    let position = TabularFile.Position(offset: last.nextOffset, line: last.nextLine)
                    bookmarks.set(path, try FileBookmark(path, at: position))
                    try await sink.bookmark(.string(bookmarks.text))
                }
                await sink.progress(done: file.consumed, of: file.size)
            }
            if file.furtherRemarks > 0 { environment.logger.notice("\(path): passed over \(file.furtherRemarks) more lines") }
            for remark in file.remarks.dropFirst(remarks) where remark.kind != .repeatedHeader {
                try await sink.reject(
                    Problem(
                        "csv.\(remark.kind.rawValue)", "this line is a \(remark.kind.rawValue) and no record",
                        at: .init(file: path, line: Int(remark.line))), raw: remark.text)
            }
        }
    }

    private func open(_ path: String, _ position: TabularFile.Position?) throws -> TabularFile {
        if let kind = BinaryFile.kind(of: path) {
            throw Problem(
                "csv.no_text", "this is \(kind), not text", at: .init(file: path), remedy: "Save what it holds as CSV")
        }
        return try reading(path) {
            let limit = try GrowingFile.wholeLines(
                of: path, settle: settle.milliseconds, now: environment.clock.now.milliseconds, encoding: stated.encoding)
            return try TabularFile.open(path, stated: stated, after: position, upTo: limit)
        }
    }

    private func reading<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as TabularError {
            throw Problem("csv.unreadable", error.description)
        }
    }

    private func records(_ rows: [TabularRow], of file: TabularFile, _ path: String) -> [SourceRecord] {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return rows.map { row in
            var names = file.tables[row.table].header
            for index in names.count..<max(names.count, row.fields.count) { names.append("column_\(index + 1)") }
            return SourceRecord(
                stream: row.table == 0 ? name : "\(name)#\(row.table + 1)", line: row.line, names: names,
                values: row.fields.map { .string($0) }, notes: row.notes.map(\.description))
        }
    }
}
