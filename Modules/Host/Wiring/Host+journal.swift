import RapportCore
import RapportEngagement
import RapportIntegration
import RapportPluginKit
public import RapportStorage

extension Host {
    /// Who brings the journal's wishes into a restored database.
    public static var replayers: [any JournalReplayer] {
        [
            OptOutReplayer(door: Door(catalog: Catalog(), resolver: IdentityResolver())),
            ErasureReplayer(Erasure(personalData)), ErasedAddressReplayer(),
        ]
    }
}

extension Configuration {
    /// The journal of opt-outs, objections and erasures: `journal`, else beside the database.
    public var wishes: Journal { journal.map { Journal(path: $0) } ?? Journal(beside: database) }
}

extension Rapport {
    /// Erases people, has the journal remember it, and notes which systems behind plugins have to hear of it.
    public var eraser: Eraser {
        let duties = configuration.duties(registry)
        return Eraser(
            database: database, door: door, journal: configuration.wishes, erasure: Erasure(Host.personalData)
        ) { subject, now, db in try duties.note(.erase, of: subject.person, at: now, now: now, in: db) }
    }
}
