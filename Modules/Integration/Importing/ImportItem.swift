import RapportCore
import RapportStorage

/// What one record brings to a slice.
struct ImportItem: Sendable {
    /// Counted from 1 over the whole source.
    var ordinal: Int64
    /// Where the record stands in its source.
    var line: Int64 = 0
    var events: [NewEvent]
    var rejects: [Imports.Reject]
    /// None of it came in.
    var isRejected: Bool
    var omitted: Int64
}

/// Gives events their dedupe keys, and puts the lines of an order together.
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

    /// Appends the lines of `event` to an order that is still open.
    static func join(_ event: NewEvent, to open: inout NewEvent) {
        guard case .object(var members) = open.properties, let index = members.firstIndex(where: { $0.name == "lines" }),
            let more = event.properties["lines"]?.array
        else { return }
        members[index].value = .array((members[index].value.array ?? []) + more)
        open.properties = .object(members)
    }
}
