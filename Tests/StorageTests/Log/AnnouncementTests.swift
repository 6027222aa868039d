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

    /// Has ten slices of work that can wait after an event, and tells a test of each.
    private struct SlicingReactor: Reactor {
        let name = "slicing"
        let sliced: AsyncStream<String>.Continuation

        func react(to events: [Event], in step: StepContext) throws {
            for event in events { goOn(event.person, "1", step) }
        }

        func wake(_ timers: [Timer], in step: StepContext) throws {
            for timer in timers {
                sliced.yield(timer.key)
                if let slice = Int(timer.key), slice < 10 { goOn(timer.person, "\(slice + 1)", step) }
            }
        }

        private func goOn(_ person: PersonID, _ slice: String, _ step: StepContext) {
            step.set(Timer(dueAt: step.later(hasWorked: true), person: person, owner: name, key: slice))
        }
    }

    @Test(
        "what can wait goes on when it is due, and not when the worker looks again", .timeLimit(.minutes(3)),
        arguments: DatabaseKind.available)
    func goesOn(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database in
            let (sliced, slices) = AsyncStream.makeStream(of: String.self)
            let lab = LogLab(database, reactors: [SlicingReactor(sliced: slices)])
            let poll = Duration.seconds(6)
            let worker = Worker(runner: lab.runner(), leases: Leases(worker: "w", span: .days(1)), poll: poll)
            let running = Task { try await worker.run() }
            let began = ContinuousClock.now
            try await lab.accept(.of("p", "order.placed"))
            var seen: [String] = []
            for await slice in sliced {
                seen.append(slice)
                if seen.count == 10 { break }
            }
            // Waiting for the next look each time takes ten of them.
            #expect(ContinuousClock.now - began < poll * 5)
            #expect(seen == (1...10).map { "\($0)" })
            running.cancel()
            try await running.value
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
