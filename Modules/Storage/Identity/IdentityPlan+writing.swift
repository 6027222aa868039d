import RapportCore

extension IdentityPlan {
    /// The real numbers of what had negative ones.
    struct Numbers {
        var people: [PersonID]
        var profiles: [ProfileID]

        func person(_ id: PersonID) -> PersonID { id < 0 ? people[Int(-id) - 1] : id }
        func profile(_ id: ProfileID) -> ProfileID { id < 0 ? profiles[Int(-id) - 1] : id }

        func real(_ resolution: Resolution) -> Resolution {
            var copy = resolution
            copy.person = person(resolution.person)
            copy.profile = profile(resolution.profile)
            return copy
        }
    }

    /// Writes the plan, in key order. `nil` if another process claimed an identifier first: then nothing of it remains and the
    /// plan has to be made again.
    func write(in db: Connection) throws -> Numbers? {
        let numbers = Numbers(
            people: try db.newNumbers(newPeople.count, for: "people"),
            profiles: try db.newNumbers(newProfiles.count, for: "profiles"))
        guard try writeClaims(numbers, in: db) else {
            try db.run("DELETE FROM identifiers WHERE profile IN \(list: numbers.profiles)")
            return nil
        }
        try db.insert(
            into: "people",
            ["id", "public_id", "partition", "state", "survivor", "anonymous", "household", "created_at", "last_seen"],
            newPeople.enumerated()
        ) { row, new in
            row.integer(numbers.people[new.offset])
            row.text(new.element.publicID.description)
            row.int(people[-PersonID(new.offset + 1)]?.partition ?? new.element.publicID.partition)
            row.integer(0)
            row.null()
            row.bool(people[-PersonID(new.offset + 1)]?.anonymous ?? new.element.anonymous)
            row.null()
            row.time(now)
            row.time(new.element.seenAt)
        }
        try db.insert(
            into: "profiles", ["id", "source", "person", "origin", "created_at"], newProfiles.enumerated()
        ) { row, new in
            row.integer(numbers.profiles[new.offset])
            row.integer(new.element.source)
            row.integer(numbers.person(new.element.person))
            row.integer(numbers.person(new.element.origin))
            row.time(new.element.at)
        }
        let noLongerAnonymous = known.filter { $0 > 0 }.sorted()
        if !noLongerAnonymous.isEmpty {
            try db.run("UPDATE people SET anonymous = 0 WHERE id IN \(list: noLongerAnonymous)")
        }
        try writeFurtherClaims(numbers, in: db)
        try writeReviews(numbers, in: db)
        // Who is known gets another address or number: that may be somebody else's.
        let woken = Set(newClaims.filter(\.isNews).map { person(of: $0.profile) }).filter { $0 > 0 }
        if !woken.isEmpty { try MatchIndex.enqueue(woken, in: db) }
        return numbers
    }

    private func writeClaims(_ numbers: Numbers, in db: Connection) throws -> Bool {
        var rows = newClaims.map { claim in
            ClaimRow(
                entry: claim.entry, holder: claim.owns ? 0 : numbers.profile(claim.profile), profile: claim.profile,
                batch: claim.batch, at: claim.at, mayExist: claim.mayExist)
        }
        rows += newMarkers.map { marker in
            ClaimRow(entry: marker.entry, holder: -1, profile: marker.profile, batch: 0, at: now, mayExist: false)
        }
        rows.sort { ($0.entry, $0.holder) < ($1.entry, $1.holder) }
        let uncertain = rows.filter(\.mayExist)
        let certain = uncertain.isEmpty ? rows : rows.filter { !$0.mayExist }
        guard try write(certain, numbers, in: db) == certain.count else { return false }
        try write(uncertain, numbers, in: db)
        return true
    }

    /// A row of `identifiers`. The batch is in key order, so rows are sorted by their entries.
    private struct ClaimRow {
        var entry: Int
        var holder: Int64
        var profile: ProfileID
        var batch: Int64
        var at: Timestamp
        var mayExist: Bool
    }

    @discardableResult
    private func write(_ rows: [ClaimRow], _ numbers: Numbers, in db: Connection) throws -> Int {
        try db.insert(
            into: "identifiers", ["kind", "value", "holder", "profile", "person", "batch", "first_seen"], rows,
            onConflict: "DO NOTHING"
        ) { row, claim in
            row.integer(kind(of: claim.entry))
            row.text(value(of: claim.entry))
            row.integer(claim.holder)
            row.integer(numbers.profile(claim.profile))
            row.integer(claim.profile == 0 ? 0 : numbers.person(person(of: claim.profile)))
            row.integer(claim.batch)
            row.time(claim.at)
        }
    }

    private func writeFurtherClaims(_ numbers: Numbers, in db: Connection) throws {
        for live in nowLive {
            let changed = try db.run(
                """
                UPDATE identifiers SET batch = 0
                WHERE kind = \(kind(of: live.entry)) AND value = \(value(of: live.entry))
                  AND profile = \(numbers.profile(live.profile)) AND holder >= 0
                """)
            // The import that said it first has been reverted meanwhile.
            guard changed > 0 else { throw DoorRace() }
        }
        for marker in filledMarkers {
            try db.run(
                """
                UPDATE identifiers
                SET profile = \(numbers.profile(marker.profile)), person = \(numbers.person(person(of: marker.profile)))
                WHERE kind = \(kind(of: marker.entry)) AND value = \(value(of: marker.entry))
                  AND holder = -1 AND profile = 0
                """)
        }
        let rows = furtherClaims.map { claim in
            (claim.batch, kind(of: claim.entry), value(of: claim.entry), numbers.profile(claim.profile))
        }.sorted(by: <)
        try db.insert(
            into: "identifier_claims", ["batch", "kind", "value", "profile"],
            rows.map { [.integer($0.0), .integer($0.1), .text($0.2), .integer($0.3)] }, ignoringConflicts: true)
    }

    private func writeReviews(_ numbers: Numbers, in db: Connection) throws {
        let pairs =
            reviews.map { (Pair(numbers.person($0.key.low), numbers.person($0.key.high)), $0.value, "open") }
            + due.map { (Pair(numbers.person($0.low), numbers.person($0.high)), "device", "due") }
        try db.insert(
            into: "reviews", ["low", "high", "reason", "since", "verdict"],
            pairs.sorted { ($0.0.low, $0.0.high) < ($1.0.low, $1.0.high) }.map { pair, reason, verdict in
                [.integer(pair.low), .integer(pair.high), .text(reason), .time(now), .text(verdict)]
            }, ignoringConflicts: true)
    }
}
