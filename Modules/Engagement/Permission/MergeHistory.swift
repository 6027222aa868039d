import RapportCore
import RapportStorage

/// Who was one record with whom, and when: all merges, standing and undone, that connect some people.
struct MergeHistory {
    private struct Edge {
        var one: PersonID
        var other: PersonID
        var from: Timestamp
        /// `nil` while it stands.
        var until: Timestamp?
    }

    private var edges: [Edge] = []
    /// Everybody that `edges` name, and those asked for.
    private(set) var everyone: Set<PersonID>

    init(of people: [PersonID], in db: Connection) throws {
        everyone = Set(people)
        var seen: Set<Int64> = []
        var next = everyone
        while !next.isEmpty {
            let ids = next.sorted()
            next = []
            try db.each(
                """
                SELECT id, survivor, loser, merged_at, undone_at FROM merges
                WHERE survivor IN \(list: ids) OR loser IN \(list: ids) ORDER BY id
                """
            ) { row in
                guard seen.insert(row.integer(0)).inserted else { return }
                edges.append(
                    Edge(one: row.integer(1), other: row.integer(2), from: row.timestamp(3), until: row.timestampOrNil(4)))
                next.formUnion([row.integer(1), row.integer(2)])
            }
            next.subtract(everyone)
            everyone.formUnion(next)
        }
    }

    /// Whether merges have ever been undone here: else nobody was one with anybody but those with whom they are now.
    var isUndone: Bool { edges.contains { $0.until != nil } }

    /// Everybody who was one record with `person` then; the first and the last moment of a merge count.
    func together(with person: PersonID, at moment: Timestamp) -> Set<PersonID> {
        let then = edges.filter { $0.from <= moment && moment <= $0.until ?? moment }
        var all: Set<PersonID> = [person]
        while let edge = then.first(where: { all.contains($0.one) != all.contains($0.other) }) {
            all.formUnion([edge.one, edge.other])
        }
        return all
    }
}
