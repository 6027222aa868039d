import Logging
import RapportCore
import RapportIntegration
import RapportPluginKit
import RapportStorage
import ServiceLifecycle

/// Reads the sources of rapport.yaml when they are due. Any number of workers share them: each run belongs to one.
struct SourceService: Service {
    private let reader: SourceReader
    private let instances: [PluginInstance]
    private let logger = Logger(label: "rapport.sources")

    /// - Parameter holder: unique to this process.
    init(_ rapport: Rapport, holder: String) {
        reader = SourceReader(rapport: rapport, holder: holder)
        instances = rapport.configuration.sources.filter { $0.schedule != nil }
    }

    var isNeeded: Bool { !instances.isEmpty }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for instance in instances { group.addTask { await keep(instance) } }
            }
        }
    }

    /// Looks every second whether the source is due, and reads it.
    private func keep(_ instance: PluginInstance) async {
        var isEnrolled = false
        while !Task.isCancelled {
            do {
                if !isEnrolled { try await reader.enrol(instance) }
                isEnrolled = true
                if let lease = try await reader.claim(instance) {
                    let report = try await reader.run(instance, lease)
                    logger.info(
                        "read",
                        metadata: [
                            "source": "\(instance.name)", "records": "\(report.progress.records)",
                            "added": "\(report.progress.added)", "rejected": "\(report.progress.rejected)",
                            "odd": "\(report.oddities.records)",
                        ])
                }
            } catch is CancellationError {
                return
            } catch {
                logger.warning(
                    "the source will be tried again", metadata: ["source": "\(instance.name)", "error": "\(error)"])
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }
}
