import RapportCore
import RapportEngagement
public import RapportStorage

extension Host {
    /// Who brings the journal's wishes into a restored database.
    public static var replayers: [any JournalReplayer] {
        [OptOutReplayer(door: Door(catalog: Catalog(), resolver: IdentityResolver())), ErasureReplayer()]
    }
}

extension Configuration {
    /// The journal of opt-outs, objections and erasures: `journal`, else beside the database.
    public var wishes: Journal { journal.map { Journal(path: $0) } ?? Journal(beside: database) }
}

extension Rapport {
    /// Erases people, and has the journal remember it.
    public var eraser: Eraser { Eraser(database: database, door: door, journal: configuration.wishes) }
}
