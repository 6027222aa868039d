import RapportCore

/// Brings declared kinds of events into force: `kinds:` in YAML, a mapping of names to the properties that segments may use.
///
///     kinds:
///       track.trial_started:
///         properties: {plan: text, seats: integer, price: money(currency)}
///         phase: before
///         initiator: them
///
/// A kind that is known already gets the properties that it lacks, at the end of its own: what is declared keeps its place. They
/// are filled in from the log for events of the past, in slices beside the traffic.
public struct KindHandler: DefinitionHandler {
    public let kind = "kind"
    private let catalog: Catalog

    public init(catalog: Catalog) { self.catalog = catalog }

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        _ = try wanted(draft.name, draft.body, at: { draft.place($0) }, in: db)
    }

    public func apply(_ definition: Definition, in db: Connection) throws {
        let (old, new) = try wanted(definition.name, definition.body, at: { _ in nil }, in: db)
        try catalog.declare([new], in: db)
        guard new.slots.count > old.count, let id = try catalog.existingKind(definition.name, in: db)?.id else { return }
        try SlotsReactor.begin(id, after: definition.appliedAt, in: db)
    }

    /// What segments speak of, and slots that events have, stay.
    public func remove(_ definition: Definition, in db: Connection) throws {
        throw Problem(
            "kind.in_use", "the kind \(definition.name) cannot be removed: events of it are on the log",
            remedy: "Leave it declared.")
    }

    /// The properties declared so far, and the definition with the new ones behind them.
    private func wanted(
        _ name: String, _ body: JSONValue, at place: (String) -> Problem.Place?, in db: Connection
    ) throws -> (old: [SlotDefinition], new: KindDefinition) {
        func refuse(_ code: String, _ reason: String, _ path: String, _ remedy: String? = nil) -> Problem {
            Problem(code, reason, at: place(path) ?? .init(path: path), remedy: remedy)
        }
        let keys = ["properties", "description", "phase", "initiator"]
        for member in body.object ?? [] where !keys.contains(member.name) {
            let nearest = Spelling.nearest(to: member.name, in: keys)
            throw refuse(
                "kind.unknown_key", "a kind has no \"\(member.name)\"", member.name, nearest.map { "Did you mean \"\($0)\"?" })
        }
        do { _ = try TouchpointRule(kind: name, body: body) } catch let problem as Problem {
            throw refuse(problem.code, problem.reason, problem.place?.path ?? "", problem.remedy)
        }
        let old = try catalog.existingKind(name, in: db)?.definition.slots ?? []
        var slots = old
        for member in body["properties"]?.object ?? [] {
            let path = "properties.\(member.name)"
            guard let text = member.value.string, let type = SlotType(text) else {
                throw refuse(
                    "kind.invalid", "\"\(member.value.string ?? member.value.text)\" is no type of a property", path,
                    "Write text, integer, decimal(2), money(currency), time or flag.")
            }
            if let known = old.first(where: { $0.name == member.name }) {
                guard known.type == type else {
                    throw refuse(
                        "kind.slots_changed", "\(name) has had \"\(member.name)\" as \(known.type.text) so far", path,
                        "Events have it so; give the new one another name.")
                }
            } else {
                slots.append(SlotDefinition(member.name, type))
            }
        }
        do { return (old, try KindDefinition(name, slots)) } catch let problem as Problem {
            throw refuse(problem.code, problem.reason, "properties", problem.remedy)
        }
    }
}
