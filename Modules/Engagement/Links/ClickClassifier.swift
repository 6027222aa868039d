public import RapportCore

/// Who followed a link.
public enum ClickBy: String, Sendable, Hashable, CaseIterable {
    case human, machine, unsure
}

/// One request for a click link, as the server saw it.
public struct ClickSignal: Sendable, Hashable {
    public var method: String
    public var userAgent: String
    public var at: Timestamp
    public var url: String
    /// Whether the browser said it is only fetching ahead (`Sec-Purpose: prefetch`, `Purpose: prefetch`, `X-Moz: prefetch`).
    public var prefetch: Bool

    public init(method: String, userAgent: String, at: Timestamp, url: String, prefetch: Bool = false) {
        self.method = method
        self.userAgent = userAgent
        self.at = at
        self.url = url
        self.prefetch = prefetch
    }
}

/// A first judgement of clicks: mail scanners follow every link within moments of delivery, and must not count as people.
public struct ClickClassifier: Sendable {
    /// A click sooner after sending than this was hardly read before.
    public var tooSoon: Span
    /// So many different links of one message within `burst` are followed by a machine.
    public var burst: Span
    public var burstLinks: Int

    public init(tooSoon: Span = .seconds(5), burst: Span = .seconds(2), burstLinks: Int = 3) {
        self.tooSoon = tooSoon
        self.burst = burst
        self.burstLinks = burstLinks
    }

    /// What a single request gives away.
    public func judge(_ signal: ClickSignal, sentAt: Timestamp?) -> ClickBy {
        if signal.method != "GET" || signal.prefetch { return .machine }
        let agent = signal.userAgent.lowercased()
        if agent.isEmpty || Self.bots.contains(where: { agent.contains($0) }) { return .machine }
        if let sentAt, signal.at - sentAt < tooSoon { return .machine }
        return Self.browsers.contains { agent.contains($0) } ? .human : .unsure
    }

    /// Judges the clicks of one message together: those in a burst over several links are a machine's, the first of them too.
    public func judge(_ clicks: [(by: ClickBy, at: Timestamp, url: String)]) -> [ClickBy] {
        clicks.map { click in
            let near = clicks.filter {
                abs($0.at.milliseconds - click.at.milliseconds) <= burst.milliseconds
            }
            return Set(near.map(\.url)).count >= burstLinks ? .machine : click.by
        }
    }

    private static let bots = [
        "bot", "crawl", "spider", "scan", "preview", "proofpoint", "barracuda", "mimecast", "messagelabs", "symantec",
        "trendmicro",
        "fireeye", "safelinks", "microsoft office", "ms-office", "bingpreview", "googleimageproxy", "yahoomailproxy", "slurp",
        "facebookexternalhit", "whatsapp", "telegram", "slack", "skypeuri", "linkcheck", "urlcheck", "validator", "monitor",
        "headless", "phantom", "python", "curl/", "wget", "java/", "go-http", "okhttp", "libwww", "perl", "ruby", "axios",
        "node-fetch", "httpclient", "apache-http",
    ]
    private static let browsers = ["mozilla/5.0", "opera/"]
}
