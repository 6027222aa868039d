public import RapportCore
public import RapportStorage

/// The report of a month for one colleague.
public struct ReportMail: Sendable, Hashable {
    public var report: String
    public var month: CalendarMonth
    public var recipient: String
    public var state: MessageState
    public var at: Timestamp
    public var attempts: Int64
    /// 1, and more where somebody asked for it again.
    public var round: Int64
    public var detail: String
}

/// The rows of `report_mails`. Each change is a condition on the state it changes from, so that of several processes one makes it.
public enum ReportStore {
    /// A hand-over that nobody has ended for so long is in doubt: its process died, or hangs.
    static let handing = Span.minutes(15)

    /// Writes down who is to get it; who has it, or is to get it, already stays as they are.
    static func queue(_ report: String, _ month: CalendarMonth, _ recipients: [String], at now: Timestamp, in db: Connection)
        throws
    {
        for recipient in recipients.sorted() {
            try db.run(
                """
                INSERT INTO report_mails (report, month, recipient, state, at, attempts, round, detail)
                VALUES (\(report), \(month.text), \(recipient), 0, \(now), 0, 1, '') ON CONFLICT DO NOTHING
                """)
        }
    }

    /// Lets those who have it, or did not get it, have it once more.
    static func again(_ report: String, _ month: CalendarMonth, _ recipients: [String], at now: Timestamp, in db: Connection)
        throws
    {
        try db.run(
            """
            UPDATE report_mails SET state = 0, at = \(now), attempts = 0, round = round + 1, detail = ''
            WHERE report = \(report) AND month = \(month.text) AND recipient IN \(list: recipients) AND state >= 4
            """)
    }

    /// Takes one that waits and is due, for this process alone; `nil` if there is none, or another took it.
    static func take(_ report: String, _ month: CalendarMonth, _ recipient: String, at now: Timestamp, in db: Connection) throws
        -> ReportMail?
    {
        let taken = try db.run(
            """
            UPDATE report_mails SET state = 3, at = \(now), attempts = attempts + 1
            WHERE report = \(report) AND month = \(month.text) AND recipient = \(recipient) AND state = 0 AND at <= \(now)
            """)
        return taken == 1 ? try mails(report, month, in: db).first { $0.recipient == recipient } : nil
    }

    /// Says what became of one in hand; also of one that was given up as in doubt, for the late answer is the true one.
    static func end(_ mail: ReportMail, as state: MessageState, at: Timestamp, _ detail: String, in db: Connection) throws {
        try db.run(
            """
            UPDATE report_mails SET state = \(state.rawValue), at = \(at), detail = \(String(detail.prefix(500)))
            WHERE report = \(mail.report) AND month = \(mail.month.text) AND recipient = \(mail.recipient)
                AND round = \(mail.round) AND state IN (3, 6)
            """)
    }

    /// What was being handed over when its process died is in doubt, and never goes out by itself again.
    static func giveUp(at now: Timestamp, in db: Connection) throws {
        try db.run("UPDATE report_mails SET state = 6 WHERE state = 3 AND at < \(now - handing)")
    }

    public static func mails(_ report: String, _ month: CalendarMonth, in db: Connection) throws -> [ReportMail] {
        try read("report = \(report) AND month = \(month.text)", in: db)
    }

    /// The latest month first.
    public static func mails(in db: Connection) throws -> [ReportMail] { try read("1 = 1", in: db) }

    private static func read(_ which: SQL, in db: Connection) throws -> [ReportMail] {
        try db.all(
            """
            SELECT report, month, recipient, state, at, attempts, round, detail FROM report_mails WHERE \(which)
            ORDER BY month DESC, report, recipient
            """
        ) { row in
            ReportMail(
                report: row.text(0), month: CalendarMonth(text: row.text(1)) ?? CalendarMonth(of: CivilDate(daysSince1970: 0)),
                recipient: row.text(2), state: MessageState(rawValue: row.integer(3)) ?? .failed, at: row.timestamp(4),
                attempts: row.integer(5), round: row.integer(6), detail: row.text(7))
        }
    }
}
