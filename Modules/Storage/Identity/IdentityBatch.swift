import RapportCore

/// The identifiers of many requests: each value once, in key order, with what the rules say of it. Made without a database, so
/// that whoever has many requests can make it while another batch is being written.
struct IdentityBatch: Sendable {
    /// One value that a request names.
    struct Entry: Sendable {
        var identifier: Identifier
        /// The place of its kind in `kinds`.
        var kind: Int
        var isShared: Bool
        var isSingle: Bool
        var isAnonymous: Bool
        var strength: Int
        /// The most people that it may be said of before it is shared.
        var sharedOver: Int
    }

    /// Of the rules that it was made by.
    let versions: [Int64]
    /// The names of all kinds, sorted.
    private(set) var kinds: [String] = []
    /// Sorted by kind and then by the bytes of the value.
    private(set) var entries: [Entry] = []
    /// For each request the places of its identifiers in `entries`, strongest first, without blocked values and repetitions.
    private(set) var requests: [[Int]] = []

    init(_ requests: [[Identifier]], _ edition: IdentityRuleBook.Edition) {
        let rules = edition.rules
        versions = edition.versions
        // Kinds are few and values many: what a kind says is looked up once.
        var ofKind: [String: IdentifierKind?] = [:]
        var places: [Identifier: Int] = [:]
        var found: [Entry] = []
        self.requests = requests.map { identifiers in
            var own: [Int] = []
            for identifier in identifiers where !rules.isBlocked(identifier) {
                if let place = places[identifier] {
                    if !own.contains(place) { own.append(place) }
                    continue
                }
                if ofKind[identifier.kind] == nil { ofKind[identifier.kind] = .some(rules.kind(identifier.kind)) }
                places[identifier] = found.count
                own.append(found.count)
                found.append(Entry(identifier, ofKind[identifier.kind] ?? nil, rules))
            }
            // Stable: of equally strong ones the first stays first.
            return own.count < 2
                ? own
                : own.enumerated().sorted { left, right in
                    let (one, other) = (found[left.element].strength, found[right.element].strength)
                    return one != other ? one > other : left.offset < right.offset
                }.map(\.element)
        }
        sort(found, kinds: ofKind.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    private mutating func sort(_ found: [Entry], kinds: [String]) {
        self.kinds = kinds
        let numbers = Dictionary(kinds.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
        var ofKind = [[Int]](repeating: [], count: kinds.count)
        for index in found.indices { ofKind[numbers[found[index].identifier.kind] ?? 0].append(index) }
        var placeOf = [Int](repeating: 0, count: found.count)
        entries.reserveCapacity(found.count)
        for (kind, indices) in ofKind.enumerated() {
            for place in ByteOrder.order(of: indices.map { found[$0].identifier.value }) {
                placeOf[indices[place]] = entries.count
                entries.append(found[indices[place]])
                entries[entries.count - 1].kind = kind
            }
        }
        for index in requests.indices { requests[index] = requests[index].map { placeOf[$0] } }
    }
}

extension IdentityBatch.Entry {
    fileprivate init(_ identifier: Identifier, _ kind: IdentifierKind?, _ rules: IdentityRules) {
        let isRole = rules.isRoleMailbox(identifier)
        self.init(
            identifier: identifier, kind: 0, isShared: kind.map { $0.shared || isRole } ?? true,
            isSingle: kind?.single ?? false, isAnonymous: kind?.anonymous ?? false, strength: rules.strength(identifier),
            sharedOver: rules.sharedOver(identifier))
    }
}
