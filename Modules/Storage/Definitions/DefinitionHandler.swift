/// What a capability registers for one kind of definition.
///
/// Applying runs in one transaction: all drafts of a kind are checked, then each new or changed one is applied, then the next
/// kind follows, in the order in which handlers are registered. So a check sees what earlier kinds have become.
public protocol DefinitionHandler: Sendable {
    /// Singular: `segment`. It stands in the table.
    var kind: String { get }
    /// The key of a YAML file under which definitions of this kind stand: `segments`.
    var section: String { get }

    /// In which order drafts are checked and applied, where one may build on another.
    func ordered(_ drafts: [DefinitionDraft]) throws -> [DefinitionDraft]
    /// - Throws: `Problem` or `Problems` with the place of what is wrong.
    func check(_ draft: DefinitionDraft, in db: Connection) throws
    /// Brings a version into force; runs in the transaction that writes it.
    func apply(_ definition: Definition, in db: Connection) throws
    /// Takes the definition out of force. Throws where something in force still needs it.
    func remove(_ definition: Definition, in db: Connection) throws
}

extension DefinitionHandler {
    public var section: String { kind + "s" }
    public func ordered(_ drafts: [DefinitionDraft]) throws -> [DefinitionDraft] { drafts }
}
