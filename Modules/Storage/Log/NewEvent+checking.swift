import RapportCore

extension NewEvent {
    /// The deepest chain of events that cause each other.
    public static let maximumDepth = 16
    /// Bytes of properties and personal values together, as JSON text: what the Segment API allows for an event.
    public static let maximumSize = 32_768
    /// Bytes of an order's lines, which come on top of that: ten thousand lines of 200 bytes.
    public static let maximumLines = 2_097_152
    public static let maximumIdentifiers = 32
    public static let maximumIdentifierLength = 512

    /// What the door asks of an event before it looks at the database.
    ///
    /// - Throws: `Problem` with a code that starts with `event.`, its place naming the part.
    func check() throws {
        guard EventKind.isValid(kind) else {
            throw Problem(
                "event.kind", "\"\(kind.prefix(120))\" is not the name of a kind of event", at: .init(path: "kind"),
                remedy: "Use lowercase words joined by dots, such as order.placed")
        }
        guard !source.isEmpty, source.utf8.count <= EventKind.maximumLength, !source.utf8.contains(0) else {
            throw Problem("event.source", "the name of the source is empty or too long", at: .init(path: "source"))
        }
        guard depth <= Self.maximumDepth else {
            throw Problem(
                "event.depth", "\(kind) is the \(depth)th in a chain of events that cause each other",
                at: .init(path: "depth"), remedy: "Look for two rules that answer each other")
        }
        guard dedupeKey == nil || dedupeKey?.count == DedupeKey.length else {
            throw Problem("event.dedupe", "a dedupe key has \(DedupeKey.length) bytes", at: .init(path: "dedupe_key"))
        }
        if let occurredAt, occurredAt < .distantPast || occurredAt > .distantFuture {
            throw Problem("event.time", "its time is outside the years 1 to 9999", at: .init(path: "occurred_at"))
        }
        try checkIdentifiers()
        guard case .object = properties else {
            throw Problem("event.properties", "the properties are not an object", at: .init(path: "properties"))
        }
        if properties.hasNull || personal?.hasNull == true {
            let path = properties.pathOfNull("properties") ?? personal?.pathOfNull("personal")
            throw Problem("event.null_character", "a text contains the character U+0000", at: path.map { .init(path: $0) })
        }
    }

    private func checkIdentifiers() throws {
        guard identifiers.count <= Self.maximumIdentifiers else {
            throw Problem(
                "event.identifiers", "it has \(identifiers.count) identifiers, and the most is \(Self.maximumIdentifiers)",
                at: .init(path: "identifiers"))
        }
        for identifier in identifiers {
            let size = identifier.value.utf8.count
            guard size > 0, size <= Self.maximumIdentifierLength, !identifier.value.utf8.contains(0) else {
                throw Problem(
                    "event.identifiers",
                    "its \(identifier.kind) is empty, longer than \(Self.maximumIdentifierLength) bytes "
                        + "or contains U+0000", at: .init(path: "identifiers.\(identifier.kind)"))
            }
        }
    }

    /// - Parameter size: of properties and personal values, as JSON text.
    /// - Throws: `Problem` `event.too_large` or `event.too_many_lines`.
    func check(size: Int) throws {
        guard size > Self.maximumSize else { return }
        let lines = kind.hasPrefix("order.") ? properties["lines"]?.text.utf8.count ?? 0 : 0
        guard lines <= Self.maximumLines else {
            throw Problem(
                "event.too_many_lines", "the lines of the order take more than \(Self.maximumLines) bytes",
                at: .init(path: "properties.lines"), remedy: "Keep fewer columns of each line, or split the order")
        }
        guard size - lines <= Self.maximumSize else { throw Self.tooLarge(size - lines) }
    }

    private static func tooLarge(_ size: Int) -> Problem {
        Problem(
            "event.too_large", "its properties take \(size) bytes, and the most is \(maximumSize)",
            at: .init(path: "properties"), remedy: "Send large texts as files, and what matters of them as properties")
    }
}

extension JSONValue {
    /// Whether U+0000 stands in any text.
    fileprivate var hasNull: Bool {
        switch self {
        case .string(let text): text.utf8.contains(0)
        case .array(let items): items.contains(where: \.hasNull)
        case .object(let members): members.contains { $0.name.utf8.contains(0) || $0.value.hasNull }
        default: false
        }
    }

    /// The path of the first text in which U+0000 stands. PostgreSQL cannot store it.
    fileprivate func pathOfNull(_ path: String) -> String? {
        switch self {
        case .string(let text): return text.utf8.contains(0) ? path : nil
        case .array(let items):
            for (index, item) in items.enumerated() {
                if let found = item.pathOfNull("\(path).\(index)") { return found }
            }
            return nil
        case .object(let members):
            for member in members {
                if member.name.utf8.contains(0) { return path }
                if case .integer = member.value { continue }
                if let found = member.value.pathOfNull("\(path).\(member.name)") { return found }
            }
            return nil
        default: return nil
        }
    }
}
