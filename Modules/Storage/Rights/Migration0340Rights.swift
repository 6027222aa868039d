extension Migration {
    /// What was done at people's wish, signed, and the files that Rapport has written and may have to name or clean.
    public static let rights = Migration(
        "0340-rights",
        [
            // person: a public id. body: the signed receipt as JSON, which names nobody by anything else.
            """
            CREATE TABLE rights_receipts (
                id IDENTITY,
                public_id TEXT NOT NULL UNIQUE,
                kind TEXT NOT NULL,
                person TEXT NOT NULL,
                at BIGINT NOT NULL,
                body TEXT NOT NULL
            ) STRICT
            """,
            "CREATE INDEX rights_receipts_of ON rights_receipts (person, id)",
            // kind: backup, rejects (of an import), export (a person's). person: whose export, else empty.
            """
            CREATE TABLE house_files (
                id IDENTITY,
                kind TEXT NOT NULL,
                path TEXT NOT NULL,
                machine TEXT NOT NULL,
                person TEXT NOT NULL,
                made_at BIGINT NOT NULL
            ) STRICT
            """,
            "CREATE INDEX house_files_of ON house_files (kind, id)",
        ])
}
