import RapportCore

/// The numbers of identifier kinds. There are a dozen of them, so they are read where they are needed.
enum IdentifierNumbers {
    static func all(in db: Connection) throws -> [String: Int64] {
        var numbers: [String: Int64] = [:]
        try db.each("SELECT name, id FROM identifier_kinds") { numbers[$0.text(0)] = $0.integer(1) }
        return numbers
    }

    /// All numbers, after giving one to each of `names` that has none.
    static func numbers(for names: [String], in db: Connection) throws -> [String: Int64] {
        let known = try all(in: db)
        let new = Set(names).subtracting(known.keys).sorted()
        guard !new.isEmpty else { return known }
        try db.insert(into: "identifier_kinds", ["name"], new.map { [.text($0)] }, ignoringConflicts: true)
        return try all(in: db)
    }
}
