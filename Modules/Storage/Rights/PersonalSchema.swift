/// All tables of a database, against what modules say of them.
public struct PersonalSchema: Sendable {
    public let data: [any PersonalData]

    public init(_ data: [any PersonalData]) { self.data = data }

    public var tables: [PersonalTable] { data.flatMap(\.tables) }

    /// What is wrong with the list: tables that no module answers for, that two do, or that do not exist; columns that look like
    /// a person's and are not named. A sentence each.
    public func findings(in db: Connection) throws -> [String] {
        let known = Dictionary(grouping: tables, by: \.name)
        let existing = try BackupTable.all(in: db)
        var out: [String] = []
        for table in existing {
            guard let said = known[table.name] else {
                out.append("\(table.name): no module's PersonalData has it; add a line to `tables` (PersonalTable)")
                continue
            }
            if said.count > 1 { out.append("\(table.name): \(said.count) modules have it") }
            guard let first = said.first else { continue }
            let named = Set(first.rows.map(\.column)).union(first.meanings.keys)
            for row in first.rows where !table.columns.contains(where: { $0.name == row.column }) {
                out.append("\(table.name): it has no column \(row.column)")
            }
            // A profile beside its person names nobody else.
            let hasPerson = first.rows.contains { if case .people = $0 { true } else { false } }
            for column in table.columns where Self.isPersonal(column) && !named.contains(column.name) {
                if case .byModule = first.erased { continue }
                if column.name == "profile", hasPerson { continue }
                out.append(
                    "\(table.name).\(column.name): it looks like a person's number, and no row of its table is found by it")
            }
        }
        for name in known.keys.sorted() where !existing.contains(where: { $0.name == name }) {
            out.append("\(name): there is no such table")
        }
        return out
    }

    /// Columns that by the house's names hold the number of a person or profile.
    private static func isPersonal(_ column: BackupTable.Column) -> Bool {
        guard column.type == .integer else { return false }
        return ["person", "profile", "survivor", "loser", "low", "high", "member", "referrer", "household"].contains(column.name)
            || column.name.hasSuffix("_person") || column.name.hasSuffix("_profile") || column.name.hasPrefix("person_")
    }
}

extension PersonalTable.Rows {
    var column: String {
        switch self {
        case .people(let column), .profiles(let column), .publicIDs(let column), .addresses(let column): column
        }
    }
}

extension PersonalSchema {
    /// A section for each table with rows of the person, as rows.
    public func rows(of subject: DataSubject, in db: Connection) throws -> [PersonalSection] {
        let existing = try Dictionary(BackupTable.all(in: db).map { ($0.name, $0) }) { $1 }
        return try tables.compactMap { table in
            guard let columns = existing[table.name] else { return nil }
            return PersonalSection(table.name, try table.read(subject, columns, in: db))
        }
    }
}
