import RapportCore
import RapportStorage

extension Explainer {
    /// A time in which decisions about `person` were about the one who asks, too.
    struct Window {
        var person: PersonID
        var from: Timestamp
        var until: Timestamp
    }

    /// How to call whoever the person is by now.
    func name(_ person: PersonID, in db: Connection) throws -> String {
        let now = try People.current([person], in: db)[person]?.person ?? person
        let isErased = try db.integer("SELECT state FROM people WHERE id = \(now)") == 2
        return try isErased ? texts("why.someone") : naming(now, db) ?? texts("why.someone")
    }

    func publicID(_ person: PersonID, in db: Connection) throws -> String {
        try db.text("SELECT public_id FROM people WHERE id = \(person)") ?? String(person)
    }

    /// Whether nobody else's record answers for the person.
    func isItself(_ person: PersonID, in db: Connection) throws -> Bool {
        try db.integer("SELECT state FROM people WHERE id = \(person)") != 1
    }

    /// What has to be said first about somebody erased, merged into another, or merged for a while.
    func states(of person: PersonID, in db: Connection) throws -> [Explanation] {
        switch try db.integer("SELECT state FROM people WHERE id = \(person)") {
        case 2: return [Explanation(sentence: texts("why.erased"), facts: ["state": "erased"])]
        case 1: return try merged(person, in: db).map { [$0] } ?? []
        default:
            return try merges(of: person, in: db).compactMap { merge in
                guard let until = merge.undoneAt else { return nil }
                let other = try publicID(merge.survivor, in: db)
                return Explanation(
                    sentence: texts("why.was_merged", ["from": day(merge.mergedAt), "until": day(until), "other": other]),
                    facts: [
                        "state": "was_merged", "survivor": .string(other), "from": .string(merge.mergedAt.rfc3339),
                        "until": .string(until.rfc3339),
                    ])
            }
        }
    }

    private func merged(_ person: PersonID, in db: Connection) throws -> Explanation? {
        guard let merge = try merges(of: person, in: db).last(where: { $0.undoneAt == nil }),
            // Where several merges follow each other, the last survivor is who decisions are made for.
            let now = try People.current([person], in: db)[person]?.person
        else { return nil }
        let survivor = try publicID(now, in: db)
        let isErased = try db.integer("SELECT state FROM people WHERE id = \(now)") == 2
        return Explanation(
            sentence: texts(
                isErased ? "why.merged_erased" : "why.merged", ["survivor": survivor, "date": day(merge.mergedAt)]),
            facts: ["state": isErased ? "erased" : "merged", "survivor": .string(survivor)])
    }

    /// The merges in which the person became another's alias, oldest first.
    private func merges(of person: PersonID, in db: Connection) throws -> [Merge] {
        try Merge.of([person], in: db).filter { $0.loser == person }
    }

    /// The person and every record merged into it: decisions stay with whom they were made for.
    func origins(of person: PersonID, in db: Connection) throws -> [PersonID] {
        var out = [person]
        var survivors = [person]
        while !survivors.isEmpty {
            let losers = try db.all(
                "SELECT loser FROM merges WHERE survivor IN \(list: survivors) AND undone_at IS NULL ORDER BY id"
            ) { $0.integer(0) }
            survivors = losers.filter { !out.contains($0) }
            out += survivors
        }
        return out
    }

    /// When, and under whom, the person was decided upon while merged; of those merges that were undone.
    func windows(of person: PersonID, in db: Connection) throws -> [Window] {
        guard try isItself(person, in: db) else { return [] }
        var out: [Window] = []
        var next = try merges(of: person, in: db).compactMap { merge in
            merge.undoneAt.map { Window(person: merge.survivor, from: merge.mergedAt, until: $0) }
        }
        while let window = next.popLast() {
            out.append(window)
            // The survivor may have become somebody else's alias in turn.
            next += try merges(of: window.person, in: db).compactMap { merge in
                let further = Window(
                    person: merge.survivor, from: max(window.from, merge.mergedAt),
                    until: min(window.until, merge.undoneAt ?? window.until))
                return further.from < further.until ? further : nil
            }
        }
        return out
    }
}
