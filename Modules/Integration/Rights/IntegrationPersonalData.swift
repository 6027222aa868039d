import RapportCore
public import RapportStorage

/// What importing, sources and plugins keep of people: lines that were rejected, requests that wait, what systems were told.
public struct IntegrationPersonalData: PersonalData {
    public init() {}

    public var tables: [PersonalTable] {
        [
            .nobody("imports"), .nobody("source_runs"),
            PersonalTable("import_rejects", [], shown: .not(.elsewhere), erased: .byModule),
            PersonalTable("import_slices", [], shown: .not(.numbers), erased: .byModule),
            PersonalTable("plugin_state", [], shown: .not(.plugin), erased: .keep(.plugin)),
            PersonalTable("callbacks", [], shown: .not(.elsewhere), erased: .byModule),
            PersonalTable(
                "plugin_duties", [.publicIDs("person")], erased: .keep(.account),
                meanings: [
                    "state": .words([0: "waiting", 1: "done", 2: "nothing there"]), "due_at": .hidden, "settled_at": .moment,
                    "addresses": .json,
                ]),
        ]
    }

    public func sections(of subject: DataSubject, in db: Connection) throws -> [PersonalSection] {
        let rejects = try rejects(of: subject, in: db).map { reject -> JSONValue in
            [
                "import": .string(reject.name), "line": .integer(reject.line), "reason": .string(reject.reason),
                "record": .string(reject.raw),
            ]
        }
        let callbacks = try callbacks(of: subject, in: db).map { callback -> JSONValue in
            [
                "plugin": .string(callback.instance), "received_at": .string(callback.receivedAt.rfc3339),
                "request": .string(String(decoding: callback.body, as: UTF8.self)),
            ]
        }
        return [
            PersonalSection("imports", try imports(of: subject, in: db)), PersonalSection("rejected_records", rejects),
            PersonalSection("waiting_requests", callbacks),
        ]
    }

    /// The imports that said an identifier, or put an event of the person on the log.
    private func imports(of subject: DataSubject, in db: Connection) throws -> [JSONValue] {
        var ids = Set(
            try db.all("SELECT DISTINCT batch FROM identifiers WHERE person = \(subject.person) AND batch > 0") { $0.integer(0) })
        ids.formUnion(try slices(of: subject, in: db).map(\.id))
        return try db.all("SELECT name, source, started_at FROM imports WHERE id IN \(list: ids.sorted()) ORDER BY id") { row in
            [
                "name": .string(row.text(0)), "source": .string(row.text(1)),
                "started_at": .string(row.timestamp(2).rfc3339),
            ]
        }
    }

    public func search(_ subject: DataSubject, in db: Connection) throws -> [ErasureWork] {
        let rejects = try rejects(of: subject, in: db).map { ($0.id, $0.number) }
        let callbacks = try callbacks(of: subject, in: db).map(\.id)
        var work: [ErasureWork] = []
        if !rejects.isEmpty {
            work.append(
                ErasureWork { db in
                    for (id, number) in rejects {
                        try db.run(
                            "UPDATE import_rejects SET raw = '', reason = code WHERE import = \(id) AND number = \(number)")
                    }
                    return ErasedPlace("import_rejects", rejects.count)
                })
        }
        if !callbacks.isEmpty {
            work.append(
                ErasureWork { db in
                    ErasedPlace("callbacks", try db.run("DELETE FROM callbacks WHERE id IN \(list: callbacks)"))
                })
        }
        return work
    }

    /// Imports forget which events and keys of theirs were the person's.
    public func leftovers(of subject: DataSubject, in db: Connection) throws -> [ErasureWork] {
        try slices(of: subject, in: db).map { found in
            ErasureWork { db in
                guard
                    let slice = try db.first(
                        """
                        SELECT slice, refs, keys FROM import_slices
                        WHERE import = \(found.id) AND slice = \(found.slice)\(raw: db.forUpdate)
                        """, ImportSlice.init)
                else { return ErasedPlace("import_slices", 0) }
                try slice.keep({ !found.refs.contains($0) }, of: found.id, in: db)
                return ErasedPlace("import_slices", found.refs.count)
            }
        }
    }
}
