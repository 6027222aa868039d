extension Migration {
    /// When people's addresses last proved right.
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
            """
        ])
}
