public import RapportCore

/// Forgets who somebody was, everywhere. The log keeps its order and its events, which name a number that leads nowhere.
public struct Erasure: Sendable {
    private let schema: PersonalSchema

    /// - Parameter data: of every module of this build.
    public init(_ data: [any PersonalData] = [StoredPersonalData()]) { schema = PersonalSchema(data) }

    /// What has to be found before anything is erased. Reads only.
    func search(_ subject: DataSubject, in db: Connection) throws -> [ErasureWork] {
        try schema.data.flatMap { try $0.search(subject, in: db) }
    }

    /// What is left elsewhere once the person is erased. Reads only.
    func leftovers(of subject: DataSubject, in db: Connection) throws -> [ErasureWork] {
        try schema.data.flatMap { try $0.leftovers(of: subject, in: db) }
    }

    /// Whether something of the person is on its way out of the house.
    func isLeaving(_ subject: DataSubject, in db: Connection) throws -> Bool {
        try schema.data.contains { try $0.isLeaving(subject, in: db) }
    }

    /// Erases the person and everybody merged into it.
    ///
    /// - Parameter found: what `search` has found.
    /// - Returns: what was done where; empty if there was nobody to erase.
    func erase(_ subject: DataSubject, found: [ErasureWork], in db: Connection) throws -> [ErasedPlace] {
        guard try db.integer("SELECT state FROM people WHERE id = \(subject.person)") == 0 else { return [] }
        var places = try found.map { try $0.run(db) }
        for data in schema.data { places += try data.erase(subject, in: db) }
        for table in schema.tables {
            if let count = try table.erase(subject, in: db) { places.append(ErasedPlace(table.name, count)) }
        }
        return Self.summed(places)
    }

    /// All of it in one transaction: for a restore, and where nobody waits.
    ///
    /// - Returns: whether there was somebody to erase.
    @discardableResult
    public func erase(_ person: PersonID, in db: Connection) throws -> Bool {
        guard let subject = try DataSubject.read(person, in: db) else { return false }
        let places = try erase(subject, found: try search(subject, in: db), in: db)
        guard !places.isEmpty else { return false }
        for work in try leftovers(of: subject, in: db) { _ = try work.run(db) }
        return true
    }

    /// The tables that are left alone, and why; those of nobody are not named.
    var kept: [(table: String, reason: PersonalReason)] {
        schema.tables.compactMap { table in
            guard case .keep(let reason) = table.erased, reason != .house, reason != .companies else { return nil }
            return (table.name, reason)
        }
    }

    static func summed(_ places: [ErasedPlace]) -> [ErasedPlace] {
        var out: [ErasedPlace] = []
        for place in places {
            if let index = out.firstIndex(where: { $0.what == place.what && $0.name == place.name }) {
                out[index].count += place.count
            } else {
                out.append(place)
            }
        }
        return out
    }
}
