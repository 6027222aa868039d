/// The declared fields, each with the number of its column.
public struct FieldCatalog: Sendable, Hashable {
    /// One object each: a definition has many parts, and fields are looked up for every value that comes in.
    public final class Field: Sendable, Hashable {
        /// Column f`slot` of the golden values, from 1.
        public let slot: Int
        public let definition: FieldDefinition

        public init(slot: Int, definition: FieldDefinition) {
            self.slot = slot
            self.definition = definition
        }

        public static func == (left: Field, right: Field) -> Bool {
            left === right || (left.slot == right.slot && left.definition == right.definition)
        }

        public func hash(into hasher: inout Hasher) {
            hasher.combine(slot)
            hasher.combine(definition)
        }
    }

    /// In the order of their slots.
    public let fields: [Field]
    private let byName: [String: Int]
    private let bySlot: SlotMap<Int>

    public init(_ fields: [Field]) {
        self.fields = fields.sorted { $0.slot < $1.slot }
        byName = Dictionary(self.fields.enumerated().map { ($0.element.definition.name, $0.offset) }) { first, _ in first }
        var bySlot = SlotMap<Int>()
        for (index, field) in self.fields.enumerated() { bySlot[field.slot] = index }
        self.bySlot = bySlot
    }

    public subscript(name: String) -> Field? { byName[name].map { fields[$0] } }
    public subscript(slot slot: Int) -> Field? { bySlot[slot].map { fields[$0] } }

    /// What became of the fields that somebody sent.
    public struct Sorted: Sendable, Hashable {
        /// For the event's properties.
        public var properties: [JSONValue.Member] = []
        /// For `personal`: values of identifying fields.
        public var personal: [JSONValue.Member] = []
        /// Names that no field has: whoever sent them drops, counts or refuses them.
        public var undeclared: [String] = []
        /// Values that do not fit the type of their field.
        public var unfit: [Problem] = []
    }

    /// Sorts fields as they came into those that go on the log, those that stay beside it, and those that do not belong.
    /// `null` says that there is no value any more.
    public func sort(_ members: [JSONValue.Member]) -> Sorted {
        var sorted = Sorted()
        for member in members {
            guard let field = self[member.name] else {
                sorted.undeclared.append(member.name)
                continue
            }
            do {
                if !member.value.isNull { _ = try field.definition.type.value(of: member.value) }
                if field.definition.identifying {
                    sorted.personal.append(member)
                } else {
                    sorted.properties.append(member)
                }
            } catch let problem as Problem {
                sorted.unfit.append(problem.at(.init(path: member.name)))
            } catch {
                sorted.unfit.append(Problem("field.value", "\(error)", at: .init(path: member.name)))
            }
        }
        return sorted
    }
}
