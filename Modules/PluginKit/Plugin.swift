public import RapportCore

/// What a plugin author implements, for either kind of plugin.
///
/// The life of an instance: `init` checks settings and does no I/O; `probe` does what real work does, without side effects;
/// `run` holds connections for as long as the instance lives; `cleanup` works even after a failed start.
public protocol Plugin: Sendable {
    static var manifest: Manifest { get }
    /// The manifest of this instance: the type's own, except where one type stands for many programs.
    var manifest: Manifest { get }

    /// - Throws: `Problem` naming the option that is wrong.
    init(settings: Settings, environment: PluginEnvironment) throws

    func probe() async throws -> ProbeReport
    /// Returns when its task is cancelled. The default waits for that and does nothing else.
    func run() async throws
    func cleanup() async

    /// Turns a request that came to `/hooks/INSTANCE/PATH`, and is durable already, into events.
    func receive(_ request: CallbackRequest) async throws -> CallbackResult
    /// Passes an opt-out on to the system behind the plugin. `false`: nothing there to tell.
    func optOut(_ optOut: OptOut) async throws -> Bool
    /// Erases what the system behind the plugin knows of the addresses.
    func erase(_ addresses: [Identifier]) async throws -> Bool
}

extension Plugin {
    public var manifest: Manifest { Self.manifest }
    public func probe() async throws -> ProbeReport { ProbeReport() }
    public func run() async throws { try await Task.sleep(for: .seconds(1 << 40)) }
    public func cleanup() async {}
    public func receive(_ request: CallbackRequest) async throws -> CallbackResult {
        throw Problem("plugin.no_callbacks", "\(Self.manifest.id) takes no callbacks")
    }
    public func optOut(_ optOut: OptOut) async throws -> Bool { false }
    public func erase(_ addresses: [Identifier]) async throws -> Bool { false }
}

/// A medium that carries messages to people.
public protocol Channel: Plugin {
    /// Hands messages over and answers for each, in order. A message's id is its idempotency key: the same id twice must not
    /// reach the person twice where the medium allows. Never throws for one message: that is a result.
    func send(_ messages: [OutgoingMessage]) async -> [SendResult]

    /// Makes messages ready that are likely to be sent next, while others are still being recorded: what takes time and shows
    /// nowhere, such as signing. Whether they are sent is not decided yet, and `send` may be called without it. The default does
    /// nothing.
    func prepare(_ messages: [OutgoingMessage]) async
}

extension Channel {
    public func prepare(_ messages: [OutgoingMessage]) async {}
}

/// A place that records come from.
public protocol DataSource: Plugin {
    /// Reads records after `bookmark` (`nil`: from the start) into `sink`, in order, with bookmarks between them wherever
    /// reading could resume. Returns at the end of what there is now.
    func read(after bookmark: JSONValue?, into sink: any RecordSink) async throws

    /// Whether reading from the start brings all that ever came, in the same order: files do. Such a source is read again
    /// where records have no id of their own, so that equal ones can be counted; any other goes on after its bookmark.
    var rereads: Bool { get }
}

extension DataSource {
    public var rereads: Bool { false }
}

/// Where a data source puts what it reads. Each call returns when the record is taken, which holds a fast source back.
public protocol RecordSink: Sendable {
    func record(_ record: SourceRecord) async throws
    /// Several records in their order: for sources that have many at hand.
    func records(_ records: [SourceRecord]) async throws
    /// Everything before this is complete: reading could resume after `bookmark`.
    func bookmark(_ bookmark: JSONValue) async throws
    /// A row that could not be read at all, with its place and the reason.
    func reject(_ problem: Problem, raw: String) async throws
    /// How far reading has come, where the source can tell.
    func progress(done: Int64, of total: Int64?) async
}

extension RecordSink {
    public func records(_ records: [SourceRecord]) async throws {
        for record in records { try await self.record(record) }
    }
}
