/// What expressions may speak of: declared fields, kinds of events with their typed properties, identifier kinds and
/// segments, each with the number that stands for it in the database.
public struct SegmentSchema: Sendable {
    public struct Field: Sendable, Hashable {
        /// Column f`slot` of the golden values.
        public var slot: Int
        public var type: SegmentType
        /// How long a value is believed, in milliseconds.
        public var budget: Int64?

        public init(slot: Int, type: SegmentType, budget: Int64? = nil) {
            self.slot = slot
            self.type = type
            self.budget = budget
        }
    }

    public struct Property: Sendable, Hashable {
        public var name: String
        public var type: SegmentType

        public init(_ name: String, _ type: SegmentType) {
            self.name = name
            self.type = type
        }
    }

    public struct Kind: Sendable, Hashable {
        public var id: Int64
        /// In the order of their slots.
        public var properties: [Property]

        public init(id: Int64, properties: [Property] = []) {
            self.id = id
            self.properties = properties
        }
    }

    public var fields: [String: Field]
    public var kinds: [String: Kind]
    /// Kinds that arrive and that nobody has declared: no expression may use them.
    public var undeclaredKinds: Set<String> = []
    public var identifierKinds: [String: Int64]
    /// How long identifiers of a kind are believed, in milliseconds, by the kind's name.
    public var identifierBudgets: [String: Int64] = [:]
    /// Whether an expression that asks how stale something is that does not age is refused. Segments in force are not: a budget
    /// may be taken away.
    public var insistsOnBudgets = false
    public var segments: [String: Int64]
    public var topics: Set<String>
    public var channels: Set<String>
    /// Short words for kinds: `clicked` says `link.clicked`.
    public var verbs: [String: String]
    /// The stages of the lifecycle that `lifecycle = "customer"` may name.
    public var stages: Set<String> = []
    /// The field, of type text, that holds a person's IANA zone.
    public var zoneField: Int?
    /// The numbers of folded texts that events have had, at least of those in `SegmentExpression.literals(in:)`.
    public var symbols: [String: Int64]

    public init(
        fields: [String: Field] = [:], kinds: [String: Kind] = [:], identifierKinds: [String: Int64] = [:],
        segments: [String: Int64] = [:], topics: Set<String> = [], channels: Set<String> = [],
        verbs: [String: String] = Self.verbs, zoneField: Int? = nil, symbols: [String: Int64] = [:]
    ) {
        self.fields = fields
        self.kinds = kinds
        self.identifierKinds = identifierKinds
        self.segments = segments
        self.topics = topics
        self.channels = channels
        self.verbs = verbs
        self.zoneField = zoneField
        self.symbols = symbols
    }

    /// −1, which no event has, for a text that none has had.
    func symbol(_ text: String) -> Int64 { symbols[Text.folded(text)] ?? -1 }

    public static let verbs = [
        "ordered": "order.placed", "returned": "order.returned", "clicked": "link.clicked", "opened": "message.opened",
        "received": "message.delivered", "replied": "message.replied", "bounced": "message.bounced",
        "complained": "complaint.opened", "viewed": "page.viewed", "attended": "occasion.attended",
    ]
}

/// The type of a value.
public enum SegmentType: Sendable, Hashable {
    /// Text, folded.
    case text
    /// A text property of an event, by the number of its symbol.
    case symbol
    case integer
    /// A scaled integer.
    case decimal(scale: Int)
    /// Minor units of one ISO 4217 currency.
    case money(currency: String)
    /// An amount of an event, whose currency is in the text property called `property`.
    case amount(property: String)
    /// Milliseconds UTC.
    case time
    /// Days since 1970-01-01.
    case date
    /// 0 or 1.
    case flag
    /// Milliseconds.
    case span
    /// Thousandths.
    case share

    /// As a reader would call it.
    public var words: String {
        switch self {
        case .text, .symbol: "a text"
        case .integer: "a whole number"
        case .decimal(let scale): "a number with up to \(scale) decimals"
        case .money(let currency): "an amount of \(currency)"
        case .amount: "an amount of money"
        case .time: "a moment"
        case .date: "a date"
        case .flag: "true or false"
        case .span: "a length of time"
        case .share: "a share in percent"
        }
    }
}
