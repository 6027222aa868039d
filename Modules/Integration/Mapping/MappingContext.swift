public import RapportCore
public import RapportStorage

/// What a mapping goes by that stands in the database: the words for roles and relations, and what keeps names of ties from being
/// guessed.
public struct MappingContext: Sendable {
    public var words: ContextWords
    /// The database's own id.
    public var secret: String

    public init(words: ContextWords = .builtIn, secret: String = "") {
        self.words = words
        self.secret = secret
    }

    public static func read(in db: Connection) throws -> MappingContext {
        MappingContext(
            words: try ContextWords.read(in: db),
            secret: try db.text("SELECT value FROM settings WHERE name = 'database_id'") ?? "")
    }
}
