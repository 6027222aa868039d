extension Migration {
    /// What probabilistic matching keeps: who waits to be compared, the keys by which people find each other, pairs, models.
    static let matching = Migration(
        "0020-matching",
        [
            // Who is new or has changed since he was compared.
            """
            CREATE TABLE match_queue (
                person BIGINT NOT NULL PRIMARY KEY
            ) STRICT
            """,
            // Hashes: nobody can be read from them.
            """
            CREATE TABLE match_keys (
                key BIGINT NOT NULL,
                person BIGINT NOT NULL,
                PRIMARY KEY (key, person)
            ) STRICT, WITHOUT ROWID
            """,
            // The same keys by person, eight bytes each.
            """
            CREATE TABLE match_people (
                person BIGINT NOT NULL PRIMARY KEY,
                keys BYTES NOT NULL
            ) STRICT
            """,
            // Keys that so many people share that they tell nothing.
            """
            CREATE TABLE match_common (
                key BIGINT NOT NULL PRIMARY KEY
            ) STRICT
            """,
            // Pairs that may be one, beside their row in reviews. weight: thousandths of a bit. levels: a digit a column of the model.
            // conflict: kinds of identifiers of which each has another value, so that the pair never merges by itself.
            """
            CREATE TABLE match_pairs (
                low BIGINT NOT NULL,
                high BIGINT NOT NULL,
                weight BIGINT NOT NULL,
                levels TEXT NOT NULL,
                model BIGINT NOT NULL,
                conflict TEXT NOT NULL,
                PRIMARY KEY (low, high)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX match_pairs_by_high ON match_pairs (high, low)",
            """
            CREATE TABLE match_models (
                id IDENTITY,
                learnt_at BIGINT NOT NULL,
                people BIGINT NOT NULL,
                body TEXT NOT NULL
            ) STRICT
            """,
        ])
}
