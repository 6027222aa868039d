import RapportCore
import RapportStorage

extension IntegrationPersonalData {
    struct Reject {
        var id: Int64
        var name: String
        var number: Int64
        var line: Int64
        var reason: String
        var raw: String
    }

    /// Rejected records that speak of the person.
    func rejects(of subject: DataSubject, in db: Connection) throws -> [Reject] {
        guard !subject.traces.isEmpty else { return [] }
        var found: [Reject] = []
        try db.stream(
            """
            SELECT import_rejects.import, imports.name, import_rejects.number, import_rejects.line, import_rejects.reason,
                import_rejects.raw
            FROM import_rejects JOIN imports ON imports.id = import_rejects.import
            ORDER BY import_rejects.import, import_rejects.number
            """
        ) { row in
            let (reason, raw) = (row.text(4), row.text(5))
            guard subject.traces.isIn(raw) || subject.traces.isIn(reason) else { return }
            found.append(
                Reject(
                    id: row.integer(0), name: row.text(1), number: row.integer(2), line: row.integer(3), reason: reason, raw: raw)
            )
        }
        return found
    }

    struct Waiting {
        var id: Int64
        var instance: String
        var receivedAt: Timestamp
        var body: [UInt8]
    }

    /// Raw requests that wait, or were given up, and speak of the person.
    func callbacks(of subject: DataSubject, in db: Connection) throws -> [Waiting] {
        guard !subject.traces.isEmpty else { return [] }
        var found: [Waiting] = []
        try db.stream("SELECT id, instance, query, headers, body, received_at FROM callbacks ORDER BY id") { row in
            let body = row.bytes(4)
            let texts = [row.text(2), row.text(3), String(decoding: body, as: UTF8.self)]
            guard texts.contains(where: subject.traces.isIn) else { return }
            found.append(Waiting(id: row.integer(0), instance: row.text(1), receivedAt: row.timestamp(5), body: body))
        }
        return found
    }

    struct Slice: Sendable {
        var id: Int64
        var slice: Int64
        var refs: Set<EventRef>
    }

    /// The slices of imports that hold events of the person.
    func slices(of subject: DataSubject, in db: Connection) throws -> [Slice] {
        let places = Set(try subject.places(in: db))
        guard !places.isEmpty else { return [] }
        var found: [Slice] = []
        try db.stream("SELECT import, slice, refs FROM import_slices ORDER BY import, slice") { row in
            let refs = places.intersection(PackedRefs.unpack(row.bytes(2)))
            if !refs.isEmpty { found.append(Slice(id: row.integer(0), slice: row.integer(1), refs: refs)) }
        }
        return found
    }
}
