public import RapportCore
public import RapportPluginKit
import RapportTabular

/// Reads JSON Lines: an object a line, its members the columns, nested objects under dotted names.
public struct JSONLSource: DataSource {
    public static let manifest = Manifest(
        id: "source.jsonl", kind: .source, version: "1.0.0",
        summary: "Reads records from files with one JSON object a line, plain or gzip.",
        settings: Spec([
            Spec.Option(
                "path", .path, required: true, help: "The file, or a pattern such as exports/*.jsonl.",
                example: "exports/orders-*.jsonl"),
            Spec.Option("key", .text, help: "The member that identifies a record, if there is one.", example: "id"),
            Spec.Option(
                "settle", .span, default: "1m",
                help: "A last line without a line end waits for the next run until the file has stood unchanged for so long."),
        ]))

    private let pattern: String
    private let key: String?
    private let settle: Span
    private let environment: PluginEnvironment

    public init(settings: Settings, environment: PluginEnvironment) throws {
        guard let pattern = settings.text("path"), !pattern.isEmpty else {
            throw Problem("config.missing", "\"path\" is missing", at: .init(path: "path"))
        }
        self.pattern = pattern
        key = settings.text("key")
        settle = settings.span("settle") ?? .seconds(0)
        self.environment = environment
    }

    public var rereads: Bool { true }

    public func probe() async throws -> ProbeReport {
        let files = FilePattern.expand(pattern, in: environment.folder)
        guard !files.isEmpty else { return ProbeReport(findings: ["no file matches \(pattern) now"]) }
        return ProbeReport(
            findings: try files.prefix(20).map { path in
                guard let line = try reading(path, { try LineFile(path).next()?.first }) else { return "\(path): empty" }
                let record = try Self.record(line, stream: path, key: key)
                return "\(path): \(record.names.count) members: \(record.names.joined(separator: ", "))"
            })
    }

    public func read(after bookmark: JSONValue?, into sink: any RecordSink) async throws {
        var bookmarks = FileBookmarks(bookmark?.string)
        for path in FilePattern.expand(pattern, in: environment.folder) {
            let file = try reading(path) {
                let limit = try GrowingFile.wholeLines(
                    of: path, settle: settle.milliseconds, now: environment.clock.now.milliseconds)
                return try LineFile(path, after: bookmarks.start(of: path), upTo: limit)
            }
            let stream = path.split(separator: "/").last.map(String.init) ?? path
            while let lines = try reading(path, { try file.next() }) {
                try Task.checkCancellation()
                for line in lines where !line.bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
                    do {
                        try await sink.record(Self.record(line, stream: stream, key: key))
                    } catch let problem as Problem where problem.code == "jsonl.invalid" {
                        try await sink.reject(
                            problem.at(.init(file: path, line: Int(line.number))),
                            raw: String(decoding: line.bytes, as: UTF8.self))
                    }
                }
                if let last = lines.last {
                    bookmarks.set(path, try FileBookmark(path, at: .init(offset: last.nextOffset, line: last.number + 1)))
                    try await sink.bookmark(.string(bookmarks.text))
                }
                await sink.progress(done: file.consumed, of: file.size)
            }
        }
    }

    private func reading<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as TabularError {
            throw Problem("jsonl.unreadable", error.description, at: .init(file: path))
        }
    }

    private static func record(_ line: LineFile.Line, stream: String, key: String?) throws -> SourceRecord {
        let value: JSONValue
        do { value = try JSONValue(parsing: line.bytes) } catch let problem as Problem {
            throw Problem("jsonl.invalid", problem.reason)
        }
        guard case .object(let members) = value else { throw Problem("jsonl.invalid", "this line is no JSON object") }
        var record = SourceRecord(stream: stream, line: line.number, names: [], values: [])
        flatten(members, "", into: &record)
        if let key, let index = record.names.firstIndex(of: key) {
            record.key = record.values[index].string ?? record.values[index].text
        }
        return record
    }

    private static func flatten(_ members: [JSONValue.Member], _ prefix: String, into record: inout SourceRecord) {
        for member in members {
            if case .object(let inner) = member.value, !inner.isEmpty {
                flatten(inner, prefix + member.name + ".", into: &record)
            } else {
                record.names.append(prefix + member.name)
                record.values.append(member.value)
            }
        }
    }
}
