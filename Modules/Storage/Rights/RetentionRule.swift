public import RapportCore

/// How long things are kept.
public enum RetentionRule {
    /// How long backups are kept, as the house states it: `backups` of the definitions of kind `retention`; 30 days where it says
    /// nothing.
    public static func backups(in db: Connection) throws -> Span {
        let stated = try DefinitionStore(handlers: []).current("retention", in: db).first { $0.name == "backups" }
        guard let days = stated?.body["keep_days"]?.integer else { return .days(30) }
        return .days(days)
    }
}
