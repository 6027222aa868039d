extension Migration {
    /// What stands for events that retention has dropped, by profile, so that merging and taking apart carry it along.
    public static let openings = Migration(
        "0342-openings",
        [
            """
            CREATE TABLE openings (
                profile BIGINT NOT NULL,
                kind BIGINT NOT NULL,
                first_at BIGINT NOT NULL,
                last_at BIGINT NOT NULL,
                count BIGINT NOT NULL,
                sum1 BIGINT NOT NULL, sum2 BIGINT NOT NULL, sum3 BIGINT NOT NULL, sum4 BIGINT NOT NULL,
                PRIMARY KEY (profile, kind)
            ) STRICT, WITHOUT ROWID
            """
        ])
}
