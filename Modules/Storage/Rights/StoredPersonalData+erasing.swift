import RapportCore

extension StoredPersonalData {
    public func search(_ subject: DataSubject, in db: Connection) throws -> [ErasureWork] {
        let symbols = try symbols(ofNobodyBut: subject, in: db)
        guard !symbols.isEmpty else { return [] }
        return [
            ErasureWork { db in
                // The number stays, for processes may have it in mind.
                for (id, veiled) in symbols { try db.run("UPDATE symbols SET value = \(veiled) WHERE id = \(id)") }
                return ErasedPlace("symbols", symbols.count)
            }
        ]
    }

    public func erase(_ subject: DataSubject, in db: Connection) throws -> [ErasedPlace] {
        let now = subject.person
        var places: [ErasedPlace] = []
        let fields = try FieldStore.read(in: db)
        var words = 0
        if let golden = try GoldenRow.read([now], fields, in: db)[now] {
            for word in GoldenRow.words(golden, fields).sorted() {
                words += try db.run("DELETE FROM words WHERE word = \(word) AND person = \(now)")
            }
        }
        places.append(ErasedPlace("words", words, what: "index"))
        try db.run(
            """
            DELETE FROM identifier_claims
            WHERE (kind, value) IN (SELECT kind, value FROM identifiers WHERE person = \(now))
                AND profile IN \(list: subject.profiles)
            """)
        places.append(ErasedPlace("identifiers", try db.run("DELETE FROM identifiers WHERE person IN \(list: subject.people)")))
        places.append(ErasedPlace("events", try clearEvents(subject, in: db)))
        places.append(
            ErasedPlace(
                "timeline",
                try db.run("UPDATE timeline SET n1 = NULL, n2 = NULL, n3 = NULL, n4 = NULL WHERE person = \(now)")))
        try MatchIndex.forget(subject.people, in: db)
        try db.run("UPDATE people SET state = 2, household = NULL WHERE id = \(now)")
        try db.run("UPDATE people SET household = NULL WHERE id IN \(list: subject.people) AND household IS NOT NULL")
        places.append(ErasedPlace("people", subject.people.count))
        return places
    }

    /// Events keep their place and kind, and say nothing any more. Only the erasure's own stays as it is.
    private func clearEvents(_ subject: DataSubject, in db: Connection) throws -> Int {
        let own = try db.integer("SELECT id FROM kinds WHERE name = 'person.erased'") ?? 0
        let (now, partition) = (subject.person, subject.partition)
        let change: SQL =
            "UPDATE events SET properties = '{}', personal = 0, n1 = NULL, n2 = NULL, n3 = NULL, n4 = NULL"
        let handled = try db.run(
            """
            \(change) WHERE kind <> \(own)
                AND (partition, position) IN (SELECT partition, position FROM timeline WHERE person = \(now))
            """)
        let waiting = try db.run(
            """
            \(change) WHERE kind <> \(own) AND partition = \(partition) AND person = \(now) AND (
                position > (SELECT position FROM cursors WHERE partition = \(partition))
                OR position IN (SELECT position FROM held_events WHERE partition = \(partition) AND person = \(now)))
            """)
        return handled + waiting
    }

    public func leftovers(of subject: DataSubject, in db: Connection) throws -> [ErasureWork] {
        let keys = try db.all(
            "SELECT high, low FROM dedupe WHERE (partition, position) IN (\(Self.places(of: subject)))"
        ) { (high: $0.integer(0), low: $0.integer(1)) }
        let orders = keys.sorted { ($0.high, $0.low) < ($1.high, $1.low) }
        return stride(from: 0, to: orders.count, by: 2_000).map { start in
            let some = Array(orders[start...].prefix(2_000))
            return ErasureWork { db in
                for key in some { try db.run("DELETE FROM dedupe WHERE high = \(key.high) AND low = \(key.low)") }
                return ErasedPlace("dedupe", some.count)
            }
        }
    }

    /// Where the person's events stand on the log.
    static func places(of subject: DataSubject) -> SQL {
        """
        SELECT partition, position FROM timeline WHERE person = \(subject.person)
        UNION SELECT partition, position FROM events WHERE partition = \(subject.partition) AND person = \(subject.person)
            AND position > (SELECT position FROM cursors WHERE partition = \(subject.partition))
        UNION SELECT partition, position FROM held_events
            WHERE partition = \(subject.partition) AND person = \(subject.person)
        """
    }

    /// Names that the house gives, whoever's events have them.
    private static let vocabulary: Set<String> = [
        "campaign", "channel", "topic", "segment", "cause", "currency", "bounce", "direction", "kind",
    ]

    /// Texts of declared properties, and the household's key, that no other person's events have, by their numbers.
    private func symbols(ofNobodyBut subject: DataSubject, in db: Connection) throws -> [(id: Int64, veiled: String)] {
        var candidates: Set<Int64> = []
        var used: Set<Int64> = []
        let kinds = try db.all("SELECT id, name, declared, slots FROM kinds", Kind.init)
        for kind in kinds {
            for (index, slot) in kind.definition.slots.enumerated()
            where slot.type == .text && !Self.vocabulary.contains(slot.name) {
                let column = "n\(index + 1)"
                let own = try db.all(
                    """
                    SELECT DISTINCT \(raw: column) FROM timeline
                    WHERE person = \(subject.person) AND kind = \(kind.id) AND \(raw: column) IS NOT NULL
                    """
                ) { $0.integer(0) }
                candidates.formUnion(own)
            }
        }
        if let household = try db.integer("SELECT household FROM people WHERE id = \(subject.person)") {
            candidates.insert(household)
        }
        guard !candidates.isEmpty else { return [] }
        let wanted = candidates.sorted()
        for kind in kinds {
            for (index, slot) in kind.definition.slots.enumerated() where slot.type == .text {
                let column = "n\(index + 1)"
                used.formUnion(
                    try db.all(
                        """
                        SELECT DISTINCT \(raw: column) FROM timeline
                        WHERE kind = \(kind.id) AND person <> \(subject.person) AND \(raw: column) IN \(list: wanted)
                        """
                    ) { $0.integer(0) })
            }
        }
        used.formUnion(
            try db.all(
                """
                SELECT DISTINCT household FROM people
                WHERE household IN \(list: wanted) AND id NOT IN \(list: subject.people)
                """
            ) { $0.integer(0) })
        // What the house calls things by, wherever their numbers are used.
        var names = Set(try db.all("SELECT DISTINCT name FROM definitions") { Text.folded($0.text(0)) })
        names.formUnion(try db.all("SELECT name FROM identifier_kinds") { $0.text(0) })
        names.formUnion(try db.all("SELECT name FROM sources") { Text.folded($0.text(0)) })
        return try db.all("SELECT id, value FROM symbols WHERE id IN \(list: candidates.subtracting(used).sorted())") {
            ($0.integer(0), $0.text(1))
        }.filter { !names.contains($0.1) && !VeiledSymbol.isVeiled($0.1) }.map { ($0.0, VeiledSymbol.veiled($0.1)) }
    }
}
