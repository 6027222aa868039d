extension Migration {
    /// Companies that may be one: who waits to be compared, the keys by which they find each other, and what was found or decided.
    static let accountMatching = Migration(
        "0500-account-matching",
        [
            """
            CREATE TABLE account_match_queue (
                account BIGINT NOT NULL PRIMARY KEY
            ) STRICT
            """,
            // Hashes, as those of people.
            """
            CREATE TABLE account_match_keys (
                key BIGINT NOT NULL,
                account BIGINT NOT NULL,
                PRIMARY KEY (key, account)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX account_match_keys_by_account ON account_match_keys (account, key)",
            // verdict: open, same or apart. weight: thousandths of a bit; conflict: why it was not decided by itself, decided_by: who
            // decided otherwise ('' while nobody has), undecided_at: when it was found.
            """
            CREATE TABLE account_pairs (
                low BIGINT NOT NULL,
                high BIGINT NOT NULL,
                weight BIGINT NOT NULL,
                verdict TEXT NOT NULL,
                conflict TEXT NOT NULL,
                since BIGINT NOT NULL,
                decided_by TEXT NOT NULL,
                decided_at BIGINT,
                PRIMARY KEY (low, high)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX account_pairs_by_high ON account_pairs (high, low)",
        ])
}
