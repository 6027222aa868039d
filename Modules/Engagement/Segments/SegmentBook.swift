import RapportCore
import RapportStorage

/// The segments in force, checked, in an order in which each comes after those that it mentions.
struct SegmentBook: Sendable {
    /// The number that stands for "seen by segments" in the membership table: everybody whom segments judge has a row.
    static let everybody: Int64 = 0

    struct Entry: Sendable {
        var id: Int64
        var name: String
        var version: Int64
        var purpose = SegmentPurpose.marketing
        /// `nil` while a retired segment is being emptied.
        var expression: SegmentExpression?

        var needs: SegmentNeeds { expression?.needs ?? SegmentNeeds() }
    }

    /// What tells one state of the definitions from another.
    struct Signature: Hashable, Sendable {
        struct Row: Hashable, Sendable {
            var id: Int64
            var version: Int64
            var retired: Bool
        }
        var rows: [Row] = []
        /// Versions of the definitions of fields and identifiers, added up: budgets stand there.
        var budgets: Int64 = 0
    }

    let signature: Signature
    let schema: SegmentSchema
    let entries: [Entry]
    /// By place in `entries`, beside them: to look at one copies nothing else. `nil` where nobody is in it.
    let conditions: [SegmentCondition?]
    /// By place in `entries`: the entries that mention it, directly or through others.
    private let dependents: [SegmentPlaces]
    private let byKind: [Int64: SegmentPlaces]
    let onFields: SegmentPlaces
    /// Those that any event may change, as it may bring an identifier, a permission or another stage.
    private let onAnything: SegmentPlaces
    let windowed: SegmentPlaces
    let all: SegmentPlaces

    init(_ entries: [Entry], schema: SegmentSchema, signature: Signature) throws {
        let ordered = try Self.ordered(entries)
        self.entries = ordered
        conditions = ordered.map { $0.expression?.condition }
        all = SegmentPlaces(ordered.indices)
        self.schema = schema
        self.signature = signature
        let places = Dictionary(ordered.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
        var dependents = ordered.map { _ in SegmentPlaces() }
        for (place, entry) in ordered.enumerated().reversed() {
            for segment in entry.needs.segments {
                guard let inner = places[segment] else { continue }
                dependents[inner].insert(place)
                dependents[inner].formUnion(dependents[place])
            }
        }
        self.dependents = dependents
        var byKind: [Int64: SegmentPlaces] = [:]
        for (place, entry) in ordered.enumerated() {
            for kind in entry.needs.kinds.keys { byKind[kind, default: []].insert(place) }
        }
        self.byKind = byKind
        func chosen(by holds: (SegmentNeeds) -> Bool) -> SegmentPlaces {
            SegmentPlaces(ordered.indices.filter { holds(ordered[$0].needs) })
        }
        onFields = chosen { !$0.fields.isEmpty || $0.zone }
        onAnything = chosen { $0.identifiers || !$0.permits.isEmpty || $0.stage }
        windowed = chosen { $0.changesByTime }
    }

    /// The entries whose answer an event of this kind may change.
    func changed(byKind kind: Int64, saysFields: Bool) -> SegmentPlaces {
        var out = onAnything
        if let places = byKind[kind] { out.formUnion(places) }
        return saysFields ? out.union(onFields) : out
    }

    /// The entries that mention one of these, too.
    func closure(of places: SegmentPlaces) -> SegmentPlaces { places.reduce(into: places) { $0.formUnion(dependents[$1]) } }

    func directDependents(of place: Int) -> SegmentPlaces { dependents[place] }

    func places(of segments: Set<Int64>) -> SegmentPlaces {
        SegmentPlaces(entries.indices.filter { segments.contains(entries[$0].id) })
    }

    /// Each after those that it mentions.
    private static func ordered(_ entries: [Entry]) throws -> [Entry] {
        let byID = Dictionary(entries.map { ($0.id, $0) }) { first, _ in first }
        let order = try SegmentOrder.sorted(entries.map(\.id), named: { byID[$0]?.name ?? "" }) { byID[$0]?.needs.segments ?? [] }
        return order.compactMap { byID[$0] }
    }
}

/// Puts segments in an order in which each comes after those that it mentions.
enum SegmentOrder {
    /// - Throws: `Problem` `segment.circle`, naming the way round.
    static func sorted<Key: Hashable>(
        _ keys: [Key], named: (Key) -> String, mentions: (Key) throws -> Set<Key>
    ) throws -> [Key] {
        var (out, done, path) = ([Key](), Set<Key>(), [Key]())
        let known = Set(keys)
        func visit(_ key: Key) throws {
            guard !done.contains(key) else { return }
            if let start = path.firstIndex(of: key) {
                let way = (path[start...] + [key]).map { "\"\(named($0))\"" }.joined(separator: ", which mentions ")
                throw Problem("segment.circle", "segments go in a circle: \(way)")
            }
            path.append(key)
            let inner = try mentions(key)
            for other in keys where known.contains(other) && inner.contains(other) { try visit(other) }
            path.removeLast()
            done.insert(key)
            out.append(key)
        }
        for key in keys { try visit(key) }
        return out
    }
}
