public import RapportCore
public import RapportTabular

/// How one value is made from a record: where it comes from, then what is done to it, in order.
public struct ValueRule: Sendable, Hashable {
    public indirect enum Origin: Sendable, Hashable {
        case column(String)
        case constant(JSONValue)
        /// The parts that have a value, joined.
        case concatenation([ValueRule], separator: String)
        /// The first part that has a value.
        case first([ValueRule])
    }

    public enum Step: Sendable, Hashable {
        case lower, upper
        /// The part after cutting at `by`: 1 is the first, -1 the last.
        case part(by: String, number: Int)
        /// What a word stands for; `otherwise` for words that are not in the table, which else are refused.
        case table([String: JSONValue], otherwise: Otherwise)
        case date(DateFormat)
        case time(DateFormat, zone: String?)
        case number(NumberFormat)
        case flag
        /// An E.164 number, of this region where it says no country.
        case phone(region: String?)
    }

    public enum Otherwise: Sendable, Hashable {
        case refuse
        case keep
        case value(JSONValue)
    }

    public var origin: Origin
    public var steps: [Step]
    /// Whether spaces at the ends stay.
    public var keepsSpaces: Bool
    /// No value where this does not hold.
    public var condition: Condition?
    public var isRequired: Bool
    /// Where it stands in the mapping.
    public var place: Problem.Place

    public init(
        _ origin: Origin, steps: [Step] = [], keepsSpaces: Bool = false, condition: Condition? = nil, isRequired: Bool = false,
        place: Problem.Place = .init()
    ) {
        self.origin = origin
        self.steps = steps
        self.keepsSpaces = keepsSpaces
        self.condition = condition
        self.isRequired = isRequired
        self.place = place
    }

    /// Every column that the rule reads.
    public var columns: [String] {
        let own: [String] =
            switch origin {
            case .column(let name): [name]
            case .constant: []
            case .concatenation(let parts, _), .first(let parts): parts.flatMap(\.columns)
            }
        return own + (condition?.columns ?? [])
    }
}

/// Whether a record, or a value of it, is wanted.
public indirect enum Condition: Sendable, Hashable {
    case isOneOf(ValueRule, [String])
    case isFilled(ValueRule)
    case not(Condition)
    case all([Condition])

    public var columns: [String] {
        switch self {
        case .isOneOf(let rule, _), .isFilled(let rule): rule.columns
        case .not(let condition): condition.columns
        case .all(let conditions): conditions.flatMap(\.columns)
        }
    }
}
