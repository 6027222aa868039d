import RapportCore
public import RapportStorage

/// `rates:` in YAML: under a base, what one unit of other currencies is in it, for all days or by day.
///
///     rates:
///       EUR:
///         USD: {"2026-01-02": 0.9211, "2026-02-02": 0.9175}
///         GBP: 1.17
public struct RatesHandler: DefinitionHandler {
    public let kind = "rate"

    public init() {}

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        try draft.check { _ = try Self.rates(draft.name, $0) }
    }

    public func apply(_ definition: Definition, in db: Connection) throws {
        try RateStore.forget(base: definition.name, origin: "yaml", in: db)
        try RateStore.write(try Self.rates(definition.name, definition.body), origin: "yaml", in: db)
    }

    public func remove(_ definition: Definition, in db: Connection) throws {
        try RateStore.forget(base: definition.name, origin: "yaml", in: db)
    }

    static func rates(_ base: String, _ body: JSONValue) throws -> [RateStore.Rate] {
        guard isCode(base) else { throw problem("\"\(base)\" is no currency of ISO 4217, such as EUR") }
        guard let members = body.object else { throw problem("this should be a mapping of currencies") }
        return try members.flatMap { member -> [RateStore.Rate] in
            guard isCode(member.name) else { throw problem("\"\(member.name)\" is no currency of ISO 4217", member.name) }
            guard member.name != base else { throw problem("a currency has no rate in itself", member.name) }
            guard let days = member.value.object else {
                return [
                    .init(
                        base: base, currency: member.name, day: ExchangeRates.always, rate: try rate(member.value, member.name))
                ]
            }
            return try days.map { day in
                let path = "\(member.name).\(day.name)"
                guard let date = CivilDate(text: day.name) else {
                    throw problem("\"\(day.name)\" is no day", path, remedy: "Write \"2026-01-31\".")
                }
                return .init(base: base, currency: member.name, day: date.daysSince1970, rate: try rate(day.value, path))
            }
        }
    }

    /// A currency's code as it is written: three capital letters.
    public static func isCode(_ text: String) -> Bool {
        text.utf8.count == 3 && text.utf8.allSatisfy { (0x41...0x5A).contains($0) }
    }

    private static func rate(_ value: JSONValue, _ path: String) throws -> Int64 {
        guard let rate = ScaledInteger.parse(value.string ?? value.text, scale: ExchangeRates.scale), rate > 0 else {
            throw problem("this should be a number over 0: what one unit is in the base", path)
        }
        return rate
    }

    private static func problem(_ reason: String, _ path: String = "", remedy: String? = nil) -> Problem {
        Problem("definition.invalid", reason, at: .init(path: path), remedy: remedy)
    }
}
