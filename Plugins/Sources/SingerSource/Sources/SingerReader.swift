import Foundation
import RapportCore
import RapportPluginKit
import RapportTabular

/// Reads the messages of a tap in sync mode (Singer specification 0.3.0, with the SDK's BATCH).
struct SingerReader {
    /// Streams to take; empty: all. Some taps ignore the selection in their catalog.
    let streams: Set<String>
    /// The one in force for each stream: a later SCHEMA replaces an earlier.
    private var schemas: [String: SingerSchema] = [:]
    private var lines: [String: Int64] = [:]

    init(streams: [String]) { self.streams = Set(streams) }

    mutating func take(_ line: [UInt8], into sink: any RecordSink) async throws {
        guard !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) else { return }
        let message: JSONValue
        do { message = try JSONValue(parsing: line) } catch let problem as Problem {
            throw Problem("singer.message", "the tap wrote something that is no message: \(problem.reason)")
        }
        switch message["type"]?.string {
        case "SCHEMA": schemas[try stream(of: message)] = SingerSchema(message)
        case "RECORD":
            let stream = try stream(of: message)
            guard let record = message["record"], record.object != nil else {
                throw Problem("singer.message", "a RECORD of \(stream) has no record")
            }
            try await take(record, of: stream, into: sink)
        // A tap writes its state when everything before is written: so is the bookmark.
        case "STATE": if let state = message["value"] { try await sink.bookmark(state) }
        // Says which rows of a whole table are gone; sources here add and change.
        case "ACTIVATE_VERSION": break
        case "BATCH": try await takeBatch(message, into: sink)
        case nil: throw Problem("singer.message", "the tap wrote JSON that is no message: it has no type")
        // What later versions of the specification may add.
        default: break
        }
    }

    private func stream(of message: JSONValue) throws -> String {
        guard let stream = message["stream"]?.string else {
            throw Problem("singer.message", "a \(message["type"]?.string ?? "message") names no stream")
        }
        return stream
    }

    private mutating func take(_ record: JSONValue, of stream: String, into sink: any RecordSink) async throws {
        guard streams.isEmpty || streams.contains(stream) else { return }
        let number = lines[stream, default: 0] + 1
        lines[stream] = number
        guard let schema = schemas[stream] else {
            return try await reject(record, number, "a record of \(stream) came before its schema", into: sink)
        }
        if let complaint = schema.complaint(about: record) { return try await reject(record, number, complaint, into: sink) }
        let values = schema.keys.map { record[$0] ?? .null }
        if let missing = zip(schema.keys, values).first(where: { $1.isNull })?.0 {
            return try await reject(record, number, "its key \"\(missing)\" is empty", into: sink)
        }
        var flat = SourceRecord(stream: stream, line: number, names: [], values: [], key: Self.key(values))
        Self.flatten(record.object ?? [], under: "", into: &flat)
        try await sink.record(flat)
    }

    private func reject(_ record: JSONValue, _ number: Int64, _ reason: String, into sink: any RecordSink) async throws {
        try await sink.reject(Problem("singer.record", reason, at: .init(line: Int(number))), raw: record.text)
    }

    /// Files of records, one a line, that the tap wrote beside (Meltano SDK, "Batch messages").
    private mutating func takeBatch(_ message: JSONValue, into sink: any RecordSink) async throws {
        let stream = try stream(of: message)
        let format = message["encoding"]?["format"]?.string ?? "jsonl"
        guard format == "jsonl", [nil, "gzip", "none"].contains(message["encoding"]?["compression"]?.string) else {
            throw Problem(
                "singer.batch", "the tap writes its batches as \(format), which is not read here",
                remedy: "Set jsonl with gzip, or no batches, in the tap's configuration")
        }
        for file in message["manifest"]?.array?.compactMap(\.string) ?? [] {
            guard let url = URL(string: file), url.isFileURL || url.scheme == nil else {
                throw Problem(
                    "singer.batch", "the batch \(file) is no file of this machine", remedy: "Let the tap write file:// batches")
            }
            let path = url.scheme == nil ? file : url.path(percentEncoded: false)
            do {
                let reader = try LineFile(path)
                while let lines = try reader.next() {
                    for line in lines where !line.bytes.isEmpty {
                        let record: JSONValue
                        do { record = try JSONValue(parsing: line.bytes) } catch let problem as Problem {
                            try await sink.reject(
                                problem.at(.init(file: path, line: Int(line.number))),
                                raw: String(decoding: line.bytes, as: UTF8.self))
                            continue
                        }
                        try await take(record, of: stream, into: sink)
                    }
                }
            } catch let error as TabularError {
                throw Problem("singer.batch", error.description, at: .init(file: path))
            }
        }
    }

    /// One value as it is, several as a JSON array; `nil` where the stream has no key.
    private static func key(_ values: [JSONValue]) -> String? {
        guard values.count == 1, let only = values.first else {
            return values.isEmpty ? nil : JSONValue.array(values).text
        }
        return only.string ?? only.text
    }

    /// Nested objects come under dotted names, as mappings call them.
    private static func flatten(_ members: [JSONValue.Member], under prefix: String, into record: inout SourceRecord) {
        for member in members {
            if case .object(let inner) = member.value, !inner.isEmpty {
                flatten(inner, under: prefix + member.name + ".", into: &record)
            } else {
                record.names.append(prefix + member.name)
                record.values.append(member.value)
            }
        }
    }
}
