import RapportCore
import RapportStorage

/// What one transaction writes: events ready for the door, and what did not come in.
struct ImportCargo: Sendable {
    var events: PreparedEvents
    /// For each of the events where its record stands in the source, or 0.
    var lines: [Int64] = []
    var rejects: [Imports.Reject] = []
    /// Records of which nothing came in, and values that were left out of others.
    var rejected: Int64 = 0
    var omitted: Int64 = 0
    /// What was odd about records.
    var oddities = ImportOddities()
    /// The last record of it, counted from 1 over the whole source; `nil` for none.
    var last: Int64?
    /// What the source keeps in its store, by key: `nil` takes it away.
    var state: [String: JSONValue?] = [:]

    var isEmpty: Bool { last == nil && state.isEmpty && events.events.isEmpty }
}

/// Gives events their dedupe keys.
struct ImportAssembler {
    private var occurrences: [[UInt8]: Int64] = [:]

    /// The n-th event of the same content is keyed by n: two equal purchases in one file stay two, and the same file again
    /// brings none.
    mutating func key(_ made: (event: NewEvent, content: [UInt8], keyed: Bool)) -> NewEvent {
        guard !made.keyed else { return made.event }
        let number = occurrences[made.content, default: 0] + 1
        occurrences[made.content] = number
        var event = made.event
        event.dedupeKey = number == 1 ? made.content : DedupeKey.hash(made.content.map { String($0) } + ["#\(number)"])
        return event
    }
}
