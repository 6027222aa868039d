public import RapportCore

/// A piece of a YAML document that knows where it stands, so that every complaint about it names file, line, column and path.
///
/// Plain scalars are read as YAML 1.2 reads them (section 10.3): `true` and `false` are the only flags, so `country: NO` is
/// Norway, and `007` is text. Tags and merge keys have no meaning here; aliases stand for what they name.
public struct YAMLNode: Sendable, Hashable {
    public enum Content: Sendable, Hashable {
        case null
        /// A plain or quoted text.
        case text(String)
        case flag(Bool)
        /// With the literal as written.
        case integer(Int64, String)
        /// The literal as written: nothing here is ever a floating-point number.
        case decimal(String)
        case list([YAMLNode])
        case mapping([Entry])
    }

    /// A key of a mapping with its value.
    public struct Entry: Sendable, Hashable {
        public let name: String
        /// Where the key stands; the value has its own place.
        public let place: Problem.Place
        public let node: YAMLNode

        public init(name: String, place: Problem.Place, node: YAMLNode) {
            self.name = name
            self.place = place
            self.node = node
        }
    }

    public let content: Content
    public let place: Problem.Place

    public init(_ content: Content, at place: Problem.Place) {
        self.content = content
        self.place = place
    }

    public var isNull: Bool { content == .null }

    /// The value of a key; `nil` where this is no mapping, the key is absent, or its value is empty.
    public subscript(name: String) -> YAMLNode? {
        guard case .mapping(let entries) = content, let node = entries.first(where: { $0.name == name })?.node else { return nil }
        return node.isNull ? nil : node
    }

    /// A problem about this node.
    public func problem(_ reason: String, code: String = "config.invalid", remedy: String? = nil) -> Problem {
        Problem(code, reason, at: place, remedy: remedy)
    }
}
