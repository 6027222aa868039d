public import RapportCore
public import RapportStorage

/// The objectives of a house as they stand.
public enum HouseObjectives {
    /// - Parameters:
    ///   - names: of these alone; all where there are none.
    ///   - currency: the house's, in which revenue is told where an objective names no other.
    ///   - asOf: what happened from this moment on is left out.
    /// - Throws: `Problem` `objective.not_found`; `segment.*` for a figure that speaks of what is no more.
    public static func read(
        _ names: [String] = [], _ catalog: Catalog, zone: TimeZoneRules, currency: String, asOf: Timestamp,
        figures: SegmentReading, in db: Connection
    ) throws -> [ObjectiveStanding] {
        let definitions = try DefinitionStore(handlers: []).current("objective", in: db)
        for name in names where !definitions.contains(where: { $0.name == name }) {
            throw Problem(
                "objective.not_found", "there is no objective called \"\(name)\"",
                remedy: Spelling.nearest(to: name, in: definitions.map(\.name)).map { "Did you mean \"\($0)\"?" })
        }
        let tally = try ObjectiveTally(catalog, zone: zone, currency: currency, asOf: asOf, figures: figures, in: db)
        return try definitions.filter { names.isEmpty || names.contains($0.name) }.map { definition in
            do {
                let objective = try Objective(name: definition.name, json: definition.body)
                return ObjectiveStanding(objective, try ObjectiveReadings.read(objective, tally))
            } catch let problem as Problem {
                let column = problem.place?.column.map { "character \($0): " } ?? ""
                throw Problem(
                    problem.code, column + problem.reason, at: .init(path: "objectives.\(definition.name)"),
                    remedy: problem.remedy)
            }
        }
    }
}
