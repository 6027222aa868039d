import Foundation
public import RapportCore
public import RapportStorage

/// What messages cost in goodwill: who left, complained or asked why after them, by topic, channel and pressure.
///
/// Whoever leaves is counted against the last message before, if it came within the patience; what comes later has other reasons.
public struct Annoyance: Sendable {
    /// What came of a group of messages.
    public struct Group: Sendable, Hashable {
        public var name: String
        public var messages = 0
        /// Withdrawals and objections.
        public var leavings = 0
        public var complaints = 0
        /// Who asked why they got it.
        public var questions = 0
        /// Messages that nobody clicked, answered or bought after.
        public var unanswered = 0

        public init(name: String) { self.name = name }

        /// People lost: left or complained.
        public var lost: Int { leavings + complaints }

        /// People lost for each message, with an interval that stays within 0 and 1 (Wilson 1927).
        public func interval(level: Double) -> LiftComparison.Interval? {
            LiftComparison.wilson(ArmOutcome(successes: min(lost, messages), of: messages), level: level)
        }
    }

    public let since: Timestamp
    public let until: Timestamp
    public let patience: Span
    public let all: Group
    public let byTopic: [Group]
    public let byChannel: [Group]
    /// By how many messages the person had had in the seven days before, and in the thirty.
    public let byWeek: [Group]
    public let byMonth: [Group]

    private enum Harm { case left, complained, asked, unanswered }

    private struct Mark: BitwiseCopyable {
        var person: PersonID
        var at: Int64
        var harm: Harm
        /// Of what was not answered: of this one alone.
        var campaign: Int64?
    }

    private static let harms: [String: Harm] = [
        "permission.withdrawn": .left, "objection.made": .left, "message.complained": .complained,
        "why.asked": .asked,
        "message.unanswered": .unanswered,
    ]

    /// - Parameters:
    ///   - since: messages from this moment on; earlier ones count as pressure.
    ///   - patience: for how long after a message leaving counts against it.
    public static func read(
        _ catalog: Catalog, since: Timestamp, until: Timestamp, patience: Span = .days(14),
        _ db: Connection
    ) throws -> Annoyance {
        let kinds = try catalog.existingKinds(Set(harms.keys).union(["message.sent"]), in: db)
        var gathered = Gathered(since: since, patience: patience)
        let living = try LivingPeople(anonymousToo: true, in: db)
        var marks = PersonPiles<Mark>(people: living.bound, person: \.person)
        for (name, harm) in harms {
            guard let kind = kinds[name] else { continue }
            try db.stream("SELECT person, occurred_at, n1 FROM timeline WHERE kind = \(kind.id) AND occurred_at <= \(until)") {
                row in
                let campaign: Int64? = harm == .unanswered ? row.integerOrNil(2) ?? 0 : nil
                let mark = Mark(person: row.integer(0), at: row.integer(1), harm: harm, campaign: campaign)
                if living.contains(mark.person) { marks.add(mark, of: mark.person) }
            }
        }
        if let sent = kinds["message.sent"] {
            var messages = try SentMessages(where: "kind = \(sent.id) AND occurred_at <= \(until)", of: living, in: db)
            for place in messages.places {
                let said = marks.take(place)
                try messages.take(place, in: db) { person, own in gathered.add(own, said[person]) }
            }
        }
        func named(_ groups: [Int64: Group]) throws -> [Group] {
            try groups.map { symbol, group in
                var group = group
                group.name = symbol == 0 ? "" : try catalog.symbol(symbol, in: db)
                return group
            }.sorted { ($1.messages, $0.name) < ($0.messages, $1.name) }
        }
        return Annoyance(
            since: since, until: until, patience: patience, all: gathered.all,
            byTopic: try named(gathered.topics),
            byChannel: try named(gathered.channels), byWeek: gathered.weeks, byMonth: gathered.months)
    }

    /// Counts person by person.
    private struct Gathered {
        let since: Timestamp
        let patience: Span
        var all = Group(name: "")
        var topics: [Int64: Group] = [:]
        var channels: [Int64: Group] = [:]
        var weeks = ["0", "1", "2", "3", "4+"].map { Group(name: $0) }
        var months = ["0", "1–3", "4–7", "8–14", "15+"].map { Group(name: $0) }

        /// - Parameter messages: by their time.
        mutating func add(_ messages: [SentMessages.Sent], _ marks: ArraySlice<Mark>) {
            var harms = [[Harm]](repeating: [], count: messages.count)
            for mark in marks {
                let last = messages.lastIndex { message in
                    message.at <= mark.at && (mark.campaign.map { $0 == message.campaign } ?? true)
                }
                guard let last, mark.at <= messages[last].at + patience.milliseconds else { continue }
                // Who leaves by three clicks leaves once.
                if mark.harm == .unanswered || !harms[last].contains(mark.harm) {
                    harms[last].append(mark.harm)
                }
            }
            for (index, message) in messages.enumerated() where message.at >= since.milliseconds {
                func before(_ span: Span) -> Int {
                    messages[..<index].count { $0.at > message.at - span.milliseconds }
                }
                let (week, month) = (before(.days(7)), before(.days(30)))
                let monthPlace = month == 0 ? 0 : month < 4 ? 1 : month < 8 ? 2 : month < 15 ? 3 : 4
                Self.count(harms[index], in: &all)
                Self.count(harms[index], in: &topics[message.topic, default: Group(name: "")])
                Self.count(harms[index], in: &channels[message.channel, default: Group(name: "")])
                Self.count(harms[index], in: &weeks[min(week, 4)])
                Self.count(harms[index], in: &months[monthPlace])
            }
        }

        private static func count(_ harms: [Harm], in group: inout Group) {
            group.messages += 1
            for harm in harms {
                switch harm {
                case .left: group.leavings += 1
                case .complained: group.complaints += 1
                case .asked: group.questions += 1
                case .unanswered: group.unanswered += 1
                }
            }
        }
    }
}
