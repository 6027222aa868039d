public import RapportCore
public import RapportPluginKit
public import RapportStorage

/// Puts what plugins see on the log: replies, bounces, clicks.
public struct PluginIntake: Sendable {
    /// Finds the person to whom a message went, by Rapport's id of it or the provider's.
    public typealias Addressee = @Sendable (_ message: String, Connection) throws -> (person: PersonID, profile: ProfileID)?

    private let door: Door
    private let dedupeDays: Int
    private let addressee: Addressee

    public init(door: Door, dedupeDays: Int = 30, addressee: @escaping Addressee = { _, _ in nil }) {
        self.door = door
        self.dedupeDays = dedupeDays
        self.addressee = addressee
    }

    /// Takes events in a transaction of their own.
    public func accept(_ events: [PluginEvent], from instance: String, in database: any Database) async throws {
        var attempt = 1
        while true {
            do {
                return try await database.write { db in _ = try accept(events, from: instance, act: nil, in: db) }
            } catch let race as DoorRace {
                guard attempt < 5 else { throw race }
                attempt += 1
            }
        }
    }

    /// Takes events as the last act of the caller's transaction.
    ///
    /// - Parameter act: what makes events without an id of their own unique; `nil`: nothing does.
    /// - Returns: why an event was refused, for each that was.
    /// - Throws: `DoorRace`: roll back and try again.
    func accept(_ events: [PluginEvent], from instance: String, act: String?, in db: Connection) throws -> [Problem] {
        let new = try events.enumerated().map { number, event in
            var properties = event.properties
            if let message = event.message, case .object(let members) = properties, properties["message"] == nil {
                properties = .object(members + [.init("message", .string(message))])
            }
            let whose = try event.message.flatMap { try addressee($0, db) }
            return NewEvent(
                kind: event.kind, source: instance, identifiers: event.identifiers, person: whose?.person,
                profile: whose?.profile,
                occurredAt: event.occurredAt, properties: properties,
                dedupeKey: event.id.map { DedupeKey.hash(instance, "event", $0) }
                    ?? act.map { DedupeKey.hash(instance, "act", $0, String(number)) },
                dedupeDays: dedupeDays)
        }
        return try door.accept(new, in: db).compactMap { if case .refused(let problem) = $0 { problem } else { nil } }
    }
}
