import RapportCore
public import RapportStorage

/// Stages as definitions: `lifecycle:` in YAML, each stage a name with its place, its priority and its expression.
///
///     lifecycle:
///       customer: {order: 3, when: did(order.placed)}
///       lapsed: {order: 6, when: last(order.placed) older than 180 days}
///       won_back: {order: 7, from: lapsed, lasts: 90d, when: "did(order.placed, last 90 days)"}
///
/// A change judges everybody anew, in slices beside the traffic, and dates every change of stage in the past by the new rules.
public struct LifecycleDefinitions: DefinitionHandler {
    public let kind = "lifecycle"
    public var section: String { "lifecycle" }
    private let catalog: Catalog
    private let permits: (any SegmentPermits)?

    public init(catalog: Catalog, permits: (any SegmentPermits)? = nil) {
        self.catalog = catalog
        self.permits = permits
    }

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        do {
            let stage = try LifecycleStage(name: draft.name, json: draft.body)
            guard let text = stage.expression else { return }
            do {
                let needs = try SegmentSchema.read(in: db, permits: permits).expression(text, in: db).needs
                guard needs.segments.isEmpty, !needs.stage else {
                    throw Problem(
                        "lifecycle.circle", "a stage cannot go by segments or by stages", at: .init(path: "when"),
                        remedy: "Write the segment's expression out; from: says which stage comes before.")
                }
            } catch let problem as Problem where problem.code.hasPrefix("segment.") {
                let column = problem.place?.column.map { "character \($0): " } ?? ""
                throw Problem(problem.code, column + problem.reason, at: .init(path: "when"), remedy: problem.remedy)
            }
        } catch let problem as Problem {
            let path = problem.place?.path ?? ""
            throw Problem(problem.code, problem.reason, at: draft.place(path) ?? .init(path: path), remedy: problem.remedy)
        }
    }

    public func apply(_ definition: Definition, in db: Connection) throws {
        let stage = try LifecycleStage(name: definition.name, json: definition.body)
        _ = try catalog.symbols(Set([stage.name] + stage.from), in: db)
        if let text = stage.expression {
            _ = try SegmentSchema.read(in: db, permits: permits).expression(text, in: db, making: catalog)
        }
        try beginFilling(definition, in: db)
    }

    public func remove(_ definition: Definition, in db: Connection) throws {
        let using = try db.all("SELECT name, expression FROM segments WHERE state <> 'retired' ORDER BY name") {
            (name: $0.text(0), text: $0.text(1))
        }.first { $0.text.contains("lifecycle") }
        if let using {
            throw Problem(
                "lifecycle.needed", "the segment \"\(using.name)\" goes by stages", remedy: "Change or remove that segment first."
            )
        }
        try beginFilling(definition, in: db)
    }

    private func beginFilling(_ definition: Definition, in db: Connection) throws {
        let partitions = 0..<Int64(Partition.count)
        try db.run("DELETE FROM lifecycle_fills")
        try db.insert(into: "lifecycle_fills", ["partition", "upto"], partitions.map { [.integer($0), .integer(0)] })
        for partition in partitions {
            try db.run(
                """
                INSERT INTO timers (partition, due_at, person, owner, key, payload)
                VALUES (\(partition), \(definition.appliedAt), 0, \(LifecycleReactor.owner), \("fill/\(partition)"), '')
                ON CONFLICT (person, owner, key) DO UPDATE SET due_at = excluded.due_at
                """)
        }
    }
}
