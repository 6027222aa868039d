extension Migration {
    /// Exchange rates by day: what one unit of `currency` is in `base`, of the tenth decimal.
    public static let rates = Migration(
        "0401-rates",
        [
            """
            CREATE TABLE rates (
                base TEXT NOT NULL,
                currency TEXT NOT NULL,
                day BIGINT NOT NULL,
                rate BIGINT NOT NULL,
                origin TEXT NOT NULL,
                PRIMARY KEY (base, currency, day)
            ) STRICT, WITHOUT ROWID
            """
        ])
}
