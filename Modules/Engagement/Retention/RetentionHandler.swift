public import RapportCore
public import RapportStorage

/// `retention:` in YAML: how long events are kept (docs/guides/retention.md). A rule that a segment looks behind is refused.
public struct RetentionHandler: DefinitionHandler {
    public let kind = "retention"
    public let section = "retention"
    private let conflicts: RetentionConflicts

    public init(catalog: Catalog, permits: (any SegmentPermits)? = nil) {
        conflicts = RetentionConflicts(catalog: catalog, permits: permits)
    }

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        func refuse(_ reason: String, _ path: String) -> Problem {
            Problem("retention.rule", reason, at: draft.place(path) ?? .init(path: path))
        }
        switch draft.name {
        case RetentionRule.backupsName:
            guard let days = draft.body["keep_days"]?.integer, days >= 1, draft.body.object?.count == 1 else {
                throw refuse("backups have keep_days, a number of days, and nothing else", "keep_days")
            }
        case RetentionRule.holdsName:
            guard let people = draft.body["people"]?.array, draft.body.object?.count == 1,
                people.allSatisfy({ $0.string.map { PublicID($0) != nil } ?? false })
            else { throw refuse("holds have people, a list of ids", "people") }
        default:
            do {
                let rule = try RetentionRule(name: draft.name, json: draft.body)
                if let problem = try conflicts.of(rule, in: db) { throw problem }
            } catch let problem as Problem {
                throw problem.at(draft.place(problem.place?.path ?? "") ?? problem.place ?? .init(path: draft.name))
            }
        }
    }

    public func apply(_ definition: Definition, in db: Connection) throws {}
    public func remove(_ definition: Definition, in db: Connection) throws {}
}

/// Segments that look at single events which a rule would take away.
public struct RetentionConflicts: Sendable {
    private let catalog: Catalog
    private let library: SegmentLibrary

    public init(catalog: Catalog, permits: (any SegmentPermits)? = nil) {
        self.catalog = catalog
        library = SegmentLibrary(permits: permits)
    }

    /// What speaks against a rule; `nil` if nothing does. All-time counts, sums, first and last speak against none: opening balances
    /// answer them.
    public func of(_ rule: RetentionRule, in db: Connection) throws -> Problem? {
        guard let kind = try catalog.existingKind(rule.kind, in: db)?.id else { return nil }
        for entry in try library.book(in: db, catalog).entries {
            guard let need = entry.needs.kinds[kind] else { continue }
            if rule.then == .reduce { continue }
            let days = rule.keep.milliseconds / 86_400_000
            guard let reach = need.reach else {
                return Problem(
                    "retention.segment", "the segment \(entry.name) looks at \(rule.kind) of all time, one by one",
                    at: .init(path: "keep_days"), remedy: "Give the segment a window, or reduce instead of drop")
            }
            guard reach > rule.keep.milliseconds else { continue }
            return Problem(
                "retention.segment",
                "the segment \(entry.name) looks back \((reach + 86_399_999) / 86_400_000) days, and \(rule.kind) would be kept \(days)",
                at: .init(path: "keep_days"), remedy: "Keep it as long as that, or shorten the segment's window")
        }
        return nil
    }
}
