public import RapportStorage

extension Migration {
    /// The imports, what they rejected, and which events they put on the log.
    public static let imports = Migration(
        "0050-imports",
        [
            // state: 0 running, 1 finished, 2 stopped, 3 being reverted, 4 reverted.
            // ordinal: records handled for good. bookmark: where reading goes on, after bookmark_ordinal records.
            // plan: a hash of what is imported and how, by which an interrupted import is found again.
            """
            CREATE TABLE imports (
                id IDENTITY,
                name TEXT NOT NULL,
                source TEXT NOT NULL,
                plan TEXT NOT NULL,
                mapping TEXT NOT NULL,
                state BIGINT NOT NULL,
                started_at BIGINT NOT NULL,
                updated_at BIGINT NOT NULL,
                ordinal BIGINT NOT NULL,
                bookmark TEXT,
                bookmark_ordinal BIGINT NOT NULL,
                added BIGINT NOT NULL,
                duplicates BIGINT NOT NULL,
                rejected BIGINT NOT NULL,
                omitted BIGINT NOT NULL,
                slices BIGINT NOT NULL
            ) STRICT
            """,
            "CREATE INDEX imports_by_plan ON imports (plan, id)",
            // A record, or a part of it (whole = 0), that did not come in.
            """
            CREATE TABLE import_rejects (
                import BIGINT NOT NULL,
                number BIGINT NOT NULL,
                line BIGINT NOT NULL,
                field TEXT NOT NULL,
                code TEXT NOT NULL,
                reason TEXT NOT NULL,
                raw TEXT NOT NULL,
                PRIMARY KEY (import, number)
            ) STRICT, WITHOUT ROWID
            """,
            // The events that a slice added, packed (PackedRefs), and their dedupe keys in the same order, 16 bytes each: what a
            // revert takes away.
            """
            CREATE TABLE import_slices (
                import BIGINT NOT NULL,
                slice BIGINT NOT NULL,
                refs BYTES NOT NULL,
                keys BYTES NOT NULL,
                PRIMARY KEY (import, slice)
            ) STRICT, WITHOUT ROWID
            """,
        ])
}
