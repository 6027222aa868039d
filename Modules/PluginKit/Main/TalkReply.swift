import RapportCore

/// The answers to one request. What the plugin kept meanwhile goes with them.
struct TalkReply: Sendable {
    let request: Int64
    let writer: LineWriter
    let store: ChildPluginState
    let kept: PendingPluginState

    init(_ request: Int64, writer: LineWriter, store: ChildPluginState, kept: PendingPluginState) {
        self.request = request
        self.writer = writer
        self.store = store
        self.kept = kept
    }

    /// - Parameter isLast: whether what was kept goes with this one.
    func say(_ type: String, _ members: [JSONValue.Member] = [], isLast: Bool = true) async {
        var all = [JSONValue.Member("type", .string(type)), .init("re", .integer(request))] + members
        let writes = isLast ? store.loose.take().merging(kept.take()) { $1 } : [:]
        if !writes.isEmpty {
            all.append(.init("state", .object(writes.sorted { $0.key < $1.key }.map { .init($0.key, $0.value ?? .null) })))
        }
        await writer.write(.object(all))
    }
}

/// A sink that says everything to the host. A pipe that is full holds the source back.
struct TalkSink: RecordSink {
    let reply: TalkReply

    init(_ reply: TalkReply) { self.reply = reply }

    func record(_ record: SourceRecord) async throws {
        var members: [JSONValue.Member] = [
            .init("stream", .string(record.stream)), .init("line", .integer(record.line)),
            .init("values", .object(zip(record.names, record.values).map { .init($0, $1) })),
        ]
        if let key = record.key { members.append(.init("key", .string(key))) }
        await reply.say("record", members, isLast: false)
    }

    func bookmark(_ bookmark: JSONValue) async throws { await reply.say("bookmark", [.init("bookmark", bookmark)]) }

    func reject(_ problem: Problem, raw: String) async throws {
        await reply.say(
            "reject", [.init("reason", .string(problem.description)), .init("raw", .string(raw))], isLast: false)
    }

    func progress(done: Int64, of total: Int64?) async {
        let members = [JSONValue.Member("done", .integer(done))] + (total.map { [.init("total", .integer($0))] } ?? [])
        await reply.say("progress", members, isLast: false)
    }
}
