public import RapportCore
public import RapportStorage

/// Of whom a house's history is read.
public enum HousePopulation: Sendable {
    /// Of all: for sums, figures and statistics, which say nothing of anyone.
    case everybody
    /// Of those who may be profiled: for whatever is learnt from people or said of each. Who has objected, or is restricted, is not
    /// among them (`Unprofiled`).
    case profiled

    /// Who is not read, in order.
    public func leftOut(in db: Connection) throws -> [PersonID] {
        switch self {
        case .everybody: []
        case .profiled: try Unprofiled.read(in: db).all.sorted()
        }
    }

    /// The condition on a column that names people.
    func condition(on column: SQL, leavingOut people: [PersonID]) -> SQL {
        people.isEmpty ? "" : " AND NOT \(column) IN \(list: people)"
    }
}
