import Foundation
public import RapportCore
public import RapportIntegration
import RapportPluginKit
public import RapportStorage

/// What an erasure did, and where it cannot reach.
public struct ErasureReport: Sendable {
    public var outcome: Eraser.Outcome
    /// The systems behind plugins that were told.
    public var systems: [DutyRecord]
    /// Files that were cleaned or taken away.
    public var files: [ErasedPlace]
    /// Backups that still hold the person: none of them is changed, and a restore erases again.
    public var backups: [HouseFile]
    /// How long backups are kept, as the house states it.
    public var window: Span
    public var receipt: RightsReceipt
}

extension Rapport {
    /// Erases somebody everywhere, has the systems behind plugins do the same, and signs what was done. Said again, it looks
    /// once more for what may be left, asks systems that have not answered, and signs how far it is by then.
    ///
    /// - Throws: `Problem` `person.not_found`.
    public func erase(_ person: PersonID, actor: String, because: String?) async throws -> ErasureReport {
        let now = clock.now
        let outcome = try await eraser.erase(person, actor: actor, at: now)
        var files = try await cleanFiles(of: outcome)
        if let count = try await clearOutbox(outcome), count > 0 {
            files.append(ErasedPlace("outbox", count, what: "file"))
        }
        let systems = try await settleDuties(of: outcome.publicID).filter { $0.duty == .erase }
        let (cleaned, made) = (files, outcome)
        let (backups, window) = try await database.read { db in
            (try HouseFile.all(.backup, in: db), try RetentionRule.backups(in: db))
        }
        let receipt = try await database.write { db in
            try RightsReceipt.issue(
                .erasure, person: made.publicID, at: now, actor: actor, because: because,
                done: Self.done(made, cleaned, systems, backups, window, now, isOnServer: db.dialect == .postgres), in: db)
        }
        return ErasureReport(
            outcome: outcome, systems: systems, files: files, backups: backups, window: window, receipt: receipt)
    }

    private static func done(
        _ outcome: Eraser.Outcome, _ files: [ErasedPlace], _ systems: [DutyRecord], _ backups: [HouseFile], _ window: Span,
        _ now: Timestamp, isOnServer: Bool
    ) -> [JSONValue.Member] {
        let places = (outcome.places + files).filter { $0.count > 0 }.map { place -> JSONValue in
            ["what": .string(place.what), "name": .string(place.name), "count": .integer(Int64(place.count))]
        }
        let told = systems.map { record -> JSONValue in
            [
                "instance": .string(record.instance), "state": .string("\(record.state)"),
                "settled_at": record.settledAt.map { .string($0.rfc3339) } ?? .null,
            ]
        }
        let kept = outcome.kept.map { table, reason -> JSONValue in
            ["name": .string(table), "reason": .string(reason.rawValue)]
        }
        return [
            .init("erased", .array(places)), .init("systems", .array(told)), .init("kept", .array(kept)),
            .init("backups", .array(backups.map { $0.json(window: window, now: now) })),
            .init("backup_window_days", .integer(window.milliseconds / 86_400_000)),
            .init("restores_erase_again", true),
            .init(
                "events_of_others",
                [
                    "cleaned": .integer(Int64(outcome.mentions.cleaned)), "left": .integer(Int64(outcome.mentions.left)),
                    "places": .array(outcome.mentions.places.map { .string("\($0)") }),
                ]),
            .init("not_searched", .array((notSearched + (isOnServer ? ["postgres_wal"] : [])).map { .string($0) })),
        ]
    }

    /// Where the person may still stand, and nobody looked.
    private static let notSearched = [
        "names_in_words_of_others", "customer_numbers_in_words_of_others", "logs_of_the_machine", "copies_made_elsewhere",
    ]

    /// Takes lines that speak of the person out of files of rejected records, and the person's own exports away.
    private func cleanFiles(of outcome: Eraser.Outcome) async throws -> [ErasedPlace] {
        let (rejects, exports) = try await database.read { db in
            (try HouseFile.all(.rejects, in: db), try HouseFile.all(.export, person: outcome.publicID, in: db))
        }
        var lines = 0
        if let traces = outcome.traces {
            for file in rejects where file.isHere { lines += try RejectsFile.clean(file.path, of: traces) }
        }
        var gone: [HouseFile] = []
        for file in exports where file.isHere {
            try FileManager.default.removeItem(atPath: file.path)
            gone.append(file)
        }
        let removed = gone
        if !removed.isEmpty { try await database.write { db in try HouseFile.forget(removed, in: db) } }
        return [
            ErasedPlace("lines of rejected records", lines, what: "file"), ErasedPlace("exports", removed.count, what: "file"),
        ].filter { $0.count > 0 }
    }

    /// Where a database is or was locked, messages lie in a folder that no instance names.
    private func clearOutbox(_ outcome: Eraser.Outcome) async throws -> Int? {
        let id = "channel.outbox"
        guard !outcome.identifiers.isEmpty, !configuration.channels.contains(where: { $0.plugin == id }),
            registry.entries.contains(where: { $0.manifest.id == id }),
            FileManager.default.fileExists(atPath: "\(configuration.folder)/outbox"),
            let outbox = try makeOutbox()
        else { return nil }
        return try await outbox.erase(outcome.identifiers) ? 1 : 0
    }
}

extension HouseFile {
    func json(window: Span, now: Timestamp) -> JSONValue {
        [
            "path": .string(path), "machine": .string(machine), "made_at": .string(madeAt.rfc3339),
            "until": .string((madeAt + window).rfc3339), "past_window": .bool(madeAt + window < now), "is_here": .bool(isHere),
        ]
    }
}
