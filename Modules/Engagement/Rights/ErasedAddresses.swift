import RapportCore
import RapportStorage

/// Addresses of people who were erased, by hash. Whoever comes back under one, in a file that still has it, is somebody new, and
/// counts as having ended everything on the day of the erasure: what the file claims of consent lifts nothing; a later consent of
/// the person does.
enum ErasedAddresses {
    static func remember(_ addresses: [Int64], at moment: Timestamp? = nil, in db: Connection) throws {
        let at = try moment ?? db.now()
        try db.insert(
            into: "erased_addresses", ["address", "erased_at"], Set(addresses).sorted(),
            onConflict:
                "(address) DO UPDATE SET erased_at = excluded.erased_at WHERE erased_addresses.erased_at < excluded.erased_at"
        ) { row, address in
            row.integer(address)
            row.time(at)
        }
    }

    /// Those of `addresses` that were somebody's who is erased, and since when.
    static func known(_ addresses: [Int64], in db: Connection) throws -> [Int64: Timestamp] {
        guard !addresses.isEmpty, try db.integer("SELECT 1 FROM erased_addresses LIMIT 1") != nil else { return [:] }
        return try Dictionary(
            db.all("SELECT address, erased_at FROM erased_addresses WHERE address IN \(list: addresses)") {
                ($0.integer(0), $0.timestamp(1))
            }
        ) { $1 }
    }
}

extension PermissionLedger {
    /// Notes of people who come back under an address of somebody erased that they had ended everything.
    func recordReturning(_ events: [NewEvent], _ acceptances: [Acceptance], in db: Connection) throws {
        var addresses: Set<Int64> = []
        guard try db.integer("SELECT 1 FROM erased_addresses LIMIT 1") != nil else { return }
        for event in events { addresses.formUnion(event.identifiers.map { AddressHash.of($0) }) }
        let erased = try ErasedAddresses.known(addresses.sorted(), in: db)
        guard !erased.isEmpty else { return }
        var noted: Set<PersonID> = []
        for (event, acceptance) in zip(events, acceptances) {
            guard case .accepted(let ref, let person) = acceptance, person != 0,
                let at = event.identifiers.compactMap({ erased[AddressHash.of($0)] }).max(), noted.insert(person).inserted,
                try db.integer("SELECT 1 FROM withdrawals WHERE person = \(person) AND at = \(at) LIMIT 1") == nil,
                let profile = try db.integer(
                    "SELECT profile FROM events WHERE partition = \(ref.partition) AND position = \(ref.position)")
            else { continue }
            let source = try catalog.source(event.source, in: db).id
            try db.run(
                """
                INSERT INTO withdrawals (person, id, profile, brand, topic, channel, at, recorded_at, source, details)
                VALUES (\(person), \(ref.number), \(profile), 0, 0, 0, \(at), \(try db.now()), \(source),
                        \(#"{"evidence":"erasure"}"#))
                ON CONFLICT (person, id) DO NOTHING
                """)
        }
    }
}
