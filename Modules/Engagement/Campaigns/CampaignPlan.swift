public import RapportCore

/// What a campaign is to do.
public struct CampaignPlan: Sendable, Hashable {
    public var segment: String
    public var template: String
    public var topic: String
    public var brand: String
    public var channel: String
    /// Over so many people, whoever approves must be somebody other than who drafted it.
    public var approveOver: Int64
    /// How long after `send` the first message leaves: time to think again.
    public var grace: Span
    /// In how many waves of equal size it goes out, and how far apart they are.
    public var waves: Int
    public var waveEvery: Span
    /// How long after its start a message is still worth sending.
    public var expires: Span
    /// Colleagues who get a copy of every real send, in no figure.
    public var seeds: [String]
    /// How many of ten thousand are kept back by chance, so that what the campaign changes can be measured.
    public var holdOut: Int

    public init(
        segment: String, template: String, topic: String, brand: String, channel: String, approveOver: Int64 = 1_000,
        grace: Span = .minutes(0), waves: Int = 1, waveEvery: Span = .hours(1), expires: Span = .days(7), seeds: [String] = [],
        holdOut: Int = 0
    ) {
        self.segment = segment
        self.template = template
        self.topic = topic
        self.brand = brand
        self.channel = channel
        self.approveOver = approveOver
        self.grace = grace
        self.waves = max(1, waves)
        self.waveEvery = waveEvery
        self.expires = expires
        self.seeds = seeds
        self.holdOut = holdOut
    }

    /// The wave that a person is in, counted from 0: the same whenever it is asked, and no wave favours old customers.
    public func wave(of person: PersonID, act: Int64) -> Int {
        guard waves > 1 else { return 0 }
        var generator = SplitMix64(seed: UInt64(bitPattern: person &* 1_000_003 &+ act))
        return Int(generator.next() % UInt64(waves))
    }

    public var json: JSONValue {
        [
            "segment": .string(segment), "template": .string(template), "topic": .string(topic), "brand": .string(brand),
            "channel": .string(channel), "approve_over": .integer(approveOver), "grace_ms": .integer(grace.milliseconds),
            "waves": .integer(Int64(waves)), "wave_every_ms": .integer(waveEvery.milliseconds),
            "expires_ms": .integer(expires.milliseconds), "seeds": .array(seeds.map { .string($0) }),
            "hold_out": .string(HoldOut.text(holdOut)),
        ]
    }

    init(json: JSONValue) {
        func text(_ name: String) -> String { json[name]?.string ?? "" }
        func span(_ name: String) -> Span { Span(milliseconds: json[name]?.integer ?? 0) }
        self.init(
            segment: text("segment"), template: text("template"), topic: text("topic"), brand: text("brand"),
            channel: text("channel"), approveOver: json["approve_over"]?.integer ?? 0, grace: span("grace_ms"),
            waves: Int(json["waves"]?.integer ?? 1), waveEvery: span("wave_every_ms"), expires: span("expires_ms"),
            seeds: json["seeds"]?.array?.compactMap(\.string) ?? [],
            holdOut: json["hold_out"]?.string.flatMap { HoldOut.share($0) } ?? 0)
    }
}
