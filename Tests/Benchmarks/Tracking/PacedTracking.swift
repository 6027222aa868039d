import ArgumentParser
import Foundation
import GRDB
import RapportCore
import Synchronization

/// `/v1/track` at a steady rate. Latencies are from the moment at which a call was to go out, so a server that falls behind is
/// seen to. With `--database`, two calls in a hundred make a person enter a segment, and the time from their 200 to the row in
/// `membership`, looked up by new reads, is measured too.
struct PacedTracking: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "paced-tracking", abstract: "A steady load on /v1/track, and how long memberships take.")

    @Argument(help: "http://127.0.0.1:PORT") var address: String
    @Option(help: "Calls a second.") var rate = 1_000
    @Option(help: "How long.") var seconds = 10.0
    @Option(help: "Connections.") var connections = 16
    @Option(help: "People u0 … u(KNOWN-1) are in the database.") var known = 100_000
    @Option(name: .customLong("run"), help: "Makes the ids of messages unique between runs.") var label: String
    @Option(help: "Stop when this file appears.") var until: String?
    @Option(help: "The SQLite file, to see memberships.") var database: String?
    @Option(help: "The number of the segment that `Order Completed` with the store `probe` makes people enter.") var segment:
        Int64 = 0

    /// Latencies in microseconds.
    private struct Found {
        var answers: [Int] = []
        var memberships: [Int] = []
        var refused = 0
        var missing = 0
    }

    private final class Shared: Sendable {
        let found = Mutex(Found())
        let failure = Mutex<String?>(nil)
    }

    func run() throws {
        let shared = Shared()
        let begin = ContinuousClock.now + .milliseconds(100)
        let probes = database == nil ? 0 : 4
        let probeRate = probes == 0 ? 0 : max(1, rate / 50)
        let group = DispatchGroup()
        func start(_ body: @escaping @Sendable () throws -> Void) {
            group.enter()
            let thread = Thread {
                do { try body() } catch { shared.failure.withLock { $0 = "\(error)" } }
                group.leave()
            }
            thread.start()
        }
        let load = self
        for number in 0..<connections {
            start { try load.calls(number, load.connections, load.rate - probeRate, from: begin, into: shared) }
        }
        for number in 0..<probes { start { try load.probing(number, probes, probeRate, from: begin, into: shared) } }
        group.wait()
        if let failure = shared.failure.withLock({ $0 }) { throw ValidationError(failure) }
        let elapsed = Double((ContinuousClock.now - begin) / .microseconds(1)) / 1_000_000
        print(shared.found.withLock { report($0, elapsed) }.text)
    }

    private func report(_ found: Found, _ elapsed: Double) -> JSONValue {
        func spread(_ values: [Int]) -> JSONValue {
            let sorted = values.sorted()
            func at(_ share: Double) -> JSONValue {
                .integer(Int64(sorted.isEmpty ? -1 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]))
            }
            return ["count": .integer(Int64(sorted.count)), "p50": at(0.5), "p99": at(0.99), "most": at(1)]
        }
        return [
            "rate": .integer(Int64(Double(found.answers.count) / elapsed)), "answers": spread(found.answers),
            "memberships": spread(found.memberships), "refused": .integer(Int64(found.refused)),
            "missing": .integer(Int64(found.missing)),
        ]
    }

    /// Calls `body` at the moments that are this thread's of `rate` a second, with the moment.
    private func pace(
        _ number: Int, of threads: Int, _ rate: Int, from begin: ContinuousClock.Instant,
        _ body: (Int, ContinuousClock.Instant) throws -> Void
    ) throws {
        let end = begin + .seconds(seconds)
        var turn = 0
        while true {
            let moment = begin + .microseconds((turn * threads + number) * 1_000_000 / max(1, rate))
            guard moment < end else { return }
            if let until, turn % 16 == 0, FileManager.default.fileExists(atPath: until) { return }
            let wait = (moment - .now) / .microseconds(1)
            if wait > 0 { usleep(UInt32(wait)) }
            try body(turn, moment)
            turn += 1
        }
    }

    private func calls(
        _ number: Int, _ threads: Int, _ rate: Int, from begin: ContinuousClock.Instant, into shared: Shared
    ) throws {
        let line = try Line(address)
        var random = SplitMix64(seed: UInt64(number) &* 7_919 &+ UInt64(label.utf8.reduce(0) { $0 &* 31 &+ Int($1) }.magnitude))
        var answers: [Int] = []
        var refused = 0
        try pace(number, of: threads, rate, from: begin) { turn, moment in
            let event = ["Order Completed", "Product Viewed", "Product Added", "Product Viewed"][turn % 4]
            let status = try line.post(
                "/v1/track",
                call("u\(Int.random(in: 0..<known, using: &random))", event, "\(number)-\(turn)", store: "store \(turn % 50)"))
            answers.append(Int((ContinuousClock.now - moment) / .microseconds(1)))
            if status != 200 { refused += 1 }
        }
        shared.found.withLock { found in
            found.answers += answers
            found.refused += refused
        }
    }

    private func call(_ user: String, _ event: String, _ id: String, store: String) -> String {
        """
        {"writeKey":"wk_bench_12345","userId":"\(user)","event":"\(event)","messageId":"\(label)-\(id)",\
        "properties":{"total":27.5,"currency":"EUR","items":2,"store":"\(store)"}}
        """
    }

    // MARK: Memberships

    private func probing(
        _ number: Int, _ threads: Int, _ rate: Int, from begin: ContinuousClock.Instant, into shared: Shared
    ) throws {
        guard let database else { return }
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: database, configuration: configuration)
        let line = try Line(address)
        var found = Found()
        try pace(number, of: threads, rate, from: begin) { turn, moment in
            // Each of them once: nobody else's events come with this store.
            let user = "u\((turn * threads + number) % known)"
            let status = try line.post("/v1/track", call(user, "Order Completed", "probe-\(number)-\(turn)", store: "probe"))
            let answered = ContinuousClock.now
            found.answers.append(Int((answered - moment) / .microseconds(1)))
            guard status == 200 else {
                found.refused += 1
                return
            }
            let person = try queue.read { db in
                try Int64.fetchOne(
                    db,
                    sql: """
                        SELECT person FROM identifiers WHERE value = ? AND kind = (
                            SELECT id FROM identifier_kinds WHERE name = 'external.track_bench')
                        """, arguments: [user])
            }
            while (ContinuousClock.now - answered) < .seconds(10) {
                let isMember = try queue.read { db in
                    try Bool.fetchOne(
                        db, sql: "SELECT EXISTS (SELECT 1 FROM membership WHERE segment = ? AND person = ?)",
                        arguments: [segment, person]) ?? false
                }
                if isMember { return found.memberships.append(Int((ContinuousClock.now - answered) / .microseconds(1))) }
                usleep(1_000)
            }
            found.missing += 1
        }
        shared.found.withLock { all in
            all.answers += found.answers
            all.memberships += found.memberships
            all.refused += found.refused
            all.missing += found.missing
        }
    }
}
