import RapportCore
import RapportStorage
import RapportTestKit
import Testing

@Suite("Announcements")
struct AnnouncementTests {
    /// Tells a test of each event that the step has handled.
    private struct TellingReactor: Reactor {
        let name = "telling"
        let handled: AsyncStream<PersonID>.Continuation

        func react(to events: [Event], in step: StepContext) throws {
            for event in events { handled.yield(event.person) }
        }
    }

    @Test(
        "a worker hears what another process puts on the log, without looking for it", .timeLimit(.minutes(2)),
        arguments: DatabaseKind.available)
    func wakes(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.withURL(kind) { url in
            let working = try await DatabaseURL(url).open()
            // SQLite has one writing process, so there the writer is the same; what guests write is found by looking.
            let writing = kind == .sqlite ? working : try await DatabaseURL(url).open()
            let (heard, hears) = AsyncStream.makeStream(of: Void.self)
            working.whenAnnounced { hears.yield() }
            if kind == .sqlite { working.announce() }
            // Whoever begins to listen is told so, for what came before.
            for await _ in heard { break }

            let (handled, handles) = AsyncStream.makeStream(of: PersonID.self)
            let lab = LogLab(working, reactors: [TellingReactor(handled: handles)])
            let worker = Worker(runner: lab.runner(), leases: Leases(worker: "w", span: .days(1)), poll: .seconds(86_400))
            let running = Task { try await worker.run() }
            let writer = LogLab(writing)
            var answers = handled.makeAsyncIterator()
            for round in 0..<25 {
                try await writer.accept(.of("p\(round)", "order.placed"))
                #expect(await answers.next() != nil)
            }
            running.cancel()
            try await running.value
            if kind != .sqlite { try await writing.close() }
            try await working.close()
        }
    }

    @Test(
        "a listener whose connection was cut listens again", .timeLimit(.minutes(2)),
        arguments: DatabaseKind.available.filter { $0 == .postgres })
    func listensAgain(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.withURL(kind) { url in
            let listening = try await DatabaseURL(url).open()
            let telling = try await DatabaseURL(url).open()
            let (heard, hears) = AsyncStream.makeStream(of: Void.self)
            listening.whenAnnounced { hears.yield() }
            var announcements = heard.makeAsyncIterator()
            _ = await announcements.next()
            try await telling.read { db in
                try db.each(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND query LIKE 'LISTEN%'
                    """
                ) { _ in }
            }
            // The first thing that a new listener hears is that it listens.
            _ = await announcements.next()
            telling.announce()
            #expect(await announcements.next() != nil)
            try await telling.close()
            try await listening.close()
        }
    }
}
