public import RapportCore

/// What programs may ask for of a person's rights.
public struct RightsActions: Sendable {
    /// Everything that is kept of the person.
    public var export: @Sendable (PersonID) async throws -> JSONValue
    /// Does what a wish (`correct`, `restrict`, `release`, `object`, `erase`) says, and returns the receipt.
    public var take: @Sendable (_ wish: String, PersonID, _ said: JSONValue) async throws -> JSONValue

    public init(
        export: @escaping @Sendable (PersonID) async throws -> JSONValue,
        take: @escaping @Sendable (_ wish: String, PersonID, _ said: JSONValue) async throws -> JSONValue
    ) {
        self.export = export
        self.take = take
    }
}
