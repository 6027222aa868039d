public import RapportCore

extension DefinitionStore {
    /// What applying `drafts` would change, without checking them.
    public func plan(_ drafts: [DefinitionDraft], removingMissing: Bool = false, in db: Connection) throws -> [DefinitionChange] {
        try handlers.flatMap { handler in
            try plan(drafts.filter { $0.kind == handler.kind }, of: handler, removingMissing: removingMissing, in: db)
        }
    }

    /// Checks the drafts and brings the new and changed ones into force, all or none: call it within one `write`.
    ///
    /// - Parameter removingMissing: whether definitions of a kind that has drafts go out of force when no draft names them.
    /// - Throws: `Problems` with everything that is wrong with the drafts of the first kind that has a fault.
    @discardableResult
    public func apply(
        _ drafts: [DefinitionDraft], removingMissing: Bool = false, actor: String, now: Timestamp, in db: Connection
    ) throws -> [DefinitionChange] {
        var changes: [DefinitionChange] = []
        for handler in handlers {
            let drafts = try handler.ordered(drafts.filter { $0.kind == handler.kind })
            try check(drafts, by: handler, in: db)
            let planned = try plan(drafts, of: handler, removingMissing: removingMissing, in: db)
            let bodies = Dictionary(drafts.map { ($0.name, $0.body) }) { first, _ in first }
            for change in planned where change.changesAnything {
                let definition = Definition(
                    kind: handler.kind, name: change.name, version: change.version, body: bodies[change.name] ?? .null,
                    appliedAt: now, actor: actor)
                try write(definition, in: db)
                if change.action == .removed {
                    try handler.remove(definition, in: db)
                } else {
                    try handler.apply(definition, in: db)
                }
            }
            changes += planned
        }
        return changes
    }

    /// Takes one definition out of force.
    ///
    /// - Throws: `Problem` `definition.not_found` where none of that name is in force.
    public func remove(_ kind: String, _ name: String, actor: String, now: Timestamp, in db: Connection) throws {
        guard let standing = try current(kind, name, in: db) else {
            throw Problem("definition.not_found", "no \(kind) \"\(name)\" is in force")
        }
        let removal = Definition(
            kind: kind, name: name, version: standing.version + 1, body: .null, appliedAt: now, actor: actor)
        try write(removal, in: db)
        for handler in handlers where handler.kind == kind { try handler.remove(removal, in: db) }
    }

    private func check(_ drafts: [DefinitionDraft], by handler: any DefinitionHandler, in db: Connection) throws {
        var problems: [Problem] = []
        var seen: Set<String> = []
        for draft in drafts {
            if !seen.insert(draft.name).inserted {
                problems.append(
                    Problem("definition.twice", "the \(handler.kind) \"\(draft.name)\" is defined twice", at: draft.place("")))
            }
            do {
                try handler.check(draft, in: db)
            } catch let problem as Problem {
                problems.append(problem)
            } catch let several as Problems {
                problems += several.list
            }
        }
        try Problems.check(problems)
    }

    private func plan(
        _ drafts: [DefinitionDraft], of handler: any DefinitionHandler, removingMissing: Bool, in db: Connection
    ) throws -> [DefinitionChange] {
        guard !drafts.isEmpty else { return [] }
        let inForce = try current(handler.kind, in: db)
        let old = Dictionary(inForce.map { ($0.name, $0) }) { first, _ in first }
        let named = Set(drafts.map(\.name))
        let wanted = try drafts.map { draft in
            let before = old[draft.name]
            let differences = JSONDifference.between(before?.body, draft.body)
            let last = try before?.version ?? history(handler.kind, draft.name, in: db).last?.version ?? 0
            let action: DefinitionChange.Action = before == nil ? .added : differences.isEmpty ? .unchanged : .changed
            return DefinitionChange(
                kind: handler.kind, name: draft.name, action: action, version: action == .unchanged ? last : last + 1,
                differences: action == .added ? [] : differences)
        }
        let gone = inForce.filter { !named.contains($0.name) }.map {
            DefinitionChange(
                kind: $0.kind, name: $0.name, action: removingMissing ? .removed : .missing,
                version: removingMissing ? $0.version + 1 : $0.version, differences: [])
        }
        return wanted + gone
    }

    private func write(_ definition: Definition, in db: Connection) throws {
        try db.run(
            """
            INSERT INTO definitions (kind, name, version, body, applied_at, actor)
            VALUES (\(definition.kind), \(definition.name), \(definition.version), \(definition.body.text),
                    \(definition.appliedAt), \(definition.actor))
            """)
    }
}
