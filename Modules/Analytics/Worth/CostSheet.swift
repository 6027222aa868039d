public import RapportCore

/// What relationships cost, as the house states it: `costs:` in YAML.
///
///     costs:
///       house:
///         currency: GBP
///         messages: {email: 0.002, phone: 0.06, default: 0.01}
///         events:
///           call.held: {minute: 0.70}
///           complaint.opened: {each: 6.50, part: service}
///         order: 3.20
///         acquisition: {newsletter: 1.50, shop: 4.00, default: 0}
///         campaigns: {spring: 1200}
///         referral_share: 10 %
///
/// Amounts are integers of the millionth of a unit: a mail costs less than a cent.
public struct CostSheet: Sendable, Hashable {
    /// To which part of a relationship's costs something counts.
    public enum Part: String, Sendable, Hashable, CaseIterable { case contact, service, acquisition }

    public struct EventCost: Sendable, Hashable {
        public var each: Int64
        /// For each minute that the event says it took.
        public var minute: Int64
        public var part: Part
    }

    /// ISO 4217; `nil`: the house's.
    public var currency: String?
    /// Of a message sent, by channel; `default` for the others.
    public var messages: [String: Int64] = [:]
    /// By kind of event.
    public var events: [String: EventCost] = [:]
    /// Of packing and sending an order.
    public var order: Int64 = 0
    /// Of winning a person, by the source that brought them; `default` for the others.
    public var acquisition: [String: Int64] = [:]
    /// Of a campaign beside its messages, by its name.
    public var campaigns: [String: Int64] = [:]
    /// How many ten-thousandths of what a person brings are credited to who referred them.
    public var referralShare = 0

    public static let scale = 6

    public init() {}

    public var isEmpty: Bool {
        messages.isEmpty && events.isEmpty && order == 0 && acquisition.isEmpty && campaigns.isEmpty
    }

    /// The cost under a name, folded as names are, or that of `default`.
    public static func cost(_ name: String?, in costs: [String: Int64]) -> Int64 {
        name.flatMap { costs[Text.folded($0)] } ?? costs["default"] ?? 0
    }

    private static let keys = [
        "currency", "messages", "events", "order", "acquisition", "campaigns", "referral_share",
    ]

    /// - Throws: `Problem` `definition.invalid` with the dotted path of what is wrong.
    public init(_ body: JSONValue) throws {
        try Self.check(body, Self.keys, "")
        if let code = body["currency"], !code.isNull {
            guard let text = code.string, RatesHandler.isCode(text) else {
                throw Self.problem("this should be a currency of ISO 4217, such as GBP", "currency")
            }
            currency = text
        }
        messages = try Self.amounts(body, "messages")
        acquisition = try Self.amounts(body, "acquisition")
        campaigns = try Self.amounts(body, "campaigns")
        order = try Self.amount(body, "order", "order")
        for member in body["events"]?.object ?? [] {
            let path = "events.\(member.name)"
            try Self.check(member.value, ["each", "minute", "part"], path)
            var part = Part.contact
            if let word = member.value["part"]?.string {
                guard let known = Part(rawValue: word) else {
                    throw Self.problem(
                        "\"\(word)\" is no part", "\(path).part",
                        remedy: "Parts are \(Part.allCases.map(\.rawValue).joined(separator: ", ")).")
                }
                part = known
            }
            events[member.name] = EventCost(
                each: try Self.amount(member.value, "each", "\(path).each"),
                minute: try Self.amount(member.value, "minute", "\(path).minute"), part: part)
        }
        if let share = body["referral_share"], !share.isNull {
            guard let read = HoldOut.share(share.string ?? share.text) else {
                throw Self.problem("this should be a share such as 10 %", "referral_share")
            }
            referralShare = read
        }
    }

    private static func check(_ body: JSONValue, _ keys: [String], _ path: String) throws {
        guard let members = body.object else { throw problem("this should be a mapping", path) }
        for member in members where !keys.contains(member.name) {
            throw problem(
                "unknown key", [path, member.name].filter { !$0.isEmpty }.joined(separator: "."),
                remedy: "Known here: \(keys.joined(separator: ", "))")
        }
    }

    private static func amounts(_ body: JSONValue, _ name: String) throws -> [String: Int64] {
        guard let value = body[name], !value.isNull else { return [:] }
        guard let members = value.object else { throw problem("this should be a mapping of names to amounts", name) }
        var out: [String: Int64] = [:]
        for member in members { out[Text.folded(member.name)] = try amount(value, member.name, "\(name).\(member.name)") }
        return out
    }

    private static func amount(_ body: JSONValue, _ name: String, _ path: String) throws -> Int64 {
        guard let value = body[name], !value.isNull else { return 0 }
        guard let amount = ScaledInteger.parse(value.string ?? value.text, scale: scale), amount >= 0 else {
            throw problem("this should be an amount of 0 or more, such as 0.02", path)
        }
        return amount
    }

    private static func problem(_ reason: String, _ path: String, remedy: String? = nil) -> Problem {
        Problem("definition.invalid", reason, at: .init(path: path), remedy: remedy)
    }
}
