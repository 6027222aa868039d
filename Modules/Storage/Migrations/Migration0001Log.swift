extension Migration {
    /// The event log, its partitions, and what steps keep beside it.
    static let log = Migration(
        "0001-log",
        [
            // Facts about this database: its id, when it was made, the machine it may send from.
            """
            CREATE TABLE settings (
                name TEXT NOT NULL PRIMARY KEY,
                value TEXT NOT NULL
            ) STRICT
            """,
            // The lock for appending, the last position given out, and the clock that received_at never falls behind.
            """
            CREATE TABLE partitions (
                partition BIGINT NOT NULL PRIMARY KEY,
                head BIGINT NOT NULL,
                clock BIGINT NOT NULL
            ) STRICT
            """,
            // How far the step has come; a lease says which worker may move it, its epoch fences one that lost it.
            """
            CREATE TABLE cursors (
                partition BIGINT NOT NULL PRIMARY KEY,
                position BIGINT NOT NULL,
                clock BIGINT NOT NULL,
                epoch BIGINT NOT NULL,
                holder TEXT,
                lease_until BIGINT NOT NULL
            ) STRICT
            """,
            // Event kinds by number. `declared` 0: seen but not declared. Slots name the properties copied to n1…n4.
            """
            CREATE TABLE kinds (
                id IDENTITY,
                name TEXT NOT NULL UNIQUE,
                declared BIGINT NOT NULL,
                slots TEXT NOT NULL
            ) STRICT
            """,
            """
            CREATE TABLE sources (
                id IDENTITY,
                name TEXT NOT NULL UNIQUE,
                horizon BIGINT NOT NULL
            ) STRICT
            """,
            // Text values of declared properties by number, folded (Text.folded).
            """
            CREATE TABLE symbols (
                id IDENTITY,
                value TEXT NOT NULL UNIQUE
            ) STRICT
            """,
            // person and profile are 0 for events that concern nobody. personal is 0 or a row of personal_values.
            """
            CREATE TABLE events (
                partition BIGINT NOT NULL,
                position BIGINT NOT NULL,
                person BIGINT NOT NULL,
                profile BIGINT NOT NULL,
                kind BIGINT NOT NULL,
                source BIGINT NOT NULL,
                occurred_at BIGINT NOT NULL,
                received_at BIGINT NOT NULL,
                history BIGINT NOT NULL,
                depth BIGINT NOT NULL,
                cause_partition BIGINT,
                cause_position BIGINT,
                n1 BIGINT, n2 BIGINT, n3 BIGINT, n4 BIGINT,
                personal BIGINT NOT NULL,
                properties TEXT NOT NULL,
                PRIMARY KEY (partition, position)
            ) STRICT, WITHOUT ROWID
            """,
            // A key is 16 bytes as two integers, so that a batch of keys is looked up as one list.
            """
            CREATE TABLE dedupe (
                high BIGINT NOT NULL,
                low BIGINT NOT NULL,
                partition BIGINT NOT NULL,
                position BIGINT NOT NULL,
                expires_at BIGINT,
                PRIMARY KEY (high, low)
            ) STRICT, WITHOUT ROWID
            """,
            // Written by the step, sorted by person: every event of a person, by kind and time, with its typed slots.
            """
            CREATE TABLE timeline (
                person BIGINT NOT NULL,
                kind BIGINT NOT NULL,
                occurred_at BIGINT NOT NULL,
                partition BIGINT NOT NULL,
                position BIGINT NOT NULL,
                profile BIGINT NOT NULL,
                n1 BIGINT, n2 BIGINT, n3 BIGINT, n4 BIGINT,
                PRIMARY KEY (person, kind, occurred_at, partition, position)
            ) STRICT, WITHOUT ROWID
            """,
            // All-time answers per person and kind, so that recency and totals touch no events. sum1…sum4 add n1…n4.
            """
            CREATE TABLE totals (
                person BIGINT NOT NULL,
                kind BIGINT NOT NULL,
                first_at BIGINT NOT NULL,
                last_at BIGINT NOT NULL,
                count BIGINT NOT NULL,
                sum1 BIGINT NOT NULL, sum2 BIGINT NOT NULL, sum3 BIGINT NOT NULL, sum4 BIGINT NOT NULL,
                PRIMARY KEY (person, kind)
            ) STRICT, WITHOUT ROWID
            """,
            // A moment that will arrive. owner is the reactor it wakes (`segments`, `proposals`); key makes it one of a kind.
            """
            CREATE TABLE timers (
                partition BIGINT NOT NULL,
                due_at BIGINT NOT NULL,
                person BIGINT NOT NULL,
                owner TEXT NOT NULL,
                key TEXT NOT NULL,
                payload TEXT NOT NULL,
                PRIMARY KEY (partition, due_at, person, owner, key)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE UNIQUE INDEX timers_by_person ON timers (person, owner, key)",
            // People whose events wait because one of them, or a timer, threw. retry 1: somebody asked to try again.
            """
            CREATE TABLE held (
                person BIGINT NOT NULL,
                partition BIGINT NOT NULL,
                position BIGINT NOT NULL,
                since BIGINT NOT NULL,
                attempts BIGINT NOT NULL,
                reason TEXT NOT NULL,
                retry BIGINT NOT NULL,
                PRIMARY KEY (partition, person)
            ) STRICT
            """,
            // The events that wait for a held person, in order. The first is the one that threw, unless a timer did.
            """
            CREATE TABLE held_events (
                partition BIGINT NOT NULL,
                person BIGINT NOT NULL,
                position BIGINT NOT NULL,
                PRIMARY KEY (partition, person, position)
            ) STRICT, WITHOUT ROWID
            """,
            // Events that a step wanted to append and the door refused, by their cause, so that somebody can see them.
            """
            CREATE TABLE refusals (
                partition BIGINT NOT NULL,
                position BIGINT NOT NULL,
                kind TEXT NOT NULL,
                person BIGINT NOT NULL,
                refused_at BIGINT NOT NULL,
                reason TEXT NOT NULL,
                PRIMARY KEY (partition, position, kind)
            ) STRICT
            """,
            // Workers that are alive, so that each knows its share of the partitions.
            """
            CREATE TABLE workers (
                name TEXT NOT NULL PRIMARY KEY,
                alive_until BIGINT NOT NULL
            ) STRICT
            """,
        ],
        seed: seedLog)
}
