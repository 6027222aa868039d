public import RapportCore
public import RapportStorage

/// Follows a click link: notes the click, durably, and says where to lead on to.
public struct ClickUseCase: Sendable {
    let database: any Database
    let signer: LinkSigner
    let classifier: ClickClassifier
    let clock: any WallClock

    public init(database: any Database, signer: LinkSigner, classifier: ClickClassifier = ClickClassifier(), clock: any WallClock)
    {
        self.database = database
        self.signer = signer
        self.classifier = classifier
        self.clock = clock
    }

    /// A request for `/c/TOKEN`, as the web layer saw it.
    public struct Request: Sendable, Hashable {
        public var token: String
        public var method: String
        public var userAgent: String
        public var prefetch: Bool

        /// - Parameter prefetch: whether a header said that it only fetches ahead (`Sec-Purpose`, `Purpose`, `X-Moz`).
        public init(token: String, method: String, userAgent: String, prefetch: Bool = false) {
            self.token = token
            self.method = method
            self.userAgent = userAgent
            self.prefetch = prefetch
        }
    }

    /// - Returns: the address to redirect to (302, never cached), or `nil` for a link that Rapport did not make: answer 404.
    ///   A click that cannot be written down leads on all the same: the person comes first.
    public func follow(_ request: Request) async -> String? {
        guard case .click(let key, let url)? = signer.verify(request.token) else { return nil }
        // Copies for colleagues belong to nobody.
        guard key.person != 0 else { return url }
        let signal = ClickSignal(
            method: request.method, userAgent: request.userAgent, at: clock.now, url: url, prefetch: request.prefetch)
        try? await database.write { db in
            let row = try db.first(
                "SELECT partition, state, at FROM messages WHERE person = \(key.person) AND act = \(key.act)"
            ) { (partition: $0.int(0), state: $0.integer(1), at: $0.timestamp(2)) }
            guard let row else { return }
            // Before the row says sent, the link can only have been followed within moments of the hand-over.
            let by = classifier.judge(signal, sentAt: row.at)
            try db.run(
                """
                INSERT INTO clicks (partition, person, act, at, url, judged)
                VALUES (\(row.partition), \(key.person), \(key.act), \(signal.at), \(url), \(by.rawValue))
                """)
        }
        return url
    }
}
