/// A declared kind of event: its name and the properties that segments may use.
///
/// Up to four properties are copied, typed, to the integer slots n1…n4 of every event of the kind. Their order is their
/// slot, so it never changes once events exist: new ones are added at the end.
public struct KindDefinition: Sendable, Hashable {
    public static let maximumSlots = 4

    public let name: String
    public let slots: [SlotDefinition]

    /// - Throws: `Problem` `kind.invalid` for a bad name, more than four properties, or one named twice.
    public init(_ name: String, _ slots: [SlotDefinition] = []) throws {
        guard EventKind.isValid(name) else {
            throw Problem(
                "kind.invalid", "\"\(name)\" is not the name of a kind of event",
                remedy: "Use lowercase words joined by dots, such as order.placed")
        }
        guard slots.count <= Self.maximumSlots else {
            throw Problem("kind.invalid", "\(name) declares \(slots.count) properties, and the most is \(Self.maximumSlots)")
        }
        guard Set(slots.map(\.name)).count == slots.count else {
            throw Problem("kind.invalid", "\(name) declares a property twice")
        }
        self.init(trusted: name, slots)
    }

    init(trusted name: String, _ slots: [SlotDefinition]) {
        self.name = name
        self.slots = slots
    }

    /// The slot of the property called `name`, counted from 0.
    public func slot(of name: String) -> Int? { slots.firstIndex { $0.name == name } }

    /// The typed values of `properties`, one per slot; `nil` where a property is missing or of another type.
    public func values(of properties: JSONValue) -> [SlotValue?] {
        slots.map { slot in properties[slot.name].flatMap { slot.type.value(of: $0, in: properties) } }
    }
}

/// One declared property of a kind.
public struct SlotDefinition: Sendable, Hashable {
    public let name: String
    public let type: SlotType

    public init(_ name: String, _ type: SlotType) {
        self.name = name
        self.type = type
    }
}

/// A typed value of a declared property. Text becomes the number of its symbol when it is stored.
public enum SlotValue: Sendable, Hashable {
    case integer(Int64)
    /// As written; folded by whoever numbers it.
    case text(String)
}
