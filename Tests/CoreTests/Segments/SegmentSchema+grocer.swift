import RapportCore

extension SegmentSchema {
    /// A grocer's: what the tests of the language speak of.
    static let grocer: SegmentSchema = {
        var schema = declared
        schema.undeclaredKinds = ["track.trial_started"]
        schema.identifierBudgets = ["email": 180 * day]
        return schema
    }()

    private static let declared = SegmentSchema(
        fields: [
            "first_name": .init(slot: 1, type: .text), "country": .init(slot: 2, type: .text),
            "points": .init(slot: 3, type: .integer), "born_on": .init(slot: 4, type: .date),
            "joined_at": .init(slot: 5, type: .time), "vip": .init(slot: 6, type: .flag),
            "credit": .init(slot: 7, type: .money(currency: "EUR")), "rate": .init(slot: 8, type: .decimal(scale: 2)),
            "job": .init(slot: 9, type: .text, budget: 100 * day),
        ],
        kinds: [
            "order.placed": .init(
                id: 1,
                properties: [
                    .init("total", .amount(property: "currency")), .init("currency", .symbol), .init("items", .integer),
                    .init("store", .symbol),
                ]),
            "link.clicked": .init(id: 2, properties: [.init("campaign", .symbol), .init("human", .flag)]),
            "order.returned": .init(id: 3),
        ],
        identifierKinds: ["email": 1, "phone": 2], segments: ["loyal": 10, "lapsed": 11], topics: ["offers"],
        channels: ["email", "sms"],
        symbols: ["eur": 100, "usd": 101, "spring": 102, "paris": 103])
}

/// A day in milliseconds.
let day: Int64 = 86_400_000

extension SegmentExpression {
    init(_ text: String) throws { try self.init(text, schema: .grocer) }

    func holds(_ facts: PersonFacts, at now: Int64) -> Bool {
        holds(for: facts, at: Timestamp(milliseconds: now), house: .utc)
    }
}
