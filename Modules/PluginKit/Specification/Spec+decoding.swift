import RapportCore

extension Spec {
    /// Checks an instance's settings and fills in defaults. Does no I/O but for reading secrets.
    ///
    /// - Parameters:
    ///   - besides: keys of the host that may stand beside the plugin's own: `plugin`.
    ///   - folder: where relative paths start.
    /// - Throws: `Problem`, or `Problems` with everything that is wrong, each at its place.
    public func decode(_ node: YAMLNode, besides: [String] = [], secrets: SecretReader, folder: String) throws -> Settings {
        _ = try node.mapping()
        var problems = node.unknownKeys(allowed: options.map(\.name) + besides)
        var values: [String: JSONValue] = [:]
        var found: [String: Secret] = [:]
        for option in options {
            do {
                guard let value = node[option.name] else {
                    if option.required { _ = try node.required(option.name) }
                    values[option.name] = try option.defaultValue.map { try option.value(of: YAMLNode(json: $0), folder: folder) }
                    continue
                }
                if option.kind == .secret {
                    found[option.name] = try secrets.read(value)
                } else {
                    values[option.name] = try option.value(of: value, folder: folder)
                }
            } catch let problem as Problem {
                problems.append(problem)
            }
        }
        try Problems.check(problems)
        return Settings(values: values, secrets: found)
    }
}

extension Spec.Option {
    /// The checked value: texts as they are, spans in milliseconds, paths made absolute.
    func value(of node: YAMLNode, folder: String) throws -> JSONValue {
        switch kind {
        case .text: return .string(try node.text())
        case .integer(let minimum, let maximum): return .integer(try node.integer(in: minimum...maximum))
        case .flag: return .bool(try node.flag())
        case .choice(let choices): return .string(try node.choice(choices))
        case .span: return .integer(try node.span().milliseconds)
        case .path:
            let path = try node.text()
            return .string(path.hasPrefix("/") ? path : "\(folder)/\(path)")
        case .list: return .array(try node.texts().map { .string($0) })
        case .map: return .object(try node.mapping().map { .init($0.name, .string(try $0.node.text())) })
        case .values:
            _ = try node.mapping()
            return node.json
        case .secret: throw node.problem("a secret has no default", code: "config.secret")
        }
    }
}
