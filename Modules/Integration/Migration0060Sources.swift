public import RapportStorage

extension Migration {
    /// The sources that are read on a schedule: when next, by whom at the moment, how far, and what went wrong.
    public static let sources = Migration(
        "0060-sources",
        [
            // holder: the process that reads it now, until lease_until; epoch fences one that lost it. bookmark: where reading
            // goes on, written in the transaction of the records before it. import: that of the last run. finished_at: the last
            // run that came to its end. failures: since then.
            """
            CREATE TABLE source_runs (
                instance TEXT NOT NULL PRIMARY KEY,
                schedule TEXT NOT NULL,
                due_at BIGINT NOT NULL,
                holder TEXT,
                epoch BIGINT NOT NULL,
                lease_until BIGINT NOT NULL,
                bookmark TEXT,
                import BIGINT,
                started_at BIGINT,
                finished_at BIGINT,
                records BIGINT NOT NULL,
                added BIGINT NOT NULL,
                rejected BIGINT NOT NULL,
                failures BIGINT NOT NULL,
                failed_at BIGINT,
                error TEXT NOT NULL
            ) STRICT
            """
        ])
}
