extension Migration {
    /// How far golden values have been chosen anew since a field's rule changed.
    static let goldenFills = Migration(
        "0351-golden-fills",
        [
            // A row while the partition is at it; people up to `upto` are done. words 1: what search finds has changed too.
            """
            CREATE TABLE golden_fills (
                partition BIGINT NOT NULL,
                upto BIGINT NOT NULL,
                words BIGINT NOT NULL,
                PRIMARY KEY (partition)
            ) STRICT, WITHOUT ROWID
            """
        ])
}
