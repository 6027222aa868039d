public import RapportCore
import RapportPluginKit

/// What trying out one instance found.
public struct ProbeResult: Sendable {
    /// `channels.mail`
    public let instance: String
    public let findings: [String]
    /// Why it does not work; `nil` if it does.
    public let problem: Problem?
}

extension Rapport {
    /// Makes an instance, tries it out for at most 30 seconds, and cleans up.
    public func probe(_ instance: PluginInstance) async -> ProbeResult {
        do {
            let plugin = try make(instance)
            let report = try await withThrowingTaskGroup(of: [String].self) { group in
                group.addTask { try await plugin.probe().findings }
                group.addTask {
                    try await Task.sleep(for: .seconds(30))
                    throw Problem("plugin.slow", "it did not answer within 30 seconds")
                }
                defer { group.cancelAll() }
                return try await group.next() ?? []
            }
            await plugin.cleanup()
            return ProbeResult(instance: instance.label, findings: report, problem: nil)
        } catch let problem as Problem {
            return ProbeResult(instance: instance.label, findings: [], problem: problem)
        } catch let several as Problems {
            return ProbeResult(
                instance: instance.label, findings: several.list.dropFirst().map(\.description), problem: several.list.first)
        } catch {
            return ProbeResult(instance: instance.label, findings: [], problem: Problem("plugin.probe", "\(error)"))
        }
    }
}
