extension Migration {
    /// How much data came that nobody declared.
    static let undeclared = Migration(
        "0322-undeclared",
        [
            // reason: dropped (nobody declared the field or event), refused (the whole record was, for that) or unfit (not of the
            // field's type).
            """
            CREATE TABLE undeclared (
                source TEXT NOT NULL,
                name TEXT NOT NULL,
                reason TEXT NOT NULL,
                count BIGINT NOT NULL,
                last_at BIGINT NOT NULL,
                PRIMARY KEY (source, name, reason)
            ) STRICT, WITHOUT ROWID
            """
        ])
}
