import RapportCore
import RapportStorage

/// Copies for colleagues. They go through no gate, because nobody's permission is asked of the house itself, and are in no
/// figure and no history.
enum ProofStore {
    struct Proof: Sendable {
        var id: Int64
        var act: Int64
        var address: String
        var isTest: Bool
    }

    static func insert(_ addresses: [String], act: Int64, test: Bool, at: Timestamp, in db: Connection) throws {
        try db.insert(
            into: "proofs", ["act", "address", "test", "state", "at", "epoch"],
            addresses.map { [.integer(act), .text($0), .bool(test), .integer(0), .time(at), .integer(0)] })
    }

    /// Whether any waits.
    static func waits(in db: Connection) throws -> Bool {
        try db.first("SELECT id FROM proofs WHERE state < 4 AND state = 0 ORDER BY id LIMIT 1") { $0.integer(0) } != nil
    }

    /// Takes what waits: each proof is taken once, by whichever process is first.
    static func take(at wall: Timestamp, limit: Int, in db: Connection) throws -> [Proof] {
        let waiting = try db.all(
            "SELECT id, act, address, test FROM proofs WHERE state < 4 AND state = 0 ORDER BY id LIMIT \(limit)"
        ) {
            Proof(id: $0.integer(0), act: $0.integer(1), address: $0.text(2), isTest: $0.bool(3))
        }
        return try waiting.filter {
            try db.run("UPDATE proofs SET state = 3, at = \(wall) WHERE id = \($0.id) AND state = 0") == 1
        }
    }

    static func end(_ id: Int64, as state: MessageState, at wall: Timestamp, in db: Connection) throws {
        try db.run("UPDATE proofs SET state = \(state.rawValue), at = \(wall) WHERE id = \(id) AND state = 3")
    }
}
