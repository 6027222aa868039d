extension Migration {
    /// When people's addresses last proved right, and how much data came that nobody declared.
    static let confirmations = Migration(
        "0320-confirmations",
        [
            // kind: of identifier_kinds. at: the latest confirmation of any of the person's identifiers of that kind.
            """
            CREATE TABLE confirmations (
                person BIGINT NOT NULL,
                kind BIGINT NOT NULL,
                at BIGINT NOT NULL,
                PRIMARY KEY (person, kind)
            ) STRICT, WITHOUT ROWID
            """,
            // Values that did not come in, counted: reason is dropped (nobody declared the field or event), refused (the whole
            // record was, for that) or unfit (not of the field's type).
            """
            CREATE TABLE undeclared (
                source TEXT NOT NULL,
                name TEXT NOT NULL,
                reason TEXT NOT NULL,
                count BIGINT NOT NULL,
                last_at BIGINT NOT NULL,
                PRIMARY KEY (source, name, reason)
            ) STRICT, WITHOUT ROWID
            """,
        ])
}
