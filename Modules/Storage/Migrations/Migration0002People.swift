import RapportCore

extension Migration {
    /// People, the profiles that sources know, identifiers, fields with their provenance, search words, merges.
    static let people = Migration(
        "0002-people",
        [
            // state: 0 active, 1 merged into `survivor`, 2 erased. anonymous: 1 while only device identifiers are known.
            """
            CREATE TABLE people (
                id IDENTITY,
                public_id TEXT NOT NULL UNIQUE,
                partition BIGINT NOT NULL,
                state BIGINT NOT NULL,
                survivor BIGINT,
                anonymous BIGINT NOT NULL,
                household BIGINT,
                created_at BIGINT NOT NULL,
                last_seen BIGINT NOT NULL
            ) STRICT
            """,
            "CREATE INDEX people_by_partition ON people (partition, id)",
            // What one source knows as one person. `origin` is the person it was made for; `person` whose it is now.
            """
            CREATE TABLE profiles (
                id IDENTITY,
                source BIGINT NOT NULL,
                person BIGINT NOT NULL,
                origin BIGINT NOT NULL,
                created_at BIGINT NOT NULL
            ) STRICT
            """,
            "CREATE INDEX profiles_by_person ON profiles (person, id)",
            """
            CREATE TABLE identifier_kinds (
                id IDENTITY,
                name TEXT NOT NULL UNIQUE
            ) STRICT
            """,
            // A row per profile that a value was said of. holder 0: the first profile that a value of an exclusive kind was
            // said of, which owns it. Later and shared ones have their profile as holder. -1: the value is shared by more
            // people than the rules allow; profile and person are 0 or the one known by nothing but this value.
            // batch: the import that said it first, 0 for live intake; identifier_claims has the others.
            """
            CREATE TABLE identifiers (
                kind BIGINT NOT NULL,
                value TEXT NOT NULL,
                holder BIGINT NOT NULL,
                profile BIGINT NOT NULL,
                person BIGINT NOT NULL,
                batch BIGINT NOT NULL,
                first_seen BIGINT NOT NULL,
                PRIMARY KEY (kind, value, holder)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX identifiers_by_person ON identifiers (person, kind, value)",
            """
            CREATE TABLE identifier_claims (
                batch BIGINT NOT NULL,
                kind BIGINT NOT NULL,
                value TEXT NOT NULL,
                profile BIGINT NOT NULL,
                PRIMARY KEY (batch, kind, value, profile)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX identifier_claims_by_value ON identifier_claims (kind, value, profile)",
            // The last number given out per table, on SQLite only: PostgreSQL has sequences.
            """
            CREATE TABLE numbers (
                name TEXT NOT NULL PRIMARY KEY,
                last BIGINT NOT NULL
            ) STRICT
            """,
            // Values of identifying fields and properties, by profile: erasing these rows empties the log of the person.
            """
            CREATE TABLE personal_values (
                id IDENTITY,
                profile BIGINT NOT NULL,
                value TEXT NOT NULL
            ) STRICT
            """,
            "CREATE INDEX personal_values_by_profile ON personal_values (profile, id)",
            // One packed row per profile: for each field the value said last, when it was said and when last confirmed.
            """
            CREATE TABLE provenance (
                profile BIGINT NOT NULL PRIMARY KEY,
                person BIGINT NOT NULL,
                data TEXT NOT NULL
            ) STRICT
            """,
            "CREATE INDEX provenance_by_person ON provenance (person, profile)",
            // Declared fields. `slot` n is column fN of golden, added when the field is declared.
            """
            CREATE TABLE fields (
                slot IDENTITY,
                name TEXT NOT NULL UNIQUE,
                type TEXT NOT NULL,
                identifying BIGINT NOT NULL,
                definition TEXT NOT NULL
            ) STRICT
            """,
            // The golden values: one row per person, one typed column fN per declared field (see FieldType.column).
            """
            CREATE TABLE golden (
                person BIGINT NOT NULL PRIMARY KEY
            ) STRICT
            """,
            // Folded words of names and companies. Whoever takes a person out computes the words from the golden row.
            """
            CREATE TABLE words (
                word TEXT NOT NULL,
                person BIGINT NOT NULL,
                PRIMARY KEY (word, person)
            ) STRICT, WITHOUT ROWID
            """,
            // A merge and all that undoing it needs. undone_at is set by unmerge.
            """
            CREATE TABLE merges (
                id IDENTITY,
                survivor BIGINT NOT NULL,
                loser BIGINT NOT NULL,
                merged_at BIGINT NOT NULL,
                actor TEXT NOT NULL,
                reason TEXT NOT NULL,
                undo TEXT NOT NULL,
                undone_at BIGINT
            ) STRICT
            """,
            "CREATE INDEX merges_by_survivor ON merges (survivor, id)",
            "CREATE INDEX merges_by_loser ON merges (loser, id)",
            // Events that a merge or unmerge moved, before they were handled, to the end of another partition.
            """
            CREATE TABLE moved_events (
                partition BIGINT NOT NULL,
                position BIGINT NOT NULL,
                to_partition BIGINT NOT NULL,
                to_position BIGINT NOT NULL,
                PRIMARY KEY (partition, position)
            ) STRICT, WITHOUT ROWID
            """,
            // Pairs that identifiers suggest and rules do not decide. verdict: open, due (merged by the house as soon as it can),
            // merged, apart.
            """
            CREATE TABLE reviews (
                low BIGINT NOT NULL,
                high BIGINT NOT NULL,
                reason TEXT NOT NULL,
                since BIGINT NOT NULL,
                verdict TEXT NOT NULL,
                PRIMARY KEY (low, high)
            ) STRICT
            """,
            "CREATE INDEX reviews_by_verdict ON reviews (verdict, low, high)",
            // Companies.
            """
            CREATE TABLE accounts (
                id IDENTITY,
                public_id TEXT NOT NULL UNIQUE,
                source BIGINT NOT NULL,
                external TEXT NOT NULL,
                name TEXT NOT NULL,
                data TEXT NOT NULL,
                UNIQUE (source, external)
            ) STRICT
            """,
            """
            CREATE TABLE products (
                id IDENTITY,
                source BIGINT NOT NULL,
                external TEXT NOT NULL,
                name TEXT NOT NULL,
                data TEXT NOT NULL,
                UNIQUE (source, external)
            ) STRICT
            """,
            // Definitions (topics, segments, templates, policies, journeys) with every version; `rapport apply` writes them.
            """
            CREATE TABLE definitions (
                kind TEXT NOT NULL,
                name TEXT NOT NULL,
                version BIGINT NOT NULL,
                body TEXT NOT NULL,
                applied_at BIGINT NOT NULL,
                actor TEXT NOT NULL,
                PRIMARY KEY (kind, name, version)
            ) STRICT
            """,
        ],
        seed: { db in try FieldStore.declare(FieldDefinition.builtIn, in: db) })
}
