public import RapportStorage

extension Migration {
    /// The stage of everybody, every change of it, and how many are in each.
    public static let lifecycle = Migration(
        "0310-lifecycle",
        [
            // stage: the number of a symbol; 0: in none.
            """
            CREATE TABLE lifecycle_now (
                person BIGINT NOT NULL PRIMARY KEY,
                stage BIGINT NOT NULL,
                since BIGINT NOT NULL,
                partition BIGINT NOT NULL
            ) STRICT
            """,
            // cause: 0 an event, 1 a window that passed.
            """
            CREATE TABLE lifecycle_changes (
                person BIGINT NOT NULL,
                place BIGINT NOT NULL,
                at BIGINT NOT NULL,
                was BIGINT,
                stage BIGINT NOT NULL,
                cause BIGINT NOT NULL,
                PRIMARY KEY (person, place)
            ) STRICT, WITHOUT ROWID
            """,
            // Kept, not counted.
            """
            CREATE TABLE lifecycle_counts (
                stage BIGINT NOT NULL,
                partition BIGINT NOT NULL,
                people BIGINT NOT NULL,
                PRIMARY KEY (stage, partition)
            ) STRICT, WITHOUT ROWID
            """,
            // A row while the people of a partition are judged by new rules; people up to `upto` are done.
            """
            CREATE TABLE lifecycle_fills (
                partition BIGINT NOT NULL PRIMARY KEY,
                upto BIGINT NOT NULL
            ) STRICT
            """,
        ])
}
