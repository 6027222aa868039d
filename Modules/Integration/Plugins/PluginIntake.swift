public import RapportCore
public import RapportPluginKit
public import RapportStorage

/// Puts what plugins see on the log: replies, bounces, clicks.
public struct PluginIntake: Sendable {
    /// Whose a message was, and what is known of the message.
    public struct Addressee: Sendable {
        public var person: PersonID
        /// Added to what the plugin says, over it: the plugin tells what happened, and Rapport knows to what.
        public var properties: [JSONValue.Member]

        public init(person: PersonID, properties: [JSONValue.Member] = []) {
            self.person = person
            self.properties = properties
        }
    }

    /// Finds the person to whom a message went, by Rapport's id of it or the provider's. `instance` is `channels.mail`.
    public typealias Finder = @Sendable (_ message: String, _ instance: String, Connection) throws -> Addressee?

    private let door: Door
    private let dedupeDays: Int
    private let addressee: Finder

    public init(door: Door, dedupeDays: Int = 30, addressee: @escaping Finder = { _, _, _ in nil }) {
        self.door = door
        self.dedupeDays = dedupeDays
        self.addressee = addressee
    }

    /// Takes events in a transaction of their own.
    ///
    /// - Returns: why an event was refused, for each that was.
    @discardableResult
    public func accept(_ events: [PluginEvent], from instance: String, in database: any Database) async throws -> [Problem] {
        var attempt = 1
        while true {
            do {
                return try await database.write { db in try accept(events, from: instance, act: nil, in: db) }
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
            let whose = try event.message.flatMap { try addressee($0, instance, db) }
            var known = whose?.properties ?? []
            if let message = event.message, !known.contains(where: { $0.name == "message" }) {
                known.append(.init("message", .string(message)))
            }
            let own = (event.properties.object ?? []).filter { member in !known.contains { $0.name == member.name } }
            return NewEvent(
                // Whose message it was is certain; who answers for whom, or forwards, is not.
                kind: event.kind, source: instance, identifiers: whose == nil ? event.identifiers : [], person: whose?.person,
                occurredAt: event.occurredAt, properties: .object(own + known),
                dedupeKey: event.id.map { DedupeKey.hash(instance, "event", $0) }
                    ?? act.map { DedupeKey.hash(instance, "act", $0, String(number)) },
                dedupeDays: dedupeDays)
        }
        return try door.accept(new, in: db).compactMap { if case .refused(let problem) = $0 { problem } else { nil } }
    }
}
