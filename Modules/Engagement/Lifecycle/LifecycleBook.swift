import RapportCore
import RapportStorage
import Synchronization

/// The stages in force, checked.
struct LifecycleBook: Sendable {
    let walk: LifecycleWalk
    let schema: SegmentSchema
    let needs: SegmentNeeds
    fileprivate let signature: [String]

    var isEmpty: Bool { walk.rules.isEmpty }
    /// Whether any event may change a stage: it may bring a field, an identifier or a permission.
    var isOnAnything: Bool { needs.identifiers || !needs.permits.isEmpty || !needs.fields.isEmpty || needs.zone }

    static func read(
        house: TimeZoneRules, permits: (any SegmentPermits)?, in db: Connection, making catalog: Catalog?
    ) throws -> LifecycleBook {
        try read(try DefinitionStore(handlers: []).current("lifecycle", in: db), house, permits, db, catalog)
    }

    fileprivate static func read(
        _ definitions: [Definition], _ house: TimeZoneRules, _ permits: (any SegmentPermits)?, _ db: Connection,
        _ catalog: Catalog?
    ) throws -> LifecycleBook {
        let schema = try SegmentSchema.read(in: db, permits: permits)
        let stages = try definitions.map { try LifecycleStage(name: $0.name, json: $0.body) }
        var numbers: [String: Int64] = [:]
        if let catalog {
            numbers = try catalog.symbols(Set(stages.map(\.name)), in: db)
        } else {
            try db.each("SELECT value, id FROM symbols WHERE value IN \(list: stages.map(\.name).sorted())") {
                numbers[$0.text(0)] = $0.integer(1)
            }
        }
        var needs = SegmentNeeds()
        let rules = try stages.map { stage in
            let expression = try stage.expression.map { try schema.expression($0, in: db, making: catalog) }
            if let expression { needs.formUnion(expression.needs) }
            return LifecycleWalk.Rule(
                id: numbers[stage.name] ?? -1, stage: stage, expression: expression,
                from: Set(stage.from.map { numbers[$0] ?? -1 }))
        }
        return LifecycleBook(
            walk: LifecycleWalk(rules, house: house), schema: schema, needs: needs,
            signature: definitions.map { "\($0.name) \($0.version)" })
    }
}

/// Keeps the checked stages in memory between steps.
final class LifecycleLibrary: Sendable {
    private let memory = Mutex<LifecycleBook?>(nil)
    private let house: TimeZoneRules
    private let permits: (any SegmentPermits)?

    init(house: TimeZoneRules, permits: (any SegmentPermits)?) {
        self.house = house
        self.permits = permits
    }

    func book(in db: Connection, _ catalog: Catalog) throws -> LifecycleBook {
        let definitions = try DefinitionStore(handlers: []).current("lifecycle", in: db)
        let signature = definitions.map { "\($0.name) \($0.version)" }
        if let known = memory.withLock({ $0 }), known.signature == signature { return known }
        let book = try LifecycleBook.read(definitions, house, permits, db, catalog)
        // Numbers that this transaction made are good only once it is durable.
        db.afterCommit { [self] in memory.withLock { $0 = book } }
        return book
    }
}
