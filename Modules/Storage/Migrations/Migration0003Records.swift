extension Migration {
    /// Companies, products and orders as records: what makes each, and whom it belongs to.
    static let records = Migration(
        "0003-records",
        [
            // What was said of an account or a product (RecordKind), so that it can be computed again without a part of it.
            """
            CREATE TABLE record_events (
                record BIGINT NOT NULL,
                source BIGINT NOT NULL,
                external TEXT NOT NULL,
                partition BIGINT NOT NULL,
                position BIGINT NOT NULL,
                PRIMARY KEY (record, source, external, partition, position)
            ) STRICT, WITHOUT ROWID
            """,
            // Folded words of names, for search.
            """
            CREATE TABLE record_words (
                record BIGINT NOT NULL,
                word TEXT NOT NULL,
                id BIGINT NOT NULL,
                PRIMARY KEY (record, word, id)
            ) STRICT, WITHOUT ROWID
            """,
            // Who belongs to which account, by whose word, first and last said.
            """
            CREATE TABLE person_accounts (
                person BIGINT NOT NULL,
                source BIGINT NOT NULL,
                external TEXT NOT NULL,
                first_at BIGINT NOT NULL,
                last_at BIGINT NOT NULL,
                PRIMARY KEY (person, source, external)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX person_accounts_by_account ON person_accounts (source, external, person)",
            // The events of an order, by its number: what was placed, and what came of it.
            """
            CREATE TABLE order_events (
                person BIGINT NOT NULL,
                source BIGINT NOT NULL,
                number TEXT NOT NULL,
                partition BIGINT NOT NULL,
                position BIGINT NOT NULL,
                PRIMARY KEY (person, source, number, partition, position)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX order_events_by_number ON order_events (number, person)",
        ])
}
