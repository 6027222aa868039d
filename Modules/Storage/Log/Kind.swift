public import RapportCore

/// A kind of event as the database knows it.
public struct Kind: Sendable, Hashable {
    public let id: Int64
    public let name: String
    /// `false`: seen on the log, declared by nobody.
    public let isDeclared: Bool
    public let definition: KindDefinition

    init(_ row: Row) throws {
        id = row.integer(0)
        name = row.text(1)
        isDeclared = row.bool(2)
        definition = try KindDefinition(name, Self.slots(from: row.text(3)))
    }

    static func text(of slots: [SlotDefinition]) -> String {
        JSONValue.array(slots.map { [.string($0.name), .string($0.type.text)] }).text
    }

    private static func slots(from text: String) throws -> [SlotDefinition] {
        try JSONValue(parsing: text).array?.map { pair in
            guard let name = pair.array?.first?.string, let type = pair.array?.last?.string.flatMap({ SlotType($0) }) else {
                throw Problem("catalog.damaged", "the declared properties of a kind cannot be read: \(text)")
            }
            return SlotDefinition(name, type)
        } ?? []
    }
}
