public import RapportStorage

extension Migration {
    /// The permission ledger: permissions, and what speaks against writing, each its own kind of record. Brands, topics and
    /// channels are numbers of symbols, 0 for all. `id` is the number of the event that says it (EventRef.number).
    public static let permissions = Migration(
        "0100-permissions",
        [
            // Folded from events. status: 0 pending, 1 granted, 2 confirmed. details: where, wording, language, evidence, actor,
            // promise, as JSON.
            """
            CREATE TABLE permissions (
                person BIGINT NOT NULL,
                id BIGINT NOT NULL,
                profile BIGINT NOT NULL,
                brand BIGINT NOT NULL,
                topic BIGINT NOT NULL,
                channel BIGINT NOT NULL,
                basis BIGINT NOT NULL,
                status BIGINT NOT NULL,
                proven BIGINT NOT NULL,
                imported BIGINT NOT NULL,
                at BIGINT NOT NULL,
                source BIGINT NOT NULL,
                details TEXT NOT NULL,
                PRIMARY KEY (person, id)
            ) STRICT, WITHOUT ROWID
            """,
            // The rest is written in the transaction that accepts it. Nothing here is ever changed or deleted but by erasure.
            """
            CREATE TABLE withdrawals (
                person BIGINT NOT NULL,
                id BIGINT NOT NULL,
                profile BIGINT NOT NULL,
                brand BIGINT NOT NULL,
                topic BIGINT NOT NULL,
                channel BIGINT NOT NULL,
                at BIGINT NOT NULL,
                recorded_at BIGINT NOT NULL,
                source BIGINT NOT NULL,
                details TEXT NOT NULL,
                PRIMARY KEY (person, id)
            ) STRICT, WITHOUT ROWID
            """,
            // lifts 1: a later act of the person that lifts the objections under the same scope.
            """
            CREATE TABLE objections (
                person BIGINT NOT NULL,
                id BIGINT NOT NULL,
                profile BIGINT NOT NULL,
                lifts BIGINT NOT NULL,
                brand BIGINT NOT NULL,
                topic BIGINT NOT NULL,
                channel BIGINT NOT NULL,
                at BIGINT NOT NULL,
                recorded_at BIGINT NOT NULL,
                source BIGINT NOT NULL,
                details TEXT NOT NULL,
                PRIMARY KEY (person, id)
            ) STRICT, WITHOUT ROWID
            """,
            """
            CREATE TABLE restrictions (
                person BIGINT NOT NULL,
                id BIGINT NOT NULL,
                profile BIGINT NOT NULL,
                lifts BIGINT NOT NULL,
                at BIGINT NOT NULL,
                recorded_at BIGINT NOT NULL,
                source BIGINT NOT NULL,
                details TEXT NOT NULL,
                PRIMARY KEY (person, id)
            ) STRICT, WITHOUT ROWID
            """,
            // By hash of address, whoever has it. kind: 0 bounce, 1 complaint, 2 manual. lifted_at 0: in force.
            """
            CREATE TABLE suppressions (
                address BIGINT NOT NULL,
                kind BIGINT NOT NULL,
                id BIGINT NOT NULL,
                person BIGINT NOT NULL,
                at BIGINT NOT NULL,
                lifted_at BIGINT NOT NULL,
                source BIGINT NOT NULL,
                details TEXT NOT NULL,
                PRIMARY KEY (address, kind)
            ) STRICT, WITHOUT ROWID
            """,
        ])

    /// Standings, contacts, receipts and the policies they name.
    public static let decisions = Migration(
        "0110-decisions",
        [
            // Facts that hold for a while, folded from mapped events. until 0: open.
            """
            CREATE TABLE standings (
                person BIGINT NOT NULL,
                fact BIGINT NOT NULL,
                since BIGINT NOT NULL,
                id BIGINT NOT NULL,
                until BIGINT NOT NULL,
                source BIGINT NOT NULL,
                weight BIGINT NOT NULL,
                PRIMARY KEY (person, fact, since, id)
            ) STRICT, WITHOUT ROWID
            """,
            // Contacts made elsewhere, folded from events of other systems. Our own are messages.
            """
            CREATE TABLE contacts (
                person BIGINT NOT NULL,
                at BIGINT NOT NULL,
                id BIGINT NOT NULL,
                channel BIGINT NOT NULL,
                topic BIGINT NOT NULL,
                class BIGINT NOT NULL,
                source BIGINT NOT NULL,
                PRIMARY KEY (person, at, id)
            ) STRICT, WITHOUT ROWID
            """,
            // Every policy that decided something, as canonical JSON.
            """
            CREATE TABLE policies (
                id IDENTITY,
                body TEXT NOT NULL UNIQUE,
                made_at BIGINT NOT NULL
            ) STRICT
            """,
            """
            CREATE TABLE receipt_shapes (
                id IDENTITY,
                data BYTES NOT NULL UNIQUE
            ) STRICT
            """,
            // One receipt for each message: its decisions one after the other, each with its shape's number.
            """
            CREATE TABLE receipts (
                person BIGINT NOT NULL,
                act BIGINT NOT NULL,
                data BYTES NOT NULL,
                PRIMARY KEY (person, act)
            ) STRICT, WITHOUT ROWID
            """,
            // Who got nothing at all, and why: the shape holds the reason.
            """
            CREATE TABLE drops (
                person BIGINT NOT NULL,
                act BIGINT NOT NULL,
                shape BIGINT NOT NULL,
                data BYTES NOT NULL,
                PRIMARY KEY (person, act)
            ) STRICT, WITHOUT ROWID
            """,
        ])
}
