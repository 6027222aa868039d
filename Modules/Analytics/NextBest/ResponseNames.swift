import RapportCore
import RapportStorage

/// What choices are called, and what of people tells their messages apart.
struct ResponseNames {
    /// Zones of people of whom one is known, by their place in `zones`; those of all others are the first.
    private(set) var zoneOf: [PersonID: Int] = [:]
    private(set) var zones: [ZoneWindow] = [.utc]
    private(set) var languageOf: [PersonID: String] = [:]
    /// The template of each campaign, by number of the campaign's symbol.
    private(set) var templates: [Int64: String] = [:]
    private(set) var draws: [Int64: NextBest.Draw] = [:]
    /// The number of the topic asked about.
    private(set) var topic: Int64?

    init(_ asked: NextBest.Asked, _ responses: HouseResponses, _ catalog: Catalog, in db: Connection) throws {
        if let name = asked.topic {
            guard let symbol = try catalog.existingSymbol(Text.folded(name), in: db) else {
                let known = try DefinitionStore(handlers: []).current("topic", in: db).map(\.name)
                throw Problem(
                    "topic.not_found", "nothing was ever sent about \"\(name)\"",
                    remedy: Spelling.nearest(to: name, in: known.filter { $0 != name }).map { "Did you mean \"\($0)\"?" })
            }
            topic = symbol
        }
        switch asked.question {
        case .time:
            try readZones(asked, responses, in: db)
            for (campaign, draw) in asked.draws where draw.waves > 1 {
                if let symbol = try catalog.existingSymbol(campaign, in: db) { draws[symbol] = draw }
            }
        case .content:
            if asked.content.contains(.language) { try readLanguages(in: db) }
            for (name, template) in try db.all("SELECT name, template FROM acts WHERE kind = 'campaign' ORDER BY id", Self.pair) {
                if let symbol = try catalog.existingSymbol(Text.folded(name), in: db) { templates[symbol] = template }
            }
        case .channel: break
        }
    }

    private static func pair(_ row: Row) -> (String, String) { (row.text(0), row.text(1)) }

    private mutating func readZones(_ asked: NextBest.Asked, _ responses: HouseResponses, in db: Connection) throws {
        let tables = ZoneTables()
        // A zone is read day by day, so not for all centuries: of messages older than ten years the summer time is not known.
        let from = max(responses.since, responses.until - .days(3_660))
        func window(_ name: String) -> ZoneWindow? { tables.window(name, number: 1, from: from, until: responses.until) }
        zones = [window(asked.zone) ?? .utc]
        guard let slot = try FieldStore.read(in: db)["time_zone"]?.slot else { return }
        var places: [String: Int] = [:]
        for (person, name) in try FieldValues.read(slot: slot, .text, in: db) {
            if places[name] == nil {
                if let window = window(name) {
                    places[name] = zones.count
                    zones.append(window)
                } else {
                    places[name] = 0
                }
            }
            if let place = places[name], place > 0 { zoneOf[person] = place }
        }
    }

    private mutating func readLanguages(in db: Connection) throws {
        guard let slot = try FieldStore.read(in: db)["language"]?.slot else { return }
        languageOf = try FieldValues.read(slot: slot, .text, in: db)
    }

    /// The clock on the person's wall: 0 on Monday at midnight … 167.
    func hourOfWeek(_ at: Timestamp, of person: PersonID) -> Int {
        let local = zones[zoneOf[person] ?? 0].local(at)
        let hours = local.flooredDivision(by: 3_600_000)
        // 1970-01-01 was a Thursday.
        let place = (hours + 72) % 168
        return Int(place < 0 ? place + 168 : place)
    }
}
