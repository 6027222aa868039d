public import RapportCore

extension Spec {
    /// The settings as a JSON Schema (draft 2020-12), for editors that complete and check YAML.
    public func jsonSchema(title: String) -> JSONValue {
        let required = options.filter(\.required).map { JSONValue.string($0.name) }
        var members: [JSONValue.Member] = [
            .init("$schema", "https://json-schema.org/draft/2020-12/schema"),
            .init("title", .string(title)),
            .init("type", "object"),
            .init("properties", .object(options.map { .init($0.name, $0.jsonSchema) })),
            .init("additionalProperties", false),
        ]
        if !required.isEmpty { members.append(.init("required", .array(required))) }
        return .object(members)
    }
}

extension Spec.Option {
    var jsonSchema: JSONValue {
        var members: [JSONValue.Member] =
            switch kind {
            case .text, .path: [.init("type", "string")]
            case .integer(let minimum, let maximum):
                [.init("type", "integer"), .init("minimum", .integer(minimum)), .init("maximum", .integer(maximum))]
            case .flag: [.init("type", "boolean")]
            case .choice(let choices): [.init("enum", .array(choices.map { .string($0) }))]
            case .span: [.init("type", "string"), .init("pattern", "^[0-9]+(ms|s|m|h|d)$")]
            case .secret:
                [
                    .init("type", "object"),
                    .init("properties", ["env": ["type": "string"], "file": ["type": "string"]]),
                    .init("minProperties", 1), .init("maxProperties", 1), .init("additionalProperties", false),
                ]
            case .list: [.init("type", "array"), .init("items", ["type": "string"])]
            case .values: [.init("type", "object")]
            case .map: [.init("type", "object"), .init("additionalProperties", ["type": "string"])]
            }
        members.append(.init("description", .string(help)))
        if let defaultValue { members.append(.init("default", defaultValue)) }
        if let example, kind != .secret { members.append(.init("examples", .array([example]))) }
        return .object(members)
    }
}
