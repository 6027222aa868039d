public import RapportCore

/// What the records of a source become: docs/guides/import.md.
public struct Mapping: Sendable, Hashable {
    /// The name of the source; whoever imports may say another.
    public var source: String?
    /// Whether what is imported is the past, which updates everything and wakes nothing. `nil`: a file is, and so is the first
    /// run of a source on a schedule; what later runs bring is news unless it is old.
    public var history: Bool?
    public var records: [RecordRule]
    /// How the file is written, where that is stated: settings of `source.csv`.
    public var file: [FileSetting]
    /// What it says, the same for the same in any process: by it an interrupted import is found again.
    public var signature = ""

    /// One thing stated about the file.
    public struct FileSetting: Sendable, Hashable {
        public var name: String
        public var value: JSONValue
        public var place: Problem.Place
    }

    public init(source: String? = nil, history: Bool? = nil, records: [RecordRule], file: [FileSetting] = []) {
        self.source = source
        self.history = history
        self.records = records
        self.file = file
    }

    /// Every column that any rule reads.
    public var columns: Set<String> { Set(records.flatMap(\.columns)) }
}

/// What one kind of thing in a record becomes.
public struct RecordRule: Sendable, Hashable {
    public enum Target: String, Sendable, Hashable, CaseIterable {
        case people, accounts, products, orders, events, permissions, suppressions, affiliations, households, relations
    }

    public struct Named: Sendable, Hashable {
        public var name: String
        public var rule: ValueRule
        public init(_ name: String, _ rule: ValueRule) {
            self.name = name
            self.rule = rule
        }
    }

    public var target: Target
    /// Only records of these streams (tables of a database, files); empty: of any.
    public var streams: Set<String> = []
    /// Records for which it does not hold are passed over.
    public var condition: Condition?
    /// The source's own id of the record: the same id and content twice is one.
    public var key: ValueRule?
    /// When it happened or was said.
    public var at: ValueRule?
    /// By kind: `email`, `phone`, `external.crm`.
    public var identifiers: [Named]
    /// Of a relation, the other one's.
    public var others: [Named] = []
    /// For phone numbers without a country code.
    public var region: String?
    /// Of permissions, to whom they can be given.
    public var brands: [String] = []
    /// The target's own values: `kind`, `order`, `state`, `total`, `basis` …
    public var parts: [Named]
    /// Fields of people, accounts and products; properties of orders and events.
    public var values: [Named]
    /// The parts of an order's line.
    public var line: [Named]
    /// Columns that nothing else names and that come along under their own names.
    public var keep: Keep?

    public enum Keep: Sendable, Hashable {
        case all
        /// By `ColumnIndex.key`.
        case columns(Set<String>)
    }

    public init(
        _ target: Target, condition: Condition? = nil, key: ValueRule? = nil, at: ValueRule? = nil, identifiers: [Named] = [],
        region: String? = nil, parts: [Named] = [], values: [Named] = [], line: [Named] = []
    ) {
        self.target = target
        self.condition = condition
        self.key = key
        self.at = at
        self.identifiers = identifiers
        self.region = region
        self.parts = parts
        self.values = values
        self.line = line
    }

    var columns: [String] {
        (identifiers + others + parts + values + line).flatMap(\.rule.columns) + (key?.columns ?? []) + (at?.columns ?? [])
            + (condition?.columns ?? [])
    }
}

extension RecordRule.Target {
    /// The keys of the target's own values in YAML, beside `as, when, key, at, identifiers`.
    var parts: [String] {
        switch self {
        case .people: ["account", "confirmed"]
        case .accounts, .products: []
        case .orders: ["order", "state", "total", "currency", "items", "store", "reason"]
        case .events: ["kind"]
        case .permissions:
            ["brand", "topic", "channel", "basis", "status", "where", "wording", "language", "evidence", "promised"]
        case .suppressions: ["reason", "channel"]
        case .affiliations: ["account", "company", "role", "title", "primary", "since", "until"]
        case .households: ["household", "since", "until"]
        case .relations: ["relation", "since", "until"]
        }
    }

    var requiredParts: [String] {
        switch self {
        case .orders: ["order"]
        case .events: ["kind"]
        case .households: ["household"]
        case .relations: ["relation"]
        default: []
        }
    }

    /// The key under which further values stand.
    var valuesKey: String? {
        switch self {
        case .people, .accounts, .products: "fields"
        case .orders, .events: "properties"
        default: nil
        }
    }

    /// Says how something is, and not what happened.
    var isState: Bool { self == .people || self == .accounts || self == .products }

    /// Says where people stand: at companies, in households, to each other.
    var isContext: Bool { self == .affiliations || self == .households || self == .relations }

    var concernsPeople: Bool { self != .accounts && self != .products }
}
