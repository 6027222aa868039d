import RapportCore

/// Reads definitions and brings new versions into force.
public struct DefinitionStore: Sendable {
    public let handlers: [any DefinitionHandler]

    public init(handlers: [any DefinitionHandler]) { self.handlers = handlers }

    /// The definitions of a kind that are in force, by name.
    public func current(_ kind: String, in db: Connection) throws -> [Definition] {
        try db.all(
            """
            SELECT d.kind, d.name, d.version, d.body, d.applied_at, d.actor
              FROM definitions d
              JOIN (SELECT name, max(version) AS version FROM definitions WHERE kind = \(kind) GROUP BY name) latest
                ON latest.name = d.name AND latest.version = d.version
             WHERE d.kind = \(kind) AND d.body <> 'null'
             ORDER BY d.name
            """, Self.definition)
    }

    public func current(_ kind: String, _ name: String, in db: Connection) throws -> Definition? {
        guard let latest = try history(kind, name, in: db).last, !latest.body.isNull else { return nil }
        return latest
    }

    /// Every version of a definition, oldest first. The body of a removal is null.
    public func history(_ kind: String, _ name: String, in db: Connection) throws -> [Definition] {
        try db.all(
            """
            SELECT kind, name, version, body, applied_at, actor
              FROM definitions WHERE kind = \(kind) AND name = \(name) ORDER BY version
            """, Self.definition)
    }

    private static func definition(_ row: Row) throws -> Definition {
        Definition(
            kind: row.text(0), name: row.text(1), version: row.integer(2), body: try JSONValue(parsing: row.text(3)),
            appliedAt: row.timestamp(4), actor: row.text(5))
    }
}
