public import RapportCore

extension Manifest {
    /// The manifest in the form of plugin.yaml, as `Manifest(reading:)` reads it: what a plugin's hello carries.
    public var declaration: JSONValue {
        var members: [JSONValue.Member] = [
            .init("id", .string(id)), .init("kind", .string(kind.rawValue)), .init("version", .string(version)),
            .init("summary", .string(summary)),
        ]
        if kind == .channel { members.append(.init("capabilities", capabilities.declaration)) }
        if !duties.isEmpty { members.append(.init("duties", .array(duties.map { .string($0.rawValue) }))) }
        if !settings.options.isEmpty {
            members.append(.init("settings", .object(settings.options.map { .init($0.name, $0.declaration) })))
        }
        if !callbacks.isEmpty { members.append(.init("callbacks", .array(callbacks.map(\.declaration)))) }
        return .object(members)
    }

    /// The text of a plugin.yaml.
    ///
    /// - Parameter command: what starts the plugin; relative paths start at its folder.
    public func declaration(command: [String]) -> String {
        var lines: [String] = []
        for member in declaration.object ?? [] {
            switch member.value {
            case .object(let inner) where !inner.isEmpty:
                lines.append("\(member.name):")
                lines += inner.map { "  \($0.name): \($0.value.yamlFlow)" }
            case .array(let items) where items.contains { $0.object != nil }:
                lines.append("\(member.name):")
                lines += items.map { "  - \($0.yamlFlow)" }
            default: lines.append("\(member.name): \(member.value.yamlFlow)")
            }
            if member.name == "summary" { lines.append("command: \(JSONValue.array(command.map { .string($0) }).yamlFlow)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Capabilities {
    /// Without what is unlimited: that has no name in plugin.yaml.
    fileprivate var declaration: JSONValue { .object((json.object ?? []).filter { !$0.value.isNull }) }
}

extension Spec.Option {
    fileprivate var declaration: JSONValue {
        var members: [JSONValue.Member] = [.init("type", .string(kind.name))]
        switch kind {
        case .integer(let minimum, let maximum):
            members += [.init("minimum", .integer(minimum)), .init("maximum", .integer(maximum))]
        case .choice(let choices): members.append(.init("choices", .array(choices.map { .string($0) })))
        default: break
        }
        if required { members.append(.init("required", true)) }
        if let defaultValue { members.append(.init("default", defaultValue)) }
        members.append(.init("help", .string(help)))
        if let example { members.append(.init("example", example)) }
        return .object(members)
    }
}

extension Spec.Option.Kind {
    /// As plugin.yaml calls it.
    fileprivate var name: String {
        switch self {
        case .text: "text"
        case .integer: "integer"
        case .flag: "flag"
        case .choice: "choice"
        case .span: "span"
        case .path: "path"
        case .secret: "secret"
        case .list: "list"
        case .map: "map"
        case .values: "values"
        }
    }
}

extension Callback {
    fileprivate var declaration: JSONValue {
        var members: [JSONValue.Member] = [.init("path", .string(path))]
        switch verification {
        case .none: break
        case .hmac(let header, let algorithm, let setting, let prefix):
            members.append(
                .init(
                    "verify",
                    [
                        "hmac": .string(header), "algorithm": .string(algorithm), "secret": .string(setting),
                        "prefix": .string(prefix),
                    ]))
        case .key(let name, let setting):
            members.append(.init("verify", ["key": .string(name), "secret": .string(setting)]))
        }
        switch answer {
        case .fixed(let status, let body):
            members.append(.init("answer", ["status": .integer(Int64(status)), "body": .string(body)]))
        case .echo(let parameter): members.append(.init("answer", ["echo": .string(parameter)]))
        case .plugin: members.append(.init("answer", "plugin"))
        }
        return .object(members)
    }
}
