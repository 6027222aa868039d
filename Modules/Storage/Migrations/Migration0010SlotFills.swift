extension Migration {
    /// How far newly declared properties have been filled in for the events of the past.
    static let slotFills = Migration(
        "0010-slot-fills",
        [
            // A row while the partition is at it; events up to `upto` are done, `head` is where it ends, -1 until it has begun.
            """
            CREATE TABLE slot_fills (
                partition BIGINT NOT NULL,
                kind BIGINT NOT NULL,
                upto BIGINT NOT NULL,
                head BIGINT NOT NULL,
                PRIMARY KEY (partition, kind)
            ) STRICT, WITHOUT ROWID
            """
        ])
}
