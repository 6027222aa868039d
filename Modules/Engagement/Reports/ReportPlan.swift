public import RapportCore
public import RapportStorage

/// Who gets the monthly report, how and when: `reports:` in YAML.
///
///     reports:
///       monthly:
///         to: [ana@grocer.example, ben@grocer.example]
///         channel: mail              # an instance of rapport.yaml
///         brand: grocer              # who it is from; default: the first brand
///         on: 1st                    # of each month; 31st is the last of a shorter one
///         at: "07:00"
///         zone: Europe/Berlin        # default: the house's
public struct ReportPlan: Sendable, Hashable {
    public static let kind = "report"
    static let keys = ["to", "channel", "brand", "on", "at", "zone"]

    public var name: String
    /// Addresses of colleagues; no people are made of them.
    public var to: [String]
    public var channel: String
    public var brand: String?
    /// 1…31; in a shorter month its last.
    public var day: Int
    /// Minutes since midnight.
    public var minute: Int64
    /// IANA; `nil`: the house's.
    public var zone: String?

    public init(
        name: String, to: [String], channel: String, brand: String? = nil, day: Int = 1, minute: Int64 = 420, zone: String? = nil
    ) {
        self.name = name
        self.to = to
        self.channel = channel
        self.brand = brand
        self.day = day
        self.minute = minute
        self.zone = zone
    }

    /// - Throws: `Problem` `report.plan` with the dotted path of what is wrong.
    public init(name: String, json: JSONValue) throws {
        func problem(_ reason: String, _ path: String, remedy: String? = nil) -> Problem {
            Problem("report.plan", reason, at: .init(path: path), remedy: remedy)
        }
        guard let members = json.object else { throw problem("this should be a mapping", "") }
        for member in members where !Self.keys.contains(member.name) {
            let nearest = Spelling.nearest(to: member.name, in: Self.keys)
            throw problem(
                "unknown key", member.name,
                remedy: nearest.map { "Did you mean \"\($0)\"?" } ?? "Known here: \(Self.keys.joined(separator: ", "))")
        }
        func text(_ key: String) throws -> String? {
            guard let value = json[key], !value.isNull else { return nil }
            guard let text = value.string ?? value.integer.map(String.init), !text.isEmpty else {
                throw problem("this should be text", key)
            }
            return text
        }
        let stated = json["to"]?.array ?? json["to"].map { [$0] } ?? []
        let to = stated.compactMap { $0.string?.trimmingEnds }.filter { !$0.isEmpty }
        guard !to.isEmpty, to.count == stated.count else {
            throw problem("nobody gets it", "to", remedy: "Name colleagues: to: [ana@grocer.example]")
        }
        guard Set(to).count == to.count else { throw problem("somebody is named twice", "to") }
        guard let channel = try text("channel") else {
            throw problem("no channel is named", "channel", remedy: "Name an instance of rapport.yaml, such as outbox")
        }
        guard let day = try text("on").map({ Self.day($0) }) ?? 1 else {
            throw problem(
                "this is no day of a month", "on", remedy: "Write 1st, 15, 31 or last; on: 31 is the last of a shorter month")
        }
        guard let minute = try text("at").map({ Self.minute($0) }) ?? 420 else {
            throw problem("this is no time of day", "at", remedy: "Write it in quotation marks: at: \"07:00\"")
        }
        let zone = try text("zone")
        if let zone, TimeZoneRules(zone) == nil { throw problem("there is no time zone \"\(zone)\"", "zone") }
        self.init(
            name: name, to: to, channel: channel, brand: try text("brand"), day: day, minute: minute, zone: zone)
    }

    /// Reads `1`, `1st`, `22nd`, `31`, `last`.
    public static func day(_ text: String) -> Int? {
        var text = text.lowercased()
        if text == "last" { return 31 }
        for ending in ["st", "nd", "rd", "th"] where text.hasSuffix(ending) { text.removeLast(2) }
        guard let day = Int(text), (1...31).contains(day) else { return nil }
        return day
    }

    /// Reads `07:00`.
    public static func minute(_ text: String) -> Int64? {
        guard let moment = Schedule.Moment(text), moment.days == .all else { return nil }
        return moment.minute
    }

    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("to", .array(to.map { .string($0) })), .init("channel", .string(channel)),
        ]
        if let brand { members.append(.init("brand", .string(brand))) }
        members += [.init("on", .integer(Int64(day))), .init("at", .string(time))]
        if let zone { members.append(.init("zone", .string(zone))) }
        return .object(members)
    }

    /// `07:00`
    public var time: String {
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(minute / 60)):\(two(minute % 60))"
    }

    // MARK: - When

    /// When it is due in a month. A time that the clocks skip comes when they have, one that they show twice comes once.
    public func due(in month: CalendarMonth, house: TimeZoneRules) -> Timestamp {
        let rules = zone.flatMap { TimeZoneRules($0) } ?? house
        return Timestamp(milliseconds: rules.moment(ofDay: Int64(month.day(day).daysSince1970), minute: minute))
    }

    /// The last time it was due by `moment`, and the month that it tells of: the one before.
    public func last(by moment: Timestamp, house: TimeZoneRules) -> (due: Timestamp, month: CalendarMonth) {
        var month = month(of: moment, house).adding(1)
        while due(in: month, house: house) > moment { month = month.adding(-1) }
        return (due(in: month, house: house), month.adding(-1))
    }

    /// The next time after `moment`.
    public func next(after moment: Timestamp, house: TimeZoneRules) -> Timestamp {
        var month = month(of: moment, house).adding(-1)
        while due(in: month, house: house) <= moment { month = month.adding(1) }
        return due(in: month, house: house)
    }

    private func month(of moment: Timestamp, _ house: TimeZoneRules) -> CalendarMonth {
        let rules = zone.flatMap { TimeZoneRules($0) } ?? house
        return CalendarMonth(of: CivilDate(daysSince1970: Int(rules.day(of: moment.milliseconds))))
    }

    // MARK: - In force

    /// Those in force, by name.
    public static func all(in db: Connection) throws -> [ReportPlan] {
        try DefinitionStore(handlers: []).current(kind, in: db).map { try ReportPlan(name: $0.name, json: $0.body) }
    }

    /// Since when each colleague has been named without a break: nobody is sent what was due before.
    public static func since(_ name: String, in db: Connection) throws -> [String: Timestamp] {
        var since: [String: Timestamp] = [:]
        for version in try DefinitionStore(handlers: []).history(kind, name, in: db) {
            let named = version.body.isNull ? [] : try ReportPlan(name: name, json: version.body).to
            since = since.filter { named.contains($0.key) }
            for colleague in named where since[colleague] == nil { since[colleague] = version.appliedAt }
        }
        return since
    }
}

extension String {
    fileprivate var trimmingEnds: String {
        var text = self[...]
        while text.first?.isWhitespace ?? false { text.removeFirst() }
        while text.last?.isWhitespace ?? false { text.removeLast() }
        return String(text)
    }
}
