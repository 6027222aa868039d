/// What is a record of its own without being a person.
public enum RecordKind: Int64, Sendable, Hashable, CaseIterable {
    case account = 1
    case product = 2

    /// The kind of event that says how one is.
    public var eventKind: String { self == .account ? "account.identified" : "product.identified" }

    var table: String { self == .account ? "accounts" : "products" }
}

/// Names a record: whose word it is, and that source's key.
struct RecordKey: Hashable, Comparable, Sendable {
    var source: Int64
    var external: String

    static func < (left: RecordKey, right: RecordKey) -> Bool {
        left.source != right.source
            ? left.source < right.source : left.external.utf8.lexicographicallyPrecedes(right.external.utf8)
    }
}
