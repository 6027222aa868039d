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
            newPeople.enumerated().map { index, person in
                [
                    .integer(numbers.people[index]), .text(person.publicID.description),
                    .integer(Int64(person.publicID.partition)), .integer(0), .null,
                    .bool(people[-PersonID(index + 1)]?.anonymous ?? person.anonymous), .null, .time(now), .time(person.seenAt),
                ]
            })
        try db.insert(
            into: "profiles", ["id", "source", "person", "origin", "created_at"],
            newProfiles.enumerated().map { index, profile in
                [
                    .integer(numbers.profiles[index]), .integer(profile.source), .integer(numbers.person(profile.person)),
                    .integer(numbers.person(profile.origin)), .time(profile.at),
                ]
            })
        let noLongerAnonymous = known.filter { $0 > 0 }.sorted()
        if !noLongerAnonymous.isEmpty {
            try db.run("UPDATE people SET anonymous = 0 WHERE id IN \(list: noLongerAnonymous)")
        }
        try writeFurtherClaims(numbers, in: db)
        try writeReviews(numbers, in: db)
        return numbers
    }

    private func writeClaims(_ numbers: Numbers, in db: Connection) throws -> Bool {
        let columns = ["kind", "value", "holder", "profile", "person", "batch", "first_seen"]
        var rows: [(key: (Int64, String, Int64), mayExist: Bool, row: [SQLValue])] = []
        func add(_ identifier: Identifier, holder: Int64, profile: ProfileID, batch: Int64, at: Timestamp, mayExist: Bool) {
            let kind = kinds[identifier.kind] ?? 0
            let person = profile == 0 ? 0 : numbers.person(self.person(of: profile))
            rows.append(
                (
                    (kind, identifier.value, holder), mayExist,
                    [
                        .integer(kind), .text(identifier.value), .integer(holder), .integer(numbers.profile(profile)),
                        .integer(person), .integer(batch), .time(at),
                    ]
                ))
        }
        for claim in newClaims {
            add(
                claim.identifier, holder: claim.owns ? 0 : numbers.profile(claim.profile), profile: claim.profile,
                batch: claim.batch, at: claim.at, mayExist: claim.mayExist)
        }
        for marker in newMarkers {
            add(marker.identifier, holder: -1, profile: marker.profile, batch: 0, at: now, mayExist: false)
        }
        rows.sort { $0.key < $1.key }
        let certain = rows.filter { !$0.mayExist }.map(\.row)
        guard try db.insert(into: "identifiers", columns, certain, ignoringConflicts: true) == certain.count else { return false }
        try db.insert(into: "identifiers", columns, rows.filter(\.mayExist).map(\.row), ignoringConflicts: true)
        return true
    }

    private func writeFurtherClaims(_ numbers: Numbers, in db: Connection) throws {
        for live in nowLive {
            let changed = try db.run(
                """
                UPDATE identifiers SET batch = 0
                WHERE kind = \(kinds[live.identifier.kind] ?? 0) AND value = \(live.identifier.value)
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
                WHERE kind = \(kinds[marker.identifier.kind] ?? 0) AND value = \(marker.identifier.value)
                  AND holder = -1 AND profile = 0
                """)
        }
        let rows = furtherClaims.map { claim in
            (claim.batch, kinds[claim.identifier.kind] ?? 0, claim.identifier.value, numbers.profile(claim.profile))
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
