public import RapportCore
public import RapportStorage

/// How campaigns are reckoned: `figures:` in YAML.
///
///     figures:
///       campaigns:
///         look_back: {email: 14d, letter: 60d, default: 30d}
///         return_window: 30d
///         half_life: 7d
public struct FigureRules: Sendable, Hashable {
    /// For how long after a message, by channel, what a person does counts as its outcome; `default` for the others.
    public var lookBack: [String: Span] = [:]
    /// How long after that a purchase may still be given back: then figures are final.
    public var returnWindow: Span = .days(30)
    /// After how long a message counts half as much, where time decays.
    public var halfLife: Span = .days(7)

    public init() {}

    public func lookBack(of channel: String?) -> Span {
        channel.flatMap { lookBack[Text.folded($0)] } ?? lookBack["default"] ?? .days(30)
    }

    /// - Throws: `Problem` `definition.invalid` with the dotted path of what is wrong.
    public init(_ body: JSONValue) throws {
        guard let members = body.object else { throw Self.problem("this should be a mapping", "") }
        for member in members where !["look_back", "return_window", "half_life"].contains(member.name) {
            throw Self.problem("unknown key", member.name, remedy: "Known here: look_back, return_window, half_life")
        }
        for member in body["look_back"]?.object ?? [] {
            lookBack[Text.folded(member.name)] = try Self.span(member.value, "look_back.\(member.name)")
        }
        if let value = body["return_window"] { returnWindow = try Self.span(value, "return_window") }
        if let value = body["half_life"] { halfLife = try Self.span(value, "half_life") }
    }

    private static func span(_ value: JSONValue, _ path: String) throws -> Span {
        guard let span = value.string.flatMap({ Span($0) }), span.milliseconds > 0 else {
            throw problem("this should be a length of time such as 14d", path)
        }
        return span
    }

    private static func problem(_ reason: String, _ path: String, remedy: String? = nil) -> Problem {
        Problem("definition.invalid", reason, at: .init(path: path), remedy: remedy)
    }

    /// The rules in force; the built-in ones where none are stated.
    public static func current(in db: Connection) throws -> FigureRules {
        guard let definition = try DefinitionStore(handlers: []).current("figure", FiguresHandler.name, in: db) else {
            return FigureRules()
        }
        return try FigureRules(definition.body)
    }
}

/// `figures:` in YAML: how campaigns are reckoned (`FigureRules`).
public struct FiguresHandler: DefinitionHandler {
    public let kind = "figure"
    static let name = "campaigns"

    public init() {}

    public func check(_ draft: DefinitionDraft, in db: Connection) throws {
        try draft.check(named: Self.name, "figures are ruled under")
        try draft.check { _ = try FigureRules($0) }
    }

    public func apply(_ definition: Definition, in db: Connection) throws {}

    public func remove(_ definition: Definition, in db: Connection) throws {}
}
