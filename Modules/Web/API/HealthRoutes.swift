import Hummingbird
import Logging
import RapportCore
import RapportStorage

/// `/healthz`: the process lives. `/readyz`: it can do its work. `/metrics`: figures for Prometheus.
struct HealthRoutes {
    let services: WebServices
    let tracking: TrackingService

    func add(to router: Router<some RequestContext>) {
        router.get("/healthz") { _, _ in Reply.text("ok\n") }
        let readiness = readiness
        router.get("/readyz") { _, _ in
            let faults = await readiness.faults()
            guard !faults.isEmpty else { return Reply.text("ready\n") }
            return Reply.text("not ready: \(faults.joined(separator: ", "))\n", status: .serviceUnavailable)
        }
        router.get("/metrics") { _, _ in Reply.text(try await metrics()) }
    }

    /// Everybody may read the answer, so it names what is wrong and no more; the log has the rest.
    private var readiness: Readiness {
        Readiness(unanswered: services.texts("doctor.database")) { [services] in
            let bad = await services.essentials().filter { $0.state == .bad }
            for check in bad {
                services.logger.warning("not ready", metadata: ["check": "\(check.name)", "finding": "\(check.finding)"])
            }
            return bad.map(\.name)
        }
    }

    /// The text format of Prometheus, version 0.0.4.
    private func metrics() async throws -> String {
        struct Figures: Sendable {
            var events: Int64
            var behind: Int64
            var held: Int64
        }
        let figures = try await services.database.read { db in
            Figures(
                events: try db.integer("SELECT SUM(head) FROM partitions") ?? 0,
                behind: try Door.waiting(in: db),
                held: try db.integer("SELECT COUNT(*) FROM held") ?? 0)
        }
        var out = ""
        func metric(_ name: String, _ type: String, _ help: String, _ lines: [(labels: String, value: Int64)]) {
            out += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
            for line in lines { out += "\(name)\(line.labels) \(line.value)\n" }
        }
        metric("rapport_events_total", "counter", "Events on the log.", [("", figures.events)])
        metric("rapport_events_behind", "gauge", "Events that the steps have not handled yet.", [("", figures.behind)])
        metric("rapport_people_held", "gauge", "People whose events wait because one of them failed.", [("", figures.held)])
        metric(
            "rapport_tracking_dropped_total", "counter", "Undeclared events and fields dropped since the start.",
            [("", tracking.droppedCounts.values.reduce(0, +))])
        return out
    }
}
