/// What one table holds of people: how a person's rows are found, what an access export shows of them, what erasure does.
///
/// Every table of the database is one of these: `PersonalDataTests` walks the schema and fails where one is missing. A new table
/// joins by a line in `tables` of its module's `PersonalData`:
///
///     PersonalTable("clicks", [.people("person")], erased: .delete)
///     .nobody("campaigns")
public struct PersonalTable: Sendable {
    /// A column by which rows are a person's.
    public enum Rows: Sendable, Hashable {
        /// The number of the person, or of one merged into it.
        case people(String)
        case profiles(String)
        /// A public id, as text.
        case publicIDs(String)
        /// An `AddressHash`.
        case addresses(String)
    }

    public enum Shown: Sendable, Hashable {
        /// Row by row, its columns by their meaning.
        case rows
        case not(PersonalReason)
    }

    public enum Erased: Sendable {
        case delete
        /// Columns that are overwritten.
        case clear([(column: String, value: SQLValue)])
        case keep(PersonalReason)
        /// `PersonalData.erase`, `search` or `leftovers` of its module does it, for rows are found otherwise.
        case byModule
    }

    public let name: String
    /// Any of them makes a row the person's. Empty: rows name nobody by a column.
    public let rows: [Rows]
    public let shown: Shown
    public let erased: Erased
    let meanings: [String: PersonalMeaning]

    public init(
        _ name: String, _ rows: [Rows], shown: Shown = .rows, erased: Erased, meanings: [String: PersonalMeaning] = [:]
    ) {
        self.name = name
        self.rows = rows
        self.shown = shown
        self.erased = erased
        self.meanings = meanings
    }

    /// A table that holds nothing of anybody.
    public static func nobody(_ name: String, _ reason: PersonalReason = .house) -> PersonalTable {
        PersonalTable(name, [], shown: .not(reason), erased: .keep(reason))
    }

    /// The condition under which a row is the person's; `nil` where no column says so.
    func condition(_ subject: DataSubject) -> SQL? {
        var out: SQL?
        for row in rows {
            let part: SQL =
                switch row {
                case .people(let column): "\(raw: column) IN \(list: subject.people)"
                case .profiles(let column): "\(raw: column) IN \(list: subject.profiles)"
                case .publicIDs(let column): "\(raw: column) IN \(list: subject.publicIDs)"
                case .addresses(let column): "\(raw: column) IN \(list: subject.addresses)"
                }
            out = out.map { "\($0) OR \(part)" } ?? part
        }
        return out
    }

    /// Does to the person's rows what `erased` says.
    ///
    /// - Returns: how many there were; `nil` where nothing is done here.
    func erase(_ subject: DataSubject, in db: Connection) throws -> Int? {
        guard let condition = condition(subject) else { return nil }
        switch erased {
        case .delete: return try db.run("DELETE FROM \(raw: name) WHERE \(condition)")
        case .clear(let columns):
            var changes: SQL = ""
            for (index, column) in columns.enumerated() {
                changes = "\(changes)\(raw: index == 0 ? "" : ", ")\(raw: column.column) = \(column.value)"
            }
            return try db.run("UPDATE \(raw: name) SET \(changes) WHERE \(condition)")
        case .keep, .byModule: return nil
        }
    }
}
