public import RapportCore

/// An instance's settings after checking against its `Spec`: every required option is there, every default filled in.
public struct Settings: Sendable {
    public let values: [String: JSONValue]
    private let secrets: [String: Secret]

    public init(values: [String: JSONValue], secrets: [String: Secret] = [:]) {
        self.values = values
        self.secrets = secrets
    }

    public func text(_ name: String) -> String? { values[name]?.string }
    public func integer(_ name: String) -> Int64? { values[name]?.integer }
    public func flag(_ name: String) -> Bool { values[name]?.bool ?? false }
    public func list(_ name: String) -> [String] { values[name]?.array?.compactMap(\.string) ?? [] }
    /// Milliseconds are kept for spans.
    public func span(_ name: String) -> Span? { values[name]?.integer.map { Span(milliseconds: $0) } }
    public func secret(_ name: String) -> Secret? { secrets[name] }

    /// For masking them wherever text comes from outside.
    public var allSecrets: [Secret] { secrets.sorted { $0.key < $1.key }.map(\.value) }

    /// Everything with the secrets in the clear, sorted by name: only for handing over to the plugin that they are for.
    public var exposed: JSONValue {
        let all = values.merging(secrets.mapValues { .string($0.exposed) }) { value, _ in value }
        return .object(all.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
    }
}

/// A value that prints as `•••` wherever it is printed.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Only for handing over to the system that needs it.
    public let exposed: String
    public init(_ value: String) { exposed = value }
    public var description: String { "•••" }
    public var debugDescription: String { "•••" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
