public import RapportStorage

extension Migration {
    /// How often a person wants to hear from us at most: milliseconds in which one marketing message is enough, 0 for no wish.
    public static let frequency = Migration(
        "0122-frequency", ["ALTER TABLE preferences ADD COLUMN at_most_every BIGINT NOT NULL DEFAULT 0"])
}
