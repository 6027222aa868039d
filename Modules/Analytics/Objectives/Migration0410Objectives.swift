public import RapportStorage

extension Migration {
    /// The verdicts on objectives that were told, each when it changed, so that a change is told once.
    public static let objectives = Migration(
        "0410-objectives",
        [
            """
            CREATE TABLE objective_verdicts (
                objective TEXT NOT NULL,
                at BIGINT NOT NULL,
                verdict TEXT NOT NULL,
                PRIMARY KEY (objective, at)
            ) STRICT, WITHOUT ROWID
            """
        ])
}
