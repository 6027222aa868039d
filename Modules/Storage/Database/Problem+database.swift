public import RapportCore

extension Problem {
    /// Whether this tells of the state of a database.
    public var isOfDatabase: Bool { code.hasPrefix("database.") }

    /// Whether the database takes nothing at the moment, whatever it is: it was not changed, and may take the same later.
    public var isOutage: Bool { Self.outages.contains(code) }

    /// Whether it may pass by itself, or once somebody restarts a server or makes room: whoever can do so may wait for it.
    public var isPassingOutage: Bool { Self.passing.contains(code) }

    private static let passing: Set<String> = [
        "database.unreachable", "database.lost", "database.full", "database.read_only", "database.busy", unknownOutcome.code,
    ]

    private static let outages: Set<String> = [
        "database.unreachable", "database.lost", "database.full", "database.read_only", "database.disk", "database.gone",
        "database.closed", "database.not_durable",
    ]
}
