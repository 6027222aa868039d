import RapportCore
import RapportStorage
import RapportTestKit
import Synchronization
import Testing

@Suite("Definitions with versions")
struct DefinitionTests {
    /// Remembers what it is asked, refuses bodies that say so.
    final class Handler: DefinitionHandler {
        let kind: String
        let said = Mutex<[String]>([])
        init(_ kind: String) { self.kind = kind }

        func check(_ draft: DefinitionDraft, in db: Connection) throws {
            if draft.body["bad"] == true { throw Problem("test.bad", "it is bad", at: draft.place("bad")) }
        }
        func apply(_ definition: Definition, in db: Connection) throws {
            said.withLock { $0.append("apply \(definition.name) \(definition.version)") }
        }
        func remove(_ definition: Definition, in db: Connection) throws {
            said.withLock { $0.append("remove \(definition.name) \(definition.version)") }
        }
    }

    func draft(_ name: String, _ body: JSONValue, kind: String = "topic") -> DefinitionDraft {
        DefinitionDraft(kind: kind, name: name, body: body) { Problem.Place(file: "x.yaml", line: 7, path: $0) }
    }
    let now = Timestamp(milliseconds: 1_700_000_000_000)

    @Test("what is new is added, what differs is changed, what is equal stays as it is", arguments: DatabaseKind.available)
    func versions(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database in
            let handler = Handler("topic")
            let store = DefinitionStore(handlers: [handler])
            let now = now
            let first = [draft("news", ["class": "marketing", "title": "News"]), draft("orders", ["class": "service"])]
            let second = [draft("news", ["title": "The news", "class": "marketing"]), draft("orders", ["class": "service"])]
            let added = try await database.write { db in try store.apply(first, actor: "ada", now: now, in: db) }
            #expect(added.map(\.action) == [.added, .added])
            let changes = try await database.write { db in try store.apply(second, actor: "ada", now: now, in: db) }
            #expect(changes.map(\.action) == [.changed, .unchanged])
            #expect(changes[0].differences == [JSONDifference(path: "title", before: "News", after: "The news")])
            #expect(handler.said.withLock { $0 } == ["apply news 1", "apply orders 1", "apply news 2"])
            try await database.read { db throws -> Void in
                #expect(try store.current("topic", in: db).map { "\($0.name) \($0.version)" } == ["news 2", "orders 1"])
                #expect(try store.history("topic", "news", in: db).map(\.version) == [1, 2])
                #expect(try store.current("topic", "news", in: db)?.body["title"] == "The news")
            }
        }
    }

    @Test("what no draft names stays in force unless removal is asked for, and may come back", arguments: DatabaseKind.available)
    func removal(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database in
            let handler = Handler("topic")
            let store = DefinitionStore(handlers: [handler, Handler("segment")])
            let now = now
            let both = [draft("a", 1), draft("b", 2), draft("s", 3, kind: "segment")]
            let one = [draft("a", 1)]
            try await database.write { db throws -> Void in
                try store.apply(both, actor: "ada", now: now, in: db)
                #expect(try store.apply(one, actor: "ada", now: now, in: db).map(\.action) == [.unchanged, .missing])
                #expect(try store.current("topic", "b", in: db) != nil)
                #expect(
                    try store.apply(one, removingMissing: true, actor: "ada", now: now, in: db).map(\.action)
                        == [.unchanged, .removed])
                #expect(try store.current("topic", "b", in: db) == nil)
                #expect(try store.current("topic", in: db).map(\.name) == ["a"])
                // A kind without drafts is left alone.
                #expect(try store.current("segment", in: db).map(\.name) == ["s"])
                #expect(try store.apply(both, actor: "ada", now: now, in: db).map(\.version) == [1, 3, 1])
            }
            #expect(handler.said.withLock { $0 }.suffix(2) == ["remove b 2", "apply b 3"])
        }
    }

    @Test("all that is wrong with a kind is told at once, and nothing is applied", arguments: DatabaseKind.available)
    func refused(kind: DatabaseKind) async throws {
        try await TemporaryDatabase.with(kind) { database in
            let handler = Handler("topic")
            let store = DefinitionStore(handlers: [handler])
            let now = now
            let drafts = [draft("a", 1), draft("b", ["bad": true]), draft("c", ["bad": true]), draft("a", 2)]
            let problems = await #expect(throws: Problems.self) {
                try await database.write { db in try store.apply(drafts, actor: "ada", now: now, in: db) }
            }
            #expect(problems?.list.map(\.code) == ["test.bad", "test.bad", "definition.twice"])
            #expect(problems?.list.first?.place?.line == 7)
            #expect(handler.said.withLock { $0 }.isEmpty)
            let left = try await database.read { db in try store.current("topic", in: db) }
            #expect(left.isEmpty)
        }
    }

    @Test("differences name the deepest path")
    func differences() {
        let before: JSONValue = ["a": 1, "b": ["c": [1, 2], "d": "x"], "e": true]
        let after: JSONValue = ["b": ["d": "x", "c": [1, 3]], "a": 1, "f": nil]
        #expect(
            JSONDifference.between(before, after) == [
                JSONDifference(path: "b.c", before: [1, 2], after: [1, 3]),
                JSONDifference(path: "f", before: nil, after: .null),
                JSONDifference(path: "e", before: true, after: nil),
            ])
        #expect(JSONDifference.between(["a": 1, "b": 2], ["b": 2, "a": 1]).isEmpty)
    }
}
