import Logging
public import RapportCore
public import RapportPluginKit

extension Configuration {
    /// Everything that is wrong with write keys and with the plugin instances: secrets that are missing, unknown plugins, wrong
    /// settings, what a plugin's own check refuses. Opens no connection and no database.
    public func check(_ registry: PluginRegistry) -> [Problem] {
        let ofInstances = (channels + sources).flatMap { instance -> [Problem] in
            do {
                let entry = try instance.entry(in: registry)
                let settings = try instance.settings(entry.manifest, self)
                do {
                    _ = try entry.make(
                        settings,
                        PluginEnvironment(
                            instance: instance.name, logger: Logger(label: instance.label) { _ in SwiftLogNoOpLogHandler() },
                            clock: SystemClock(), folder: folder, state: NoState()))
                } catch let problem as Problem {
                    return [problem.place == nil ? problem.at(instance.node.place) : problem]
                }
                return []
            } catch let problem as Problem {
                return [problem]
            } catch let several as Problems {
                return several.list
            } catch {
                return [Problem("plugin.start", "\(error)", at: instance.node.place)]
            }
        }
        return keyProblems + ofInstances
    }

    private var keyProblems: [Problem] {
        do {
            _ = try trackingKeys()
            return []
        } catch let problem as Problem {
            return [problem]
        } catch let several as Problems {
            return several.list
        } catch {
            return [Problem("config.invalid", "\(error)")]
        }
    }
}

/// `init` does no I/O, so a plugin that asks for its state while being checked breaks its contract.
private struct NoState: PluginState {
    func value(_ key: String) async throws -> JSONValue? { nil }
    func set(_ key: String, _ value: JSONValue?) async throws {}
}
