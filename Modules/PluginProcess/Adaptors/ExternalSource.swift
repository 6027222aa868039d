public import RapportCore
public import RapportPluginKit

/// A source that is a program of its own.
public struct ExternalSource: DataSource, SupervisedPlugin {
    /// What holds for any of them; an instance's own is `manifest`.
    public static let manifest = Manifest(
        id: "source.external", kind: .source, version: "1.0.0", summary: "A source that is a program of its own.")

    public let manifest: Manifest
    public let supervisor: PluginSupervisor
    public let state: any PluginState

    public init(_ supervisor: PluginSupervisor, manifest: Manifest, environment: PluginEnvironment) {
        self.supervisor = supervisor
        self.manifest = manifest
        state = environment.state
    }

    public func read(after bookmark: JSONValue?, into sink: any RecordSink) async throws {
        var line: Int64 = 0
        do {
            try await supervisor.ask("read", [.init("bookmark", bookmark ?? .null)], within: supervisor.deadlines.read) {
                answer in
                switch answer.type {
                case "record":
                    line += 1
                    try await sink.record(try answer.record(line))
                case "bookmark":
                    guard let bookmark = answer["bookmark"] else { throw MalformedAnswer("its \"bookmark\" holds none") }
                    // Before the bookmark: whoever takes that takes the two together.
                    try await state.apply(answer)
                    try await sink.bookmark(bookmark)
                case "reject": try await sink.reject(answer.problem(supervisor.mask), raw: answer["raw"]?.string ?? "")
                case "progress": await sink.progress(done: answer["done"]?.integer ?? 0, of: answer["total"]?.integer)
                case "done":
                    try await state.apply(answer)
                    return true
                case "problem": throw PluginAnswer(problem: answer.problem(supervisor.mask))
                default: throw MalformedAnswer("it answers read with \"\(answer.type)\"")
                }
                return false
            }
        } catch let failure as ChildFailure {
            throw Problem("plugin.failed", failure.reason)
        }
    }
}
