public import RapportCore
public import RapportPluginKit

/// A source that is a program of its own.
public struct ExternalSource: DataSource {
    /// What holds for any of them; an instance's own is `manifest`.
    public static let manifest = Manifest(
        id: "source.external", kind: .source, version: "1.0.0", summary: "A source that is a program of its own.")

    public let manifest: Manifest
    public let supervisor: PluginSupervisor
    private let state: any PluginState
    private let deadlines: PluginDeadlines
    private let mask: SecretMask

    /// External sources are made from a folder or a command.
    public init(settings: Settings, environment: PluginEnvironment) throws {
        throw Problem("plugin.start", "an external source needs a command")
    }

    public init(_ supervisor: PluginSupervisor, manifest: Manifest, environment: PluginEnvironment) {
        self.supervisor = supervisor
        self.manifest = manifest
        state = environment.state
        deadlines = supervisor.deadlines
        mask = supervisor.mask
    }

    public func read(after bookmark: JSONValue?, into sink: any RecordSink) async throws {
        var line: Int64 = 0
        do {
            try await supervisor.ask("read", [.init("bookmark", bookmark ?? .null)], within: deadlines.read) { answer in
                switch answer.type {
                case "record":
                    line += 1
                    try await sink.record(try answer.record(line))
                case "bookmark":
                    guard let bookmark = answer["bookmark"] else { throw MalformedAnswer("its \"bookmark\" holds none") }
                    try await sink.bookmark(bookmark)
                    try await state.apply(answer)
                case "reject": try await sink.reject(answer.problem(mask), raw: answer["raw"]?.string ?? "")
                case "progress": await sink.progress(done: answer["done"]?.integer ?? 0, of: answer["total"]?.integer)
                case "done":
                    try await state.apply(answer)
                    return true
                case "problem": throw PluginAnswer(problem: answer.problem(mask))
                default: throw MalformedAnswer("it answers read with \"\(answer.type)\"")
                }
                return false
            }
        } catch let failure as ChildFailure {
            throw Problem("plugin.failed", failure.reason)
        }
    }

    public func probe() async throws -> ProbeReport { try await supervisor.probe() }
    public func run() async throws { try await supervisor.run() }
    public func cleanup() async { await supervisor.stop() }
    public func receive(_ request: CallbackRequest) async throws -> CallbackResult {
        try await supervisor.receive(request, state)
    }
    public func optOut(_ optOut: OptOut) async throws -> Bool {
        try await supervisor.duty("opt_out", [.init("opt_out", optOut.json)], state)
    }
    public func erase(_ addresses: [Identifier]) async throws -> Bool {
        try await supervisor.duty("erase", [.init("addresses", .array(addresses.map(\.json)))], state)
    }
}
