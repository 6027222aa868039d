extension Migration {
    /// People in context: where they work and have worked, whom they are something to, with whom they live. Folded from their events.
    static let context = Migration(
        "0300-context",
        [
            // place: the order by beginning. source 0: external is the folded name of a company. main 1: said to be the first of
            // several. dated 0: since is when it was first heard of. profile: whose record named it; 0: it was said by itself.
            """
            CREATE TABLE affiliations (
                person BIGINT NOT NULL,
                place BIGINT NOT NULL,
                source BIGINT NOT NULL,
                external TEXT NOT NULL,
                name TEXT NOT NULL,
                role TEXT NOT NULL,
                title TEXT NOT NULL,
                main BIGINT NOT NULL,
                since BIGINT NOT NULL,
                until BIGINT,
                dated BIGINT NOT NULL,
                profile BIGINT NOT NULL,
                ended_partition BIGINT,
                ended_position BIGINT,
                PRIMARY KEY (person, place)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX affiliations_by_account ON affiliations (source, external, person)",
            // Each end of a tie has a row of its own, so that whoever is merged, unmerged or erased takes only their own end along.
            """
            CREATE TABLE relations (
                person BIGINT NOT NULL,
                place BIGINT NOT NULL,
                tie TEXT NOT NULL,
                side BIGINT NOT NULL,
                kind TEXT NOT NULL,
                since BIGINT NOT NULL,
                until BIGINT,
                dated BIGINT NOT NULL,
                PRIMARY KEY (person, place)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX relations_by_tie ON relations (tie, side, person)",
            // household: the number of a symbol, as in people.
            """
            CREATE TABLE household_stays (
                person BIGINT NOT NULL,
                place BIGINT NOT NULL,
                household BIGINT NOT NULL,
                since BIGINT NOT NULL,
                until BIGINT,
                dated BIGINT NOT NULL,
                PRIMARY KEY (person, place)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX household_stays_by_household ON household_stays (household, person)",
        ])
}
