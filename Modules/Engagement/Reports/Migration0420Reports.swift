public import RapportStorage

extension Migration {
    /// Who was sent the report of which month.
    public static let reports = Migration(
        "0420-reports",
        [
            // A row a report, month and recipient, a colleague: the key lets none go out twice. month: 2026-10. state: as in
            // messages. at: not before while it waits, then when it came to its state. round: 2 and more where somebody asked for it
            // again. detail: why it failed or was put off.
            """
            CREATE TABLE report_mails (
                report TEXT NOT NULL,
                month TEXT NOT NULL,
                recipient TEXT NOT NULL,
                state BIGINT NOT NULL,
                at BIGINT NOT NULL,
                attempts BIGINT NOT NULL,
                round BIGINT NOT NULL,
                detail TEXT NOT NULL,
                PRIMARY KEY (report, month, recipient)
            ) STRICT, WITHOUT ROWID
            """
        ])
}
