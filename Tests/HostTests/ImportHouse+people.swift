import RapportCore
import RapportHost
import RapportStorage
import Testing

/// People by the first part of their address at a.example, who become one, two again, or nobody.
extension ImportHouse {
    func find(_ name: String) async throws -> PersonID {
        try await rapport.database.read { db in try #require(try People.find("\(name)@a.example", in: db)) }
    }

    @discardableResult
    func merge(_ loser: String, into survivor: String) async throws -> Int64 {
        let (from, to, merger) = (try await find(loser), try await find(survivor), rapport.merger)
        let id = try await rapport.database.write { db in
            try merger.merge(from, into: to, actor: "ben", reason: "one person", wall: db.now(), in: db).id
        }
        try await rapport.stepping {}
        return id
    }

    func unmerge(_ merge: Int64) async throws {
        let merger = rapport.merger
        try await rapport.database.write { db in _ = try merger.unmerge(merge, wall: db.now(), in: db) }
        try await rapport.stepping {}
    }

    func erase(_ name: String) async throws {
        _ = try await rapport.eraser.erase(try await find(name), actor: "test", at: rapport.clock.now)
        try await rapport.stepping {}
    }
}
