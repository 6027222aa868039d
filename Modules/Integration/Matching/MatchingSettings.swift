public import RapportMatching

/// How people are compared, and what becomes of those who are likely one. `matching` in rapport.yaml.
public struct MatchingSettings: Sendable, Hashable {
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Whoever is likely enough one is merged, reversibly; the rest waits for people.
        case merge
        /// Everything waits for people.
        case review
        case off
    }

    /// `mode`, default `merge`.
    public var mode: Mode
    /// `merge_above`, default 0.9995: how likely two are one before the house merges them.
    public var mergeAbove: Double
    /// `review_above`, default 0.5: pairs that are less likely are two.
    public var reviewAbove: Double
    /// `fields`: how fields are compared, by name, above the built-in ones; `ignored` leaves one out.
    public var fields: [String: ColumnKind]
    /// `accounts: fields`: the same of companies.
    public var accountFields: [String: ColumnKind]

    public static let standard = MatchingSettings(mode: .merge, mergeAbove: 0.9995, reviewAbove: 0.5, fields: [:])

    public init(
        mode: Mode, mergeAbove: Double, reviewAbove: Double, fields: [String: ColumnKind],
        accountFields: [String: ColumnKind] = [:]
    ) {
        self.mode = mode
        self.mergeAbove = mergeAbove
        self.reviewAbove = reviewAbove
        self.fields = fields
        self.accountFields = accountFields
    }

    /// Fields that say who somebody is, and how they are compared where nothing else is said.
    static let builtInFields: [(name: String, kind: ColumnKind)] = [
        ("first_name", .name), ("last_name", .name), ("birthday", .date), ("postcode", .postcode), ("city", .name),
        ("street", .address), ("company", .name), ("email", .email), ("phone", .phone),
    ]

    /// Every column, in the order in which a model learns them.
    public var columns: [(name: String, kind: ColumnKind)] { Self.columns(Self.builtInFields, fields) }

    /// Every column of companies.
    public var accountColumns: [(name: String, kind: ColumnKind)] {
        Self.columns(StandingModel.builtInAccounts.columns.map { ($0.name, $0.kind) }, accountFields)
    }

    private static func columns(
        _ builtIn: [(name: String, kind: ColumnKind)], _ fields: [String: ColumnKind]
    ) -> [(name: String, kind: ColumnKind)] {
        let more = fields.filter { field in !builtIn.contains { $0.name == field.key } }.sorted { $0.key < $1.key }
        return (builtIn.map { ($0.name, fields[$0.name] ?? $0.kind) } + more.map { ($0.key, $0.value) })
            .filter { $0.1 != .ignored }
    }
}
