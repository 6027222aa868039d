import Logging
import RapportCore
import RapportEngagement
public import RapportIntegration
import RapportPluginKit
import RapportStorage

extension Configuration {
    /// Which instances have to hear of opt-outs and erasures.
    func duties(_ registry: PluginRegistry) -> DutyPlan {
        DutyPlan(
            (channels + sources).compactMap { instance in
                // A plugin that is not there, or whose settings are wrong, is told of where instances are made.
                guard let manifest = try? instance.entry(in: registry).manifest,
                    let duties = try? self.duties(of: instance, manifest)
                else { return nil }
                return DutyPlan.Instance(
                    label: instance.label, duties: duties,
                    addresses: manifest.kind == .channel ? manifest.capabilities.addresses : nil)
            })
    }

    /// What an instance passes on, by its plugin's manifest and its own settings.
    fileprivate func duties(of instance: PluginInstance, _ manifest: Manifest) throws -> [Duty] {
        guard manifest.dutiesSetting != nil else { return manifest.duties }
        // Which duties are set is no secret, and an opt-out that a command without secrets takes is passed on as any other.
        var plain = self
        plain.secrets = secrets.unread
        return try manifest.duties(of: instance.settings(manifest, plain))
    }
}

extension DutyPlan {
    /// Notes what a transaction's opt-outs and objections mean for the systems behind plugins.
    func note(_ entries: [PermissionLedger.Entry], in db: Connection) throws {
        for entry in entries where entry.act.kind == .withdrawn || entry.act.kind == .objected {
            try note(
                .optOut, of: entry.person, kind: entry.act.channel, topic: entry.act.topic, at: entry.at, now: entry.recordedAt,
                in: db)
        }
    }
}

extension Rapport {
    /// Tells the instances that have duties. Their plugins are started with the first.
    ///
    /// - Parameter channels: those of this process: one instance is one plugin, whatever it is asked. Others are made.
    public func dutyDesk(_ channels: [ChannelInstance] = []) throws -> DutyDesk {
        var plugins: [String: any Plugin] = [:]
        for instance in configuration.channels + configuration.sources {
            guard try !configuration.duties(of: instance, instance.entry(in: registry).manifest).isEmpty else { continue }
            plugins[instance.label] =
                try channels.first { $0.instance.label == instance.label }?.channel ?? make(instance)
        }
        return DutyDesk(plugins, database: database, clock: clock)
    }

    /// Has the plugins hear now of what concerns one person, and lets go of them again.
    ///
    /// - Parameter person: by public id.
    /// - Returns: what became of each duty; what could not be done yet is tried again by the worker.
    public func settleDuties(of person: String) async throws -> [DutyRecord] {
        let waiting = try await database.read { db in try DutyRecord.all(of: person, in: db) }
        if waiting.contains(where: { $0.state == .waiting }) {
            do {
                let desk = try dutyDesk()
                _ = try await desk.process(of: person, atMost: 1_000)
                await desk.cleanup()
            } catch {
                // The wish stands, and a worker has the secrets.
                let problems = (error as? Problems)?.list ?? [error].compactMap { $0 as? Problem }
                guard !problems.isEmpty, problems.allSatisfy({ $0.code == "config.secret" }) else { throw error }
                logger.notice("left to the worker: \(Problems(problems))")
            }
        }
        return try await database.read { db in try DutyRecord.all(of: person, in: db) }
    }
}
