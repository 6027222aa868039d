public import RapportCore
import RapportStorage

/// What a campaign would come to if it were sent now: the same decision for the same people, with nothing written.
public struct Forecast: Sendable, Hashable {
    public struct Sample: Sendable, Hashable {
        /// The person's public id.
        public var id: String
        /// As the person is called.
        public var name: String
    }

    public struct Line: Sendable, Hashable {
        /// `send`, `wait` or `drop`; `left_out` of whom the segment would have but for their objection, or because they are restricted.
        public var verdict: String
        /// Why it would not go at once; `nil` for what would.
        public var reason: String?
        public var count: Int
        /// A few of the people.
        public var samples: [Sample]
    }

    public var campaign: String
    public var at: Timestamp
    /// Members of the segment.
    public var asked: Int
    /// Sent first, then waiting, then dropped, then those who are left out and not asked about; within each the greater first.
    public var lines: [Line]

    public var sending: Int { lines.filter { $0.verdict == "send" }.map(\.count).reduce(0, +) }

    public var json: JSONValue {
        [
            "campaign": .string(campaign), "at": .string(at.rfc3339), "asked": .integer(Int64(asked)),
            "lines": .array(
                lines.map { line in
                    [
                        "verdict": .string(line.verdict), "reason": line.reason.map { .string($0) } ?? .null,
                        "count": .integer(Int64(line.count)), "samples": .array(line.samples.map { .string($0.id) }),
                    ]
                }),
        ]
    }
}

extension CampaignDesk {
    /// Decides on everyone in the segment, in a stable view and read-only.
    ///
    /// - Parameters:
    ///   - samples: how many people to name for each reason.
    ///   - progress: told how many have been decided upon, of how many.
    public func forecast(
        _ name: String, samples: Int = 3, progress: @escaping @Sendable (_ done: Int, _ of: Int64) -> Void = { _, _ in }
    ) async throws -> Forecast {
        let now = clock.now
        let (act, plan, size) = try await database.read { db in
            let campaign = try CampaignStore.campaign(name, in: db)
            let plan = campaign.plan
            let act = Act(
                // A campaign that has begun asks as itself, so its own messages do not count against it.
                id: campaign.act, kind: "campaign", reference: campaign.id, name: name, brand: plan.brand, topic: plan.topic,
                topicClass: try audience.topicClass(of: plan.topic, in: db) ?? .marketing, channel: plan.channel,
                template: plan.template, templateVersion: try templates.version(of: plan.template, in: db) ?? 0,
                expiresAt: now + plan.expires, holdOut: plan.holdOut)
            return (act, plan, try audience.size(of: plan.segment, in: db))
        }
        var counts = ForecastCounts(samples: samples)
        for partition in 0..<Partition.count {
            var last: PersonID = 0
            while true {
                let (start, before) = (last, counts.addresses)
                let slice = try await database.read { db in
                    let people = try audience.members(of: plan.segment, partition: partition, after: start, limit: 500, in: db)
                    let answers = try gatekeeper.forecast(people, for: act, notBefore: nil, wall: now, in: db)
                    var counts = ForecastCounts(samples: samples, addresses: before)
                    for answer in answers { counts.add(answer) }
                    return (people: people, counts: counts)
                }
                counts.merge(slice.counts)
                last = slice.people.last ?? last
                progress(counts.asked, size)
                if slice.people.count < 500 { break }
            }
        }
        let asked = counts
        let lines = try await database.read { db in
            var counts = asked
            for (person, because) in try audience.leftOut(of: plan.segment, at: now, in: db).sorted(by: { $0.key < $1.key }) {
                counts.add(person, because)
            }
            return try counts.lines(in: db)
        }
        return Forecast(campaign: name, at: now, asked: asked.asked, lines: lines)
    }
}

/// Counts by verdict and reason, with samples.
private struct ForecastCounts: Sendable {
    struct Key: Hashable {
        var verdict: String
        var reason: String?
    }
    private struct Entry {
        var count = 0
        var people: [PersonID] = []
    }

    private let samples: Int
    private(set) var asked = 0
    /// Hashes of addresses that would get it: the second person with one gets none.
    private(set) var addresses: Set<Int64>
    private var entries: [Key: Entry] = [:]

    init(samples: Int, addresses: Set<Int64> = []) {
        self.samples = samples
        self.addresses = addresses
    }

    mutating func add(_ answer: ForecastAnswer) {
        asked += 1
        var key: Key
        switch answer.verdict {
        case .send: key = Key(verdict: "send", reason: nil)
        case .wait: key = Key(verdict: "wait", reason: answer.reason)
        case .drop: key = Key(verdict: "drop", reason: answer.reason)
        }
        if answer.verdict != .drop, let address = answer.address, !addresses.insert(AddressHash.of(address)).inserted {
            key = Key(verdict: "drop", reason: "duplicate")
        }
        var entry = entries[key] ?? Entry()
        entry.count += 1
        if entry.people.count < samples { entry.people.append(answer.person) }
        entries[key] = entry
    }

    mutating func add(_ person: PersonID, _ because: SegmentQuestions.LeftOut) {
        let key = Key(verdict: "left_out", reason: because.rawValue)
        entries[key, default: Entry()].count += 1
        if entries[key]?.people.count ?? 0 < samples { entries[key]?.people.append(person) }
    }

    mutating func merge(_ other: ForecastCounts) {
        asked += other.asked
        addresses = other.addresses
        for (key, entry) in other.entries {
            var own = entries[key] ?? Entry()
            own.count += entry.count
            own.people += entry.people.prefix(samples - own.people.count)
            entries[key] = own
        }
    }

    func lines(in db: Connection) throws -> [Forecast.Line] {
        let order = ["send": 0, "wait": 1, "drop": 2, "left_out": 3]
        let people = Set(entries.values.flatMap(\.people)).sorted()
        let known = Dictionary(
            try People.hits(people, in: db).map { ($0.id, Forecast.Sample(id: $0.publicID, name: $0.title)) }
        ) { first, _ in first }
        return entries.map { key, entry in
            Forecast.Line(
                verdict: key.verdict, reason: key.reason, count: entry.count, samples: entry.people.compactMap { known[$0] })
        }.sorted {
            (order[$0.verdict] ?? 4, -$0.count, $0.reason ?? "") < (order[$1.verdict] ?? 4, -$1.count, $1.reason ?? "")
        }
    }
}
