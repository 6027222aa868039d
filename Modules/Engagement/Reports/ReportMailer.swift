import Crypto
public import RapportCore
import RapportPluginKit
public import RapportStorage

/// Sends a report to colleagues, each once: a message of the house to itself, which asks nobody's permission, is in no figure and
/// makes no person.
///
/// The row that says who is to get it has a unique key; a process takes it in a transaction before the message leaves, and what it held
/// when it died is in doubt and not sent again.
public struct ReportMailer: Sendable {
    /// What it says, complete.
    public struct Letter: Sendable, Hashable {
        public var subject: String
        public var text: String
        /// For a channel that carries little: sentences, the most important first.
        public var brief: [String]
        public var html: String
        /// BCP 47.
        public var language: String

        public init(subject: String, text: String, brief: [String], html: String, language: String) {
            self.subject = subject
            self.text = text
            self.brief = brief
            self.html = html
            self.language = language
        }
    }

    /// One sending.
    public struct Order: Sendable {
        public var report: String
        public var month: CalendarMonth
        public var recipients: [String]
        public var channel: String
        public var brand: String?
        /// Also to those who have it.
        public var isAgain = false

        public init(
            report: String, month: CalendarMonth, recipients: [String], channel: String, brand: String? = nil,
            isAgain: Bool = false
        ) {
            self.report = report
            self.month = month
            self.recipients = recipients
            self.channel = channel
            self.brand = brand
            self.isAgain = isAgain
        }
    }

    let database: any Database
    let channels: SendingChannels
    let brands: [BrandIdentity]
    let clock: any WallClock
    let lock: @Sendable (Connection) throws -> String?

    private static let pause = Span.minutes(15)
    private static let attempts = 12

    public init(
        database: any Database, channels: SendingChannels, brands: [BrandIdentity], clock: any WallClock,
        lock: @escaping @Sendable (Connection) throws -> String? = {
            try DatabaseLock.reason($0, machine: DatabaseLock.machine)
        }
    ) {
        self.database = database
        self.channels = channels
        self.brands = brands
        self.clock = clock
        self.lock = lock
    }

    /// Why nothing may be sent from here, as part of a sentence; `nil` if it may.
    public func lockReason() async throws -> String? { try await database.read { db in try lock(db) } }

    /// Whoever of the recipients is still to get it now; of a new report all of them.
    public func waiting(_ order: Order) async throws -> [String] {
        let now = clock.now
        return try await database.read { db in
            let mails = Dictionary(
                try ReportStore.mails(order.report, order.month, in: db).map { ($0.recipient, $0) }
            ) { first, _ in first }
            return order.recipients.filter { recipient in
                guard let mail = mails[recipient] else { return true }
                return mail.state == .queued && mail.at <= now
                    || order.isAgain && mail.state.rawValue >= MessageState.sent.rawValue
            }
        }
    }

    /// Everything that keeps it from being sent, before anything is written.
    ///
    /// - Throws: `Problem` `report.locked`, `report.channel`, `report.brand`, `report.recipient`.
    public func check(_ order: Order) async throws {
        if let reason = try await lockReason() {
            throw Problem(
                "report.locked", "nothing is sent from this database: \(reason)",
                remedy:
                    "Look at it first, then run `rapport unlock --machine \(DatabaseLock.machine)`. `rapport report show` works.")
        }
        _ = try sender(order)
    }

    /// Sends it to those of the recipients who do not have it.
    ///
    /// - Returns: how it stands with each of them.
    public func send(_ order: Order, _ letter: Letter) async throws -> [ReportMail] {
        try await check(order)
        let (channel, brand) = try sender(order)
        let text = try body(letter, channel)
        let now = clock.now
        try await database.write { db in
            try ReportStore.giveUp(at: now, in: db)
            if order.isAgain { try ReportStore.again(order.report, order.month, order.recipients, at: now, in: db) }
            try ReportStore.queue(order.report, order.month, order.recipients, at: now, in: db)
        }
        for recipient in order.recipients {
            try Task.checkCancellation()
            let taken = try await database.write { db -> ReportMail? in
                // Locked meanwhile, it stays where it is.
                guard try lock(db) == nil else { return nil }
                return try ReportStore.take(order.report, order.month, recipient, at: clock.now, in: db)
            }
            guard let mail = taken else { continue }
            let message = OutgoingMessage(
                id: Self.id(mail), to: recipient, from: brand.from, fromName: brand.title, replyTo: brand.replyTo,
                subject: channel.capabilities.subject ? letter.subject : "", text: text,
                html: channel.capabilities.html ? letter.html : nil, language: letter.language, topicClass: "service", person: "",
                metadata: .object([.init("report", .string(order.report)), .init("month", .string(order.month.text))]))
            let pending = PendingPluginState()
            let result = await PendingPluginState.$current.withValue(pending) {
                await channel.channel.send([message]).first ?? .inDoubt(reason: "the channel gave no answer")
            }
            let writes = pending.take()
            try await database.write { db in
                try Self.record(result, of: mail, at: clock.now, in: db)
                if !writes.isEmpty { try channel.keep(writes, db) }
            }
        }
        return try await database.read { db in
            try ReportStore.mails(order.report, order.month, in: db).filter { order.recipients.contains($0.recipient) }
        }
    }

    private static func record(_ result: SendResult, of mail: ReportMail, at now: Timestamp, in db: Connection) throws {
        func later(_ until: Timestamp?, _ why: String) throws {
            let isSpent = mail.attempts >= Int64(attempts)
            try ReportStore.end(
                mail, as: isSpent ? .failed : .queued, at: isSpent ? now : max(until ?? now + pause, now), why, in: db)
        }
        switch result {
        case .sent: try ReportStore.end(mail, as: .sent, at: now, "", in: db)
        case .deferred(let until, let why): try later(until, why)
        case .bounced(.soft, let why): try later(nil, why)
        case .bounced(_, let why), .refused(let why): try ReportStore.end(mail, as: .failed, at: now, why, in: db)
        case .inDoubt(let why): try ReportStore.end(mail, as: .inDoubt, at: now, why, in: db)
        }
    }

    private func sender(_ order: Order) throws -> (SendingChannel, BrandIdentity) {
        guard let channel = channels.channel(order.channel) else {
            throw Problem(
                "report.channel", "no channel is called \"\(order.channel)\"",
                remedy: channels.names.isEmpty
                    ? "Name one under channels in rapport.yaml." : "rapport.yaml has \(channels.names.joined(separator: ", "))")
        }
        let brand = order.brand.map { name in brands.first { $0.name == name } } ?? brands.first
        guard let brand else {
            throw Problem(
                "report.brand", order.brand.map { "there is no brand \"\($0)\"" } ?? "no brand is stated, so nobody can send it",
                remedy: "Name it under brands in rapport.yaml.")
        }
        if channel.capabilities.addresses == "email" {
            for recipient in order.recipients where !Self.isAddress(recipient) {
                throw Problem(
                    "report.recipient", "\"\(recipient)\" is no email address, and \(channel.name) sends to those",
                    remedy: "Name colleagues by their address.")
            }
        }
        return (channel, brand)
    }

    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
            && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"<>()[],;:\\\"".utf8.contains($0) }
    }

    /// All of it, or as many of the brief sentences as fit.
    private func body(_ letter: Letter, _ channel: SendingChannel) throws -> String {
        guard let most = channel.capabilities.maximumText, letter.text.count > most else { return letter.text }
        var text = ""
        for sentence in letter.brief {
            let more = text.isEmpty ? sentence : "\(text) \(sentence)"
            if more.count > most { break }
            text = more
        }
        guard !text.isEmpty else {
            throw Problem("report.too_long", "not even its first sentence fits: \(channel.name) carries \(most) characters")
        }
        return text
    }

    /// An id that belongs to nobody's message, and is the same whenever the same mail is tried again.
    private static func id(_ mail: ReportMail) -> String {
        let text = "rapport-report-1\0\(mail.report)\0\(mail.month.text)\0\(mail.recipient)\0\(mail.round)"
        let hash = SHA256.hash(data: Array(text.utf8)).prefix(5).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        return MessageKey(person: 0, act: max(1, hash)).wireID
    }
}
