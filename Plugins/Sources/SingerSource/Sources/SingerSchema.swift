import RapportCore

/// What a SCHEMA message says about the records of its stream: key and types (JSON Schema, as far as taps use it).
struct SingerSchema: Sendable {
    let keys: [String]
    private let schema: JSONValue

    init(_ message: JSONValue) {
        keys = message["key_properties"]?.array?.compactMap(\.string) ?? []
        schema = message["schema"] ?? [:]
    }

    /// What of the record is not as the schema says, with the path of the value; `nil` if all is. A value that is null or
    /// absent says nothing, so it breaks nothing; taps are careless about nullable types.
    func complaint(about record: JSONValue) -> String? { Self.complaint(record, schema, "") }

    private static func complaint(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> String? {
        guard !value.isNull, schema.object != nil else { return nil }
        for name in ["anyOf", "oneOf"] {
            guard let choices = schema[name]?.array, !choices.isEmpty else { continue }
            let complaints = choices.map { complaint(value, $0, path) }
            // The first that fits will do: of several that do, JSON Schema's oneOf would refuse what every target takes.
            if !complaints.contains(nil) { return complaints.lazy.compactMap { $0 }.first }
        }
        if let types = types(schema), !types.contains(where: { fits(value, $0) }) {
            let place = path.isEmpty ? "the record" : "\"\(path)\""
            return "\(place) is \(name(value)), and its schema says \(types.joined(separator: " or "))"
        }
        if let members = value.object, let properties = schema["properties"] {
            for member in members {
                guard let inner = properties[member.name] else { continue }
                if let found = complaint(member.value, inner, path.isEmpty ? member.name : "\(path).\(member.name)") {
                    return found
                }
            }
        }
        if let items = value.array, let inner = schema["items"] {
            for (index, item) in items.enumerated() {
                if let found = complaint(item, inner, "\(path)[\(index)]") { return found }
            }
        }
        return nil
    }

    private static func types(_ schema: JSONValue) -> [String]? {
        switch schema["type"] {
        case .string(let one): [one]
        case .array(let several): several.compactMap(\.string)
        default: nil
        }
    }

    private static func fits(_ value: JSONValue, _ type: String) -> Bool {
        switch (type, value) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool), ("number", .integer),
            ("number", .decimal), ("integer", .integer):
            true
        // Larger than 64 bits, or whole with a point: both are integers in JSON Schema.
        case ("integer", .decimal(let text)): isWhole(text)
        // What a later schema may name, we do not know.
        case (let type, _): !["object", "array", "string", "boolean", "number", "integer", "null"].contains(type)
        }
    }

    private static func isWhole(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return !text.lowercased().contains("e") && (parts.count == 1 || parts[1].allSatisfy { $0 == "0" })
    }

    private static func name(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "a boolean"
        case .integer: "an integer"
        case .decimal: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
