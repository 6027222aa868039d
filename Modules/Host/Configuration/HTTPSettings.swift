public import RapportCore

/// `http`: where the server listens, and how the world reaches it.
public struct HTTPSettings: Sendable, Hashable {
    /// `host`, default `127.0.0.1`: only this machine.
    public var host: String
    /// `port`, default 8080; 0 lets the system choose.
    public var port: Int
    /// `public_url`, without a final slash: what links in messages begin with. Default: `http://HOST:PORT`.
    public var publicURL: String
    /// `idle_timeout`, 1 s to 1 h, default 90 s: how long a connection may say nothing before it is closed.
    public var idleTimeout: Span
}
