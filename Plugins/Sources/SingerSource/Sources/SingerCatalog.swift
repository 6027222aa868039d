import RapportCore

/// What `--discover` finds, and what of it is wanted (Singer specification, "Discovery Mode").
struct SingerCatalog: Sendable {
    var streams: [JSONValue]

    init(_ value: JSONValue) throws {
        guard let streams = value["streams"]?.array else {
            throw Problem("singer.catalog", "the tap's catalog has no streams")
        }
        self.streams = streams
    }

    var json: JSONValue { ["streams": .array(streams)] }
    var names: [String] { streams.compactMap(Self.name) }

    private static func name(_ stream: JSONValue) -> String? { stream["stream"]?.string ?? stream["tap_stream_id"]?.string }

    /// Taps differ in whether a property that nobody chose is read; one that the tap cannot read stays out.
    private static func selecting(property entry: JSONValue) -> JSONValue {
        guard entry["breadcrumb"]?.array?.isEmpty == false, var own = entry["metadata"], own["selected"] == nil,
            own["inclusion"]?.string != "unsupported"
        else { return entry }
        own.set("selected", true)
        return ["breadcrumb": entry["breadcrumb"] ?? [], "metadata": own]
    }

    /// Marks streams as wanted in every way that taps look for: the metadata of today and the flags of yesterday.
    ///
    /// - Parameter wanted: names; empty: all.
    func selecting(_ wanted: [String]) throws -> SingerCatalog {
        if let missing = wanted.first(where: { !names.contains($0) }) {
            throw Problem(
                "singer.stream", "the tap has no stream \"\(missing)\"", at: .init(path: "streams"),
                remedy: "It has \(names.joined(separator: ", "))")
        }
        var copy = self
        copy.streams = streams.map { stream in
            let isWanted = wanted.isEmpty || Self.name(stream).map(wanted.contains) == true
            var schema = stream["schema"] ?? [:]
            schema.set("selected", .bool(isWanted))
            var metadata = (stream["metadata"]?.array ?? []).map { isWanted ? Self.selecting(property: $0) : $0 }
            let top = metadata.firstIndex { $0["breadcrumb"]?.array?.isEmpty == true }
            var own = top.flatMap { metadata[$0]["metadata"] } ?? [:]
            own.set("selected", .bool(isWanted))
            let entry: JSONValue = ["breadcrumb": [], "metadata": own]
            if let top { metadata[top] = entry } else { metadata.append(entry) }
            var stream = stream
            stream.set("schema", schema)
            stream.set("metadata", .array(metadata))
            stream.set("selected", .bool(isWanted))
            return stream
        }
        return copy
    }
}

extension JSONValue {
    fileprivate mutating func set(_ name: String, _ value: JSONValue) {
        var members = object ?? []
        members.removeAll { $0.name == name }
        self = .object(members + [.init(name, value)])
    }
}
