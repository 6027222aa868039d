public import RapportCore
public import RapportStorage

/// What a model says of each person, written as fields, so that the person's record shows it and segments use it.
public struct Scores: Sendable {
    public let fields: [FieldDefinition]
    /// For each person a value of each field, in the order of `fields`.
    public let values: [(person: PersonID, values: [JSONValue])]

    public init(fields: [FieldDefinition], values: [(person: PersonID, values: [JSONValue])]) {
        self.fields = fields
        self.values = values
    }

    /// Brings the model and its fields into force; the values follow with `write`.
    public func declare(
        model: String, body: JSONValue, by actor: String, at now: Timestamp, _ store: DefinitionStore, in db: Connection
    ) throws -> Int64 {
        let drafts =
            fields.map { DefinitionDraft(kind: "field", name: $0.name, body: $0.json) }
            + [DefinitionDraft(kind: "model", name: model, body: body)]
        let changes = try store.apply(drafts, actor: actor, now: now, in: db)
        return changes.first { $0.kind == "model" && $0.name == model }?.version ?? 0
    }

    /// Puts on the log what is new of each person, some at a time, as history: it wakes nobody. Of those who may not be profiled it
    /// says nothing, also where they have objected since it was reckoned; of those who have objected it takes back what still stands,
    /// such as of somebody with whom they were made one.
    ///
    /// - Returns: of how many people something was new.
    public func write(
        _ door: Door, _ database: any Database, progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> Int {
        var written = 0
        for start in stride(from: 0, to: values.count, by: 500) {
            let part = Array(values[start..<min(start + 500, values.count)])
            let events = try await database.read { [fields] db in
                let unprofiled = try Unprofiled.read(of: part.map(\.person), in: db).all
                let known = try People.fields(of: part.map(\.person), in: db)
                return part.compactMap { entry -> NewEvent? in
                    if unprofiled.contains(entry.person) { return nil }
                    let before = known[entry.person] ?? []
                    let isKnown = zip(fields, entry.values).allSatisfy { field, value in
                        let shown = (try? field.type.value(of: value)).map(field.type.shown) ?? .null
                        return before.first { $0.name == field.name }?.value ?? .null == shown
                    }
                    if isKnown { return nil }
                    let members = zip(fields, entry.values).map { JSONValue.Member($0.name, $1) }
                    return NewEvent(
                        kind: "person.identified", source: "rapport", person: entry.person,
                        properties: ["fields": .object(members)], history: true)
                }
            }
            for answer in try await door.accept(events, in: database) {
                if case .accepted = answer { written += 1 }
            }
            progress(start + part.count)
            // No live event waits behind more than a slice.
            while try await database.read({ try Door.backlog(in: $0) }) > 2_000 { try await Task.sleep(for: .milliseconds(20)) }
        }
        try await takeBack(door, database)
        return written
    }

    private func takeBack(_ door: Door, _ database: any Database) async throws {
        let objected = try await database.read { try Unprofiled.read(in: $0).objected.sorted() }
        for start in stride(from: 0, to: objected.count, by: 500) {
            let part = Array(objected[start..<min(start + 500, objected.count)])
            let events = try await database.read { try Conclusions.takingBack(of: part, in: $0) }
            _ = try await door.accept(events, in: database)
        }
    }
}

extension LifetimeValue {
    /// The figures as scores of people.
    ///
    /// - Parameter people: by the places of `Purchases.customers`.
    public func scores(_ figures: [Figures], people: [PersonID], currency: String?) -> Scores {
        let days = NumberText.plain(options.horizonDays)
        var fields = [
            FieldDefinition("probability_alive", .decimal(scale: 4), purpose: "how likely the person is still a customer"),
            FieldDefinition("expected_purchases", .decimal(scale: 2), purpose: "purchases to expect within \(days) days"),
        ]
        if values != nil, let currency {
            fields.append(
                FieldDefinition("lifetime_value", .money(currency: currency), purpose: "what purchases of \(days) days are worth")
            )
        }
        let hasValue = fields.count == 3
        return Scores(
            fields: fields,
            values: figures.map { figure in
                func shown(_ index: Int, _ value: Double) -> JSONValue {
                    let scale = index == 0 ? 4 : index == 1 ? 2 : FieldType.minorDigits(of: currency ?? "")
                    var unit = value
                    for _ in 0..<scale { unit *= 10 }
                    return .string(ScaledInteger.text(Int64(unit.rounded()), scale: scale))
                }
                var row = [shown(0, figure.probabilityAlive), shown(1, figure.expectedPurchases)]
                if hasValue { row.append(shown(2, max(0, figure.lifetimeValue ?? 0))) }
                return (people[figure.customer.index], row)
            })
    }
}
