import RapportStorage

extension Migration {
    /// The small store that each plugin instance has.
    static let plugins = Migration(
        "0700-plugins",
        [
            """
            CREATE TABLE plugin_state (
                instance TEXT NOT NULL,
                name TEXT NOT NULL,
                value TEXT NOT NULL,
                PRIMARY KEY (instance, name)
            ) STRICT, WITHOUT ROWID
            """
        ])
}
