public import RapportStorage

extension Migration {
    /// What people have been asked, whether it still holds.
    public static let questions = Migration(
        "0321-questions",
        [
            // subject: a field, or a kind of identifier. Moments of the latest event of each kind, 0 for none. contact: of the latest
            // question, as whoever asked named the occasion.
            """
            CREATE TABLE questions (
                person BIGINT NOT NULL,
                subject TEXT NOT NULL,
                asked_at BIGINT NOT NULL,
                answered_at BIGINT NOT NULL,
                declined_at BIGINT NOT NULL,
                contact TEXT NOT NULL,
                PRIMARY KEY (person, subject)
            ) STRICT, WITHOUT ROWID
            """
        ])
}
