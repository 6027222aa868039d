public import RapportStorage

extension Migration {
    /// Segments, who is in them, and how far the filling of each has come.
    public static let segments = Migration(
        "0150-segments",
        [
            // state: counting, filling, live, retired. counted: what the population query said when the version was applied.
            """
            CREATE TABLE segments (
                id IDENTITY,
                name TEXT NOT NULL UNIQUE,
                version BIGINT NOT NULL,
                expression TEXT NOT NULL,
                state TEXT NOT NULL,
                counted BIGINT,
                changed_at BIGINT NOT NULL
            ) STRICT
            """,
            """
            CREATE TABLE membership (
                segment BIGINT NOT NULL,
                person BIGINT NOT NULL,
                since BIGINT NOT NULL,
                PRIMARY KEY (segment, person)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX membership_by_person ON membership (person, segment)",
            // Answers windows for the whole population without reading all of history (1M people, 10M events: 0.14 s, not 0.54).
            // Time goes on, so its rows are added at a few places.
            "CREATE INDEX timeline_by_kind ON timeline (kind, occurred_at, person, n1, n2, n3, n4)",
            // Kept, not counted: the members of each segment by partition.
            """
            CREATE TABLE segment_counts (
                segment BIGINT NOT NULL,
                partition BIGINT NOT NULL,
                members BIGINT NOT NULL,
                PRIMARY KEY (segment, partition)
            ) STRICT, WITHOUT ROWID
            """,
            // A row while the segment is being filled in a partition; people up to `upto` are done.
            """
            CREATE TABLE segment_fills (
                partition BIGINT NOT NULL,
                segment BIGINT NOT NULL,
                upto BIGINT NOT NULL,
                PRIMARY KEY (partition, segment)
            ) STRICT, WITHOUT ROWID
            """,
        ])
}
