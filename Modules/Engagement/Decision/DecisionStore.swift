public import RapportCore
public import RapportStorage
import Synchronization

/// Keeps receipts: shapes once, numbered, and for each message or drop the values that vary.
public final class DecisionStore: Sendable {
    private let shapes = Mutex<[ReceiptShape: Int64]>([:])

    public init() {}

    /// Keeps the receipt of a message's first decision, sent or put off; a later one for the same message is added to it.
    public func keep(_ receipt: Receipt, person: PersonID, act: Int64, in db: Connection) throws {
        try keep([(person, receipt)], act: act, in: db)
    }

    public func keep(_ receipts: [(person: PersonID, receipt: Receipt)], act: Int64, in db: Connection) throws {
        guard !receipts.isEmpty else { return }
        let people = receipts.map(\.person)
        var old: [PersonID: [UInt8]] = [:]
        try db.each("SELECT person, data FROM receipts WHERE act = \(act) AND person IN \(list: people)") {
            old[$0.integer(0)] = $0.bytes(1)
        }
        var new: [PersonID: [UInt8]] = [:]
        for (person, receipt) in receipts {
            let entry = Self.entry(shape: try number(of: receipt.shape, in: db), receipt.values)
            new[person] = (new[person] ?? old[person] ?? []) + entry
        }
        for person in new.keys.sorted() where old[person] != nil {
            try db.run("UPDATE receipts SET data = \(new[person]) WHERE person = \(person) AND act = \(act)")
        }
        try db.insert(
            into: "receipts", ["person", "act", "data"],
            new.filter { old[$0.key] == nil }.sorted { $0.key < $1.key }
                .map { [.integer($0.key), .integer(act), .bytes($0.value)] })
    }

    /// Keeps why people got nothing at all from an act.
    public func keepDrops(_ receipts: [(person: PersonID, receipt: Receipt)], act: Int64, in db: Connection) throws {
        let rows = try receipts.sorted { $0.person < $1.person }.map { drop -> [SQLValue] in
            [
                .integer(drop.person), .integer(act), .integer(try number(of: drop.receipt.shape, in: db)),
                .bytes(drop.receipt.values),
            ]
        }
        try db.insert(into: "drops", ["person", "act", "shape", "data"], rows, ignoringConflicts: true)
    }

    /// The decisions about a message, or the drop in its place, oldest first.
    public func receipts(person: PersonID, act: Int64, in db: Connection) throws -> [Receipt] {
        if let row = try db.first(
            "SELECT shape, data FROM drops WHERE person = \(person) AND act = \(act)", { ($0.integer(0), $0.bytes(1)) })
        {
            return [Receipt(shape: try shape(row.0, in: db), values: row.1)]
        }
        guard
            let data = try db.first(
                "SELECT data FROM receipts WHERE person = \(person) AND act = \(act)", { $0.bytes(0) })
        else { return [] }
        return try Self.entries(data).map { Receipt(shape: try shape($0.shape, in: db), values: $0.values) }
    }

    public func shape(_ number: Int64, in db: Connection) throws -> ReceiptShape {
        guard let bytes = try db.first("SELECT data FROM receipt_shapes WHERE id = \(number)", { $0.bytes(0) }) else {
            throw Problem("receipt.invalid", "the receipt names a shape that is not there", remedy: "rapport doctor")
        }
        return try ReceiptShape(bytes: bytes)
    }

    private func number(of shape: ReceiptShape, in db: Connection) throws -> Int64 {
        if let number = shapes.withLock({ $0[shape] }) { return number }
        let bytes = shape.bytes
        try db.run("INSERT INTO receipt_shapes (data) VALUES (\(bytes)) ON CONFLICT (data) DO NOTHING")
        guard let number = try db.integer("SELECT id FROM receipt_shapes WHERE data = \(bytes)") else {
            throw Problem("receipt.not_written", "the database gave no number to a receipt's shape")
        }
        db.afterCommit { [self] in
            shapes.withLock { shapes in
                if shapes.count > 10_000 { shapes.removeAll() }
                shapes[shape] = number
            }
        }
        return number
    }

    /// Shape and length as numbers of seven bits a byte, then the values.
    private static func entry(shape: Int64, _ values: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        for number in [UInt64(bitPattern: shape), UInt64(values.count)] {
            var rest = number
            while rest >= 0x80 {
                out.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            out.append(UInt8(rest))
        }
        return out + values
    }

    private static func entries(_ data: [UInt8]) throws -> [(shape: Int64, values: [UInt8])] {
        var out: [(shape: Int64, values: [UInt8])] = []
        var at = 0
        func number() throws -> UInt64 {
            var (value, shift): (UInt64, UInt64) = (0, 0)
            while at < data.count, shift < 63 {
                defer { at += 1 }
                value |= UInt64(data[at] & 0x7F) << shift
                if data[at] < 0x80 { return value }
                shift += 7
            }
            throw Problem("receipt.invalid", "a receipt ends too early", remedy: "rapport doctor")
        }
        while at < data.count {
            let shape = Int64(bitPattern: try number())
            let count = try number()
            guard count <= UInt64(data.count - at) else {
                throw Problem("receipt.invalid", "a receipt ends too early", remedy: "rapport doctor")
            }
            out.append((shape, Array(data[at..<at + Int(count)])))
            at += Int(count)
        }
        return out
    }
}
