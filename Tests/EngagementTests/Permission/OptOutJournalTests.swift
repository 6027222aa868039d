import Foundation
import RapportCore
import RapportEngagement
import RapportStorage
import RapportTestKit
import Testing

@Suite("The journal of opt-outs")
struct OptOutJournalTests {
    static let migrations =
        Migration.storage + [
            .permissions, .decisions, .preferences, .households, .frequency, .questions, .delivery, .campaigns,
        ]

    /// Makes a backup of a shop where three people consented, lets `after` happen to the original, restores the backup beside
    /// its journal, and shows the result.
    private func restored(
        _ kind: DatabaseKind, replaying: Bool = true, after: (DecisionShop) async throws -> Void,
        _ body: (DecisionShop, Restore.Summary) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let journal = Journal(path: folder.path() + "/rapport.journal.jsonl")
        let backup = folder.path() + "/monday.gz"
        try await DecisionShop.with(kind) { original in
            for name in ["ana", "ben", "cleo"] { try await original.consents("\(name)@example.org") }
            try await original.lab.drain()
            _ = try await Backup.write(original.lab.database, to: backup)
            let ledger = PermissionLedger(catalog: original.lab.catalog, keeping: journal)
            try await after(
                DecisionShop(lab: original.lab, ledger: ledger, book: original.book, desk: original.desk))
        }
        let clock = VirtualClock(DecisionShop.noon)
        try await TemporaryDatabase.with(kind, migrations: [], clock: clock) { database in
            let replayers = [OptOutReplayer(door: Door(catalog: Catalog(), resolver: IdentityResolver()))]
            let summary = try await Restore(
                migrations: Self.migrations, journal: replaying ? journal : nil, replayers: replayers
            ).run(backup, into: database)
            var lab = LogLab(database, clock: clock, seed: 2)
            let ledger = PermissionLedger(catalog: lab.catalog)
            lab.folds += [PermissionsFold(ledger: ledger), StandingsFold(catalog: lab.catalog), PreferencesFold()]
            let book = PolicyBook(catalog: lab.catalog)
            try await body(DecisionShop(lab: lab, ledger: ledger, book: book, desk: DecisionDesk(book: book)), summary)
        }
    }

    private func optOuts(_ shop: DecisionShop) async throws {
        try await shop.accept(
            "permission.withdrawn", "ana@example.org", ["brand": "house", "topic": "offers", "channel": "email"])
        try await shop.accept("objection.made", "ben@example.org")
        // The same click twice.
        try await shop.accept("objection.made", "ben@example.org")
    }

    @Test("an opt-out made after the backup is in force after the restore", arguments: DatabaseKind.available)
    func optOut(kind: DatabaseKind) async throws {
        try await restored(kind, after: optOuts) { shop, summary in
            #expect(summary.journalled == 3)
            #expect(summary.replayed == 2)
            let now = try await shop.decide("ana@example.org", "ben@example.org", "cleo@example.org")
            #expect(now == ["permission.withdrawn", "objection", "send"])
            // The log says it too, and the folds agree with it.
            try await shop.lab.drain()
            let later = try await shop.decide("ana@example.org", "ben@example.org", "cleo@example.org")
            #expect(later == now)
        }
    }

    @Test("without the journal the restored shop would write to them: the test can fail", arguments: DatabaseKind.available)
    func forgotten(kind: DatabaseKind) async throws {
        try await restored(kind, replaying: false, after: optOuts) { shop, _ in
            let now = try await shop.decide("ana@example.org", "ben@example.org")
            #expect(now == ["send", "send"])
        }
    }

    @Test("an objection lifted later stays lifted, a dead address stays dead", arguments: DatabaseKind.available)
    func liftedAndBounced(kind: DatabaseKind) async throws {
        let hash = AddressHash.of(Identifier(kind: "email", value: "cleo@example.org"))
        try await restored(kind) { shop in
            try await shop.accept("objection.made", "ben@example.org", at: DecisionShop.noon - .hours(2))
            try await shop.accept("objection.lifted", "ben@example.org", at: DecisionShop.noon - .hours(1))
            try await shop.accept("message.bounced", "cleo@example.org", ["bounce": "hard", "address": .integer(hash)])
            try await shop.accept("message.bounced", "ana@example.org", ["bounce": "soft", "address": .integer(hash)])
        } _: { shop, summary in
            #expect(summary.replayed == 3)
            let now = try await shop.decide("ana@example.org", "ben@example.org", "cleo@example.org")
            #expect(now == ["send", "send", "suppressed.bounce"])
        }
    }

    @Test(
        "whoever came and opted out after the backup is not written to when an import brings them back",
        arguments: DatabaseKind.available)
    func unknown(kind: DatabaseKind) async throws {
        try await restored(kind) { shop in
            try await shop.consents("dora@example.org")
            try await shop.accept("permission.withdrawn", "dora@example.org", ["brand": "house", "channel": "email"])
        } _: { shop, summary in
            #expect(summary.replayed == 1)
            try await shop.consents("dora@example.org")
            try await shop.lab.drain()
            let now = try await shop.decide("dora@example.org")
            #expect(now == ["suppressed.manual"])
        }
    }

    @Test("an opt-out that the journal cannot keep is refused, and leaves nothing", arguments: DatabaseKind.available)
    func unwritable(kind: DatabaseKind) async throws {
        try await DecisionShop.with(kind) { shop in
            try await shop.consents("ana@example.org")
            let ledger = PermissionLedger(catalog: shop.lab.catalog, keeping: Journal(path: "/nowhere/journal.jsonl"))
            let broken = DecisionShop(lab: shop.lab, ledger: ledger, book: shop.book, desk: shop.desk)
            let problem = await #expect(throws: Problem.self) {
                try await broken.accept("objection.made", "ana@example.org")
            }
            #expect(problem?.code == "journal.unwritable")
            try await shop.lab.drain()
            #expect(try await shop.decide("ana@example.org") == ["send"])
        }
    }
}
