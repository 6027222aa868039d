public import RapportCore
import Synchronization

/// Names and numbers of kinds, sources and symbols, read through a transaction's connection and remembered by the process.
///
/// A number is made when it is first needed, by whichever process is first. What a transaction reads or makes is remembered
/// only once that transaction is durable, so no number is ever used that a rollback took away.
public final class Catalog: Sendable {
    /// Text values of declared properties are many; past this the remembered ones are dropped and read again.
    static let rememberedSymbols = 200_000
    /// For so long a process goes by a declaration that another one has changed.
    static let kindsHold = Duration.seconds(2)

    private struct Memory {
        var kinds: [String: Kind] = [:]
        var kindsByID: [Int64: Kind] = [:]
        var kindsReadAt = ContinuousClock.now
        var sources: [String: Source] = [:]
        var sourcesByID: [Int64: Source] = [:]
        var symbols: [String: Int64] = [:]
        var symbolsByID: [Int64: String] = [:]
        /// Counts `forget`, so that a transaction that read before it does not bring back what was forgotten.
        var generation = 0
    }

    private let memory = Mutex(Memory())

    public init() {}

    /// Forgets everything; called when kinds or sources have been declared anew.
    public func forget() {
        memory.withLock { $0 = Memory(generation: $0.generation + 1) }
    }

    private var generation: Int { memory.withLock { $0.generation } }

    /// - Parameter generation: as it was before the transaction read what is to be remembered.
    private func remember(
        in db: Connection, since generation: Int, _ change: @escaping @Sendable (inout Memory) -> Void
    ) {
        db.afterCommit { [self] in
            memory.withLock { memory in
                if memory.generation == generation { change(&memory) }
            }
        }
    }
}

// MARK: - Kinds

extension Catalog {
    /// The kinds called `names`; those that nobody declared are made, undeclared.
    public func kinds(_ names: Set<String>, in db: Connection) throws -> [String: Kind] {
        readKindsAnewAfterAWhile()
        let (known, missing, generation) = split(names) { $0.kinds[$1] }
        guard !missing.isEmpty else { return known }
        var found = try readKinds(missing, in: db)
        let new = missing.filter { found[$0] == nil }
        if !new.isEmpty {
            try db.insert(
                into: "kinds", ["name", "declared", "slots"], new.map { [.text($0), .integer(0), .text("[]")] },
                ignoringConflicts: true)
            found.merge(try readKinds(new, in: db)) { $1 }
        }
        let read = found
        remember(in: db, since: generation) { memory in
            for kind in read.values {
                memory.kinds[kind.name] = kind
                memory.kindsByID[kind.id] = kind
            }
        }
        return known.merging(found) { $1 }
    }

    /// Another process may have declared properties meanwhile.
    private func readKindsAnewAfterAWhile() {
        let now = ContinuousClock.now
        memory.withLock { memory in
            guard now - memory.kindsReadAt > Self.kindsHold else { return }
            memory.kinds = [:]
            memory.kindsByID = [:]
            memory.kindsReadAt = now
        }
    }

    /// The kind called `name`, made undeclared if it is unknown.
    public func kind(_ name: String, in db: Connection) throws -> Kind {
        guard let kind = try kinds([name], in: db)[name] else { throw Self.vanished("kind", name) }
        return kind
    }

    /// The kind called `name` if there is one. Makes nothing, so it can be asked in a read-only transaction.
    public func existingKind(_ name: String, in db: Connection) throws -> Kind? {
        if let kind = memory.withLock({ $0.kinds[name] }) { return kind }
        return try readKinds([name], in: db)[name]
    }

    /// Those of `names` that are kinds. Makes none.
    public func existingKinds(_ names: Set<String>, in db: Connection) throws -> [String: Kind] {
        let (known, missing, generation) = split(names) { $0.kinds[$1] }
        guard !missing.isEmpty else { return known }
        let found = try readKinds(missing, in: db)
        remember(in: db, since: generation) { memory in
            for kind in found.values {
                memory.kinds[kind.name] = kind
                memory.kindsByID[kind.id] = kind
            }
        }
        return known.merging(found) { $1 }
    }

    /// The kind with number `id`.
    public func kind(_ id: Int64, in db: Connection) throws -> Kind {
        if let kind = memory.withLock({ $0.kindsByID[id] }) { return kind }
        let generation = generation
        guard let kind = try db.first("SELECT id, name, declared, slots FROM kinds WHERE id = \(id)", Kind.init) else {
            throw Self.vanished("kind", String(id))
        }
        remember(in: db, since: generation) { memory in
            memory.kinds[kind.name] = kind
            memory.kindsByID[id] = kind
        }
        return kind
    }

    /// Declares kinds. A declared kind keeps its slots and may get further ones at their end.
    ///
    /// - Throws: `Problem` `kind.slots_changed` if a slot in use would mean another property.
    public func declare(_ definitions: [KindDefinition], in db: Connection) throws {
        let existing = try readKinds(definitions.map(\.name), in: db)
        var new: [[SQLValue]] = []
        for definition in definitions {
            let slots = Kind.text(of: definition.slots)
            guard let kind = existing[definition.name] else {
                new.append([.text(definition.name), .integer(1), .text(slots)])
                continue
            }
            let old = kind.definition.slots
            if kind.isDeclared, old.starts(with: definition.slots) { continue }
            guard definition.slots.starts(with: old) else {
                throw Problem(
                    "kind.slots_changed", "the declared properties of \(definition.name) would change places",
                    remedy: "Keep \(old.map(\.name).joined(separator: ", ")) first and in this order; add new ones at the end")
            }
            try db.run("UPDATE kinds SET declared = 1, slots = \(slots) WHERE id = \(kind.id)")
        }
        if !new.isEmpty {
            try db.insert(into: "kinds", ["name", "declared", "slots"], new, ignoringConflicts: true)
        }
        db.afterCommit { [self] in forget() }
    }

    private func readKinds(_ names: [String], in db: Connection) throws -> [String: Kind] {
        let rows = try db.all("SELECT id, name, declared, slots FROM kinds WHERE name IN \(list: names)", Kind.init)
        return Dictionary(rows.map { ($0.name, $0) }) { $1 }
    }
}

// MARK: - Sources

extension Catalog {
    /// The sources called `names`; unknown ones are made with the usual horizon of 24 hours.
    public func sources(_ names: Set<String>, in db: Connection) throws -> [String: Source] {
        let (known, missing, generation) = split(names) { $0.sources[$1] }
        guard !missing.isEmpty else { return known }
        var found = try readSources(missing, in: db)
        let new = missing.filter { found[$0] == nil }
        if !new.isEmpty {
            try db.insert(
                into: "sources", ["name", "horizon"], new.map { [.text($0), .integer(Source.usualHorizon.milliseconds)] },
                ignoringConflicts: true)
            found.merge(try readSources(new, in: db)) { $1 }
        }
        let read = found
        remember(in: db, since: generation) { memory in
            for source in read.values {
                memory.sources[source.name] = source
                memory.sourcesByID[source.id] = source
            }
        }
        return known.merging(found) { $1 }
    }

    public func source(_ name: String, in db: Connection) throws -> Source {
        guard let source = try sources([name], in: db)[name] else { throw Self.vanished("source", name) }
        return source
    }

    public func source(_ id: Int64, in db: Connection) throws -> Source {
        if let source = memory.withLock({ $0.sourcesByID[id] }) { return source }
        let generation = generation
        guard let source = try db.first("SELECT id, name, horizon FROM sources WHERE id = \(id)", Source.init) else {
            throw Self.vanished("source", String(id))
        }
        remember(in: db, since: generation) { memory in
            memory.sources[source.name] = source
            memory.sourcesByID[id] = source
        }
        return source
    }

    private func readSources(_ names: [String], in db: Connection) throws -> [String: Source] {
        let rows = try db.all("SELECT id, name, horizon FROM sources WHERE name IN \(list: names)", Source.init)
        return Dictionary(rows.map { ($0.name, $0) }) { $1 }
    }
}

// MARK: - Symbols

extension Catalog {
    /// The numbers of texts that are already folded (`Text.folded`), made where they are missing.
    public func symbols(_ folded: Set<String>, in db: Connection) throws -> [String: Int64] {
        let (known, missing, generation) = split(folded) { $0.symbols[$1] }
        guard !missing.isEmpty else { return known }
        var found = try readSymbols(missing, in: db) { value, id in
            try db.run("UPDATE symbols SET value = \(value) WHERE id = \(id)")
        }
        let new = missing.filter { found[$0] == nil }
        if !new.isEmpty {
            try db.insert(into: "symbols", ["value"], new.map { [.text($0)] }, ignoringConflicts: true)
            found.merge(try readSymbols(new, in: db)) { $1 }
        }
        rememberSymbols(found, in: db, since: generation)
        return known.merging(found) { $1 }
    }

    /// The number of a folded text, or `nil` if no event has ever carried it. Makes nothing.
    public func existingSymbol(_ folded: String, in db: Connection) throws -> Int64? {
        if let id = memory.withLock({ $0.symbols[folded] }) { return id }
        let generation = generation
        let found = try readSymbols([folded], in: db)
        rememberSymbols(found, in: db, since: generation)
        return found[folded]
    }

    /// The folded text with number `id`.
    public func symbol(_ id: Int64, in db: Connection) throws -> String {
        if let value = memory.withLock({ $0.symbolsByID[id] }) { return value }
        let generation = generation
        guard let value = try db.text("SELECT value FROM symbols WHERE id = \(id)") else {
            throw Self.vanished("symbol", String(id))
        }
        rememberSymbols([value: id], in: db, since: generation)
        return value
    }

    /// - Parameter unveil: called with a text that is known only as the hash which an erasure left of it, and its number.
    private func readSymbols(
        _ values: [String], in db: Connection, unveil: (String, Int64) throws -> Void = { _, _ in }
    ) throws -> [String: Int64] {
        let select: SQL = "SELECT value, id FROM symbols WHERE value IN"
        let rows = try db.all("\(select) \(list: values)") { ($0.text(0), $0.integer(1)) }
        var found = Dictionary(rows) { $1 }
        let missing = values.filter { found[$0] == nil }
        guard !missing.isEmpty else { return found }
        let veiled = Dictionary(missing.map { (VeiledSymbol.veiled($0), $0) }) { $1 }
        for (hash, id) in try db.all("\(select) \(list: veiled.keys.sorted())", { ($0.text(0), $0.integer(1)) }) {
            guard let value = veiled[hash] else { continue }
            found[value] = id
            try unveil(value, id)
        }
        return found
    }

    private func rememberSymbols(_ found: [String: Int64], in db: Connection, since generation: Int) {
        remember(in: db, since: generation) { memory in
            if memory.symbols.count + found.count > Self.rememberedSymbols {
                memory.symbols = [:]
                memory.symbolsByID = [:]
            }
            for (value, id) in found {
                memory.symbols[value] = id
                memory.symbolsByID[id] = value
            }
        }
    }
}

extension Catalog {
    /// What is remembered of `names`, and the sorted rest: rows are made in key order, so that two processes never wait for
    /// each other in a circle.
    private func split<Value: Sendable>(
        _ names: Set<String>, _ look: @Sendable (borrowing Memory, String) -> Value?
    ) -> (known: [String: Value], missing: [String], generation: Int) {
        var known: [String: Value] = [:]
        var missing: [String] = []
        let generation = memory.withLock { memory in
            for name in names {
                if let value = look(memory, name) { known[name] = value } else { missing.append(name) }
            }
            return memory.generation
        }
        return (known, missing.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }, generation)
    }

    private static func vanished(_ what: String, _ name: String) -> Problem {
        Problem("catalog.missing", "there is no \(what) \(name) in this database")
    }
}
