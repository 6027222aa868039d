public import RapportStorage

extension Migration {
    /// What people asked for in the preference centre, beside permissions: hours of their own, and the channel they like best.
    public static let preferences = Migration(
        "0120-preferences",
        [
            // The latest statement of each person, folded from preference.stated. quiet_from and quiet_until are minutes after
            // midnight in the person's zone, -1 for none. channels: kinds of addresses in the person's order, with commas.
            """
            CREATE TABLE preferences (
                person BIGINT NOT NULL PRIMARY KEY,
                id BIGINT NOT NULL,
                at BIGINT NOT NULL,
                quiet_from BIGINT NOT NULL,
                quiet_until BIGINT NOT NULL,
                channels TEXT NOT NULL
            ) STRICT
            """
        ])
}
