import RapportCore

extension Migration {
    /// Storage's own migrations. Capabilities have lists of their own; the host joins them.
    public static let storage: [Migration] = [
        .log, .people, .records, .slotFills, .matching, .accountMatching, .confirmations, .undeclared, .context, .rights,
        .erasedAddresses, .openings, .accountModels, .goldenFills, .addressConfirmations, .orderFacts,
    ]

    /// A row per partition, and the facts of a new database.
    static func seedLog(_ db: Connection) throws {
        let now = try db.now()
        let numbers = (0..<Int64(Partition.count)).map { SQLValue.integer($0) }
        try db.insert(
            into: "partitions", ["partition", "head", "clock"], numbers.map { [$0, .integer(0), .integer(0)] })
        try db.insert(
            into: "cursors", ["partition", "position", "clock", "epoch", "lease_until"],
            numbers.map { [$0, .integer(0), .integer(0), .integer(0), .integer(0)] })
        var generator = SystemRandomNumberGenerator()
        try db.insert(
            into: "settings", ["name", "value"],
            [
                [.text("created_at"), .text(now.rfc3339)],
                [.text("database_id"), .text(PublicID(at: now, using: &generator).description)],
            ])
    }
}
