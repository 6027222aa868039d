public import RapportCore

extension EventRef {
    /// The place on the log as one integer, which ledger rows take as their id.
    public var number: Int64 { position << 6 | Int64(partition) }

    public init(number: Int64) { self.init(partition: Int(number & 63), position: number >> 6) }
}

/// What an event says about permission to write: the kinds of events and their properties.
///
/// Properties: `brand`, `topic`, `channel` (the kind of address: `email`, `phone`; none or `all` means all), `basis`, and as
/// evidence `date`, `where`, `wording`, `language`, `evidence`, `actor`, `promised`. `imported: true` says that a file or
/// another system claims it.
public struct PermissionAct: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case pending = "permission.pending"
        case granted = "permission.granted"
        case confirmed = "permission.confirmed"
        case withdrawn = "permission.withdrawn"
        case objected = "objection.made"
        case objectionLifted = "objection.lifted"
        case restricted = "processing.restricted"
        case released = "processing.released"
        case bounced = "message.bounced"
        case complained = "message.complained"
        case suppressed = "address.suppressed"
        case unsuppressed = "address.released"

        /// Whether it gives permission, and so belongs to the fold alone.
        var givesPermission: Bool { self == .pending || self == .granted || self == .confirmed }
    }

    public var kind: Kind
    /// Folded names; `nil` for all.
    public var brand: String?
    public var topic: String?
    public var channel: String?
    public var basis: Basis
    /// `AddressHash` of the address that it is about.
    public var address: Int64?
    public var isImported: Bool
    /// Whether date, source and wording are known.
    public var isProven: Bool
    public var details: JSONValue

    /// - Parameter history: whether the event is history: then it is treated as imported, and lifts nothing.
    /// - Returns: `nil` for an event that says nothing about permission, such as a soft bounce.
    public init?(kind: String, properties: JSONValue, history: Bool = false) {
        guard let kind = Kind(rawValue: kind) else { return nil }
        self.kind = kind
        func name(_ key: String) -> String? {
            guard let text = properties[key]?.string.map(Text.folded), !text.isEmpty, text != "all" else { return nil }
            return text
        }
        func isThere(_ keys: String...) -> Bool {
            keys.contains { properties[$0].map { !$0.isNull && $0.string != "" } ?? false }
        }
        if kind == .bounced, let bounce = properties["bounce"]?.string, bounce != "hard", bounce != "invalid" { return nil }
        (brand, topic, channel) = (name("brand"), name("topic"), name("channel"))
        basis = properties["basis"]?.string.flatMap { Basis(name: $0) } ?? .consent
        address = properties["address"]?.integer
        isImported = properties["imported"]?.bool ?? history
        isProven = !isImported || (isThere("date", "dated") && isThere("where", "origin") && isThere("wording", "text_version"))
        let kept = [
            "date", "dated", "where", "origin", "wording", "text_version", "language", "evidence", "actor", "promised", "detail",
            "message",
        ]
        details = .object((properties.object ?? []).filter { kept.contains($0.name) })
    }

    var names: Set<String> { Set([brand, topic, channel].compactMap { $0 }) }

    func scope(_ numbers: [String: Int64]) -> PermissionScope {
        func number(_ name: String?) -> Int64 { name.map { numbers[$0] ?? -1 } ?? 0 }
        return PermissionScope(brand: number(brand), topic: number(topic), channel: number(channel))
    }
}
