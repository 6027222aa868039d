public import RapportStorage

extension Migration {
    /// Campaigns, who did what to them and when, and how far each partition has been asked.
    public static let campaigns = Migration(
        "0210-campaigns",
        [
            // plan is JSON. act is 0 until sending begins; template_version is fixed by the approval. size: people in the segment
            // when it was last counted.
            """
            CREATE TABLE campaigns (
                id IDENTITY,
                name TEXT NOT NULL UNIQUE,
                state TEXT NOT NULL,
                plan TEXT NOT NULL,
                template_version BIGINT NOT NULL,
                size BIGINT NOT NULL,
                act BIGINT NOT NULL,
                starts_at BIGINT NOT NULL
            ) STRICT
            """,
            """
            CREATE TABLE campaign_steps (
                campaign BIGINT NOT NULL,
                number BIGINT NOT NULL,
                step TEXT NOT NULL,
                state TEXT NOT NULL,
                at BIGINT NOT NULL,
                actor TEXT NOT NULL,
                note TEXT NOT NULL,
                PRIMARY KEY (campaign, number)
            ) STRICT, WITHOUT ROWID
            """,
            // Every member up to `person` has been decided upon.
            """
            CREATE TABLE campaign_slices (
                partition BIGINT NOT NULL,
                act BIGINT NOT NULL,
                person BIGINT NOT NULL,
                done BIGINT NOT NULL,
                PRIMARY KEY (partition, act)
            ) STRICT, WITHOUT ROWID
            """,
        ])
}
