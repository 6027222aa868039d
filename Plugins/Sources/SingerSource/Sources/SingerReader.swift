import RapportCore
import RapportPluginKit

/// Reads the messages of a tap in sync mode (Singer specification 0.3.0).
struct SingerReader {
    /// Streams to take; empty: all. Some taps ignore the selection in their catalog.
    let streams: Set<String>
    private var keys: [String: [String]] = [:]
    private var lines: [String: Int64] = [:]

    init(streams: [String]) { self.streams = Set(streams) }

    mutating func take(_ line: [UInt8], into sink: any RecordSink) async throws {
        guard !line.isEmpty else { return }
        let message: JSONValue
        do { message = try JSONValue(parsing: line) } catch let problem as Problem {
            throw Problem("singer.message", "the tap wrote something that is no message: \(problem.reason)")
        }
        switch message["type"]?.string {
        case "SCHEMA":
            if let stream = message["stream"]?.string {
                keys[stream] = message["key_properties"]?.array?.compactMap(\.string) ?? []
            }
        case "RECORD":
            guard let stream = message["stream"]?.string, let record = message["record"]?.object else {
                throw Problem("singer.message", "a RECORD has no stream or no record")
            }
            guard streams.isEmpty || streams.contains(stream) else { return }
            let number = lines[stream, default: 0] + 1
            lines[stream] = number
            var names: [String] = []
            var values: [JSONValue] = []
            Self.flatten(record, under: "", &names, &values)
            try await sink.record(
                SourceRecord(stream: stream, line: number, names: names, values: values, key: key(of: message, stream)))
        // A tap writes its state when everything before is written: so is the bookmark.
        case "STATE": if let state = message["value"] { try await sink.bookmark(state) }
        // Says which rows of a whole table are gone; sources here add and change.
        case "ACTIVATE_VERSION": break
        case "BATCH":
            throw Problem(
                "singer.batch", "the tap writes its records to files (BATCH), which is not read here",
                remedy: "Switch batches off in the tap's configuration")
        default: break
        }
    }

    /// The values of the stream's key properties: one as it is, several as a JSON array.
    private func key(of message: JSONValue, _ stream: String) -> String? {
        guard let record = message["record"], let names = keys[stream], !names.isEmpty else { return nil }
        let values = names.map { record[$0] ?? .null }
        if values.allSatisfy(\.isNull) { return nil }
        guard values.count == 1, let only = values.first else { return JSONValue.array(values).text }
        return only.string ?? only.text
    }

    /// Nested objects come under dotted names, as mappings call them.
    private static func flatten(
        _ members: [JSONValue.Member], under prefix: String, _ names: inout [String], _ values: inout [JSONValue]
    ) {
        for member in members {
            let name = prefix + member.name
            if case .object(let inner) = member.value, !inner.isEmpty {
                flatten(inner, under: name + ".", &names, &values)
            } else {
                names.append(name)
                values.append(member.value)
            }
        }
    }
}
