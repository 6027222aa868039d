import RapportCore

/// Takes away the identifiers that an import said of profiles, unless another import or somebody alive has said them too.
struct IdentifierRemoval {
    private struct Claim: Hashable {
        var value: String
        var holder: Int64
        var profile: ProfileID
    }

    private struct Said: Hashable {
        var value: String
        var profile: ProfileID
    }

    let batch: Int64
    let profiles: Set<ProfileID>
    let people: [PersonID]
    let rules: IdentityRules
    let db: Connection

    func run() throws {
        guard !profiles.isEmpty else { return }
        let list = profiles.sorted()
        var first: [Int64: [Claim]] = [:]
        var touched: [Int64: Set<String>] = [:]
        try db.each(
            """
            SELECT kind, value, holder, profile, batch FROM identifiers
            WHERE person IN \(list: people) AND profile IN \(list: list) AND holder >= 0
            """
        ) { row in
            touched[row.integer(0), default: []].insert(row.text(1))
            guard row.integer(4) == batch else { return }
            first[row.integer(0), default: []].append(
                Claim(value: row.text(1), holder: row.integer(2), profile: row.integer(3)))
        }
        for (kind, values) in touched.sorted(by: { $0.key < $1.key }) {
            try db.run(
                """
                DELETE FROM identifier_claims
                WHERE batch = \(batch) AND kind = \(kind) AND value IN \(list: values.sorted()) AND profile IN \(list: list)
                """)
        }
        for (kind, claims) in first.sorted(by: { $0.key < $1.key }) { try remove(claims, of: kind) }
    }

    private func remove(_ claims: [Claim], of kind: Int64) throws {
        var others: [Said: Int64] = [:]
        try db.each(
            """
            SELECT value, profile, MIN(batch) FROM identifier_claims
            WHERE kind = \(kind) AND value IN \(list: Set(claims.map(\.value)).sorted()) GROUP BY value, profile
            """
        ) { others[Said(value: $0.text(0), profile: $0.integer(1))] = $0.integer(2) }
        var freed: Set<String> = []
        for claim in claims.sorted(by: { ($0.value, $0.holder) < ($1.value, $1.holder) }) {
            let row: SQL = "kind = \(kind) AND value = \(claim.value)"
            if let other = others[Said(value: claim.value, profile: claim.profile)] {
                try db.run("UPDATE identifiers SET batch = \(other) WHERE \(row) AND holder = \(claim.holder)")
                try db.run("DELETE FROM identifier_claims WHERE batch = \(other) AND \(row) AND profile = \(claim.profile)")
            } else {
                try db.run("DELETE FROM identifiers WHERE \(row) AND holder = \(claim.holder)")
                freed.insert(claim.value)
            }
        }
        try settle(freed.sorted(), kind)
    }

    /// Values that lost a claim: one that few people have left is nobody's mailbox any more, and one without an owner gets the
    /// next who said it.
    private func settle(_ values: [String], _ kind: Int64) throws {
        guard !values.isEmpty else { return }
        let name = try db.text("SELECT name FROM identifier_kinds WHERE id = \(kind)") ?? ""
        var rows: [String: [(holder: Int64, profile: ProfileID, person: PersonID, seen: Int64)]] = [:]
        try db.each(
            """
            SELECT value, holder, profile, person, first_seen FROM identifiers
            WHERE kind = \(kind) AND value IN \(list: values) ORDER BY kind, value, holder
            """
        ) { rows[$0.text(0), default: []].append(($0.integer(1), $0.integer(2), $0.integer(3), $0.integer(4))) }
        for (value, all) in rows.sorted(by: { $0.key < $1.key }) {
            let row: SQL = "kind = \(kind) AND value = \(value)"
            let claims = all.filter { $0.holder >= 0 }
            if let marker = all.first(where: { $0.holder < 0 }) {
                if Set(claims.map(\.person)).count <= rules.sharedOver(Identifier(kind: name, value: value)) {
                    try db.run("DELETE FROM identifiers WHERE \(row) AND holder = -1")
                } else {
                    if profiles.contains(marker.profile) {
                        try db.run("UPDATE identifiers SET profile = 0, person = 0 WHERE \(row) AND holder = -1")
                    }
                    continue
                }
            }
            guard !claims.contains(where: { $0.holder == 0 }), !rules.isShared(Identifier(kind: name, value: value)),
                let heir = claims.min(by: { ($0.seen, $0.profile) < ($1.seen, $1.profile) })
            else { continue }
            try db.run("UPDATE identifiers SET holder = 0 WHERE \(row) AND holder = \(heir.holder)")
        }
    }
}
