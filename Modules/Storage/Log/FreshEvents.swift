import RapportCore

/// Events that a transaction has just put on the log, as they will be read from it, each with its JSON still taken apart: who
/// handles them in that same transaction reads nothing again.
public struct FreshEvents: Sendable {
    /// What an event says, where it need not be read from text.
    struct Said: Sendable {
        var properties: JSONValue
        /// `nil` where there is none.
        var personal: JSONValue?
    }

    /// By partition, in the order of their positions, which follow each other without a gap.
    private var byPartition: [Int: [Event]] = [:]
    private var said: [EventRef: Said] = [:]

    init() {}

    mutating func reserveCapacity(_ count: Int) { said.reserveCapacity(count) }

    /// - Parameter said: `nil` where the text would be read as something else.
    mutating func append(_ event: Event, _ said: Said?) {
        byPartition[event.ref.partition, default: []].append(event)
        if let said { self.said[event.ref] = said }
    }

    /// The next events of a partition; `nil` where some of those up to `head` are not here.
    func events(of partition: Int, after position: Int64, upTo head: Int64, limit: Int) -> ArraySlice<Event>? {
        guard let events = byPartition[partition], let first = events.first, let last = events.last, last.ref.position == head,
            first.ref.position <= position + 1
        else { return nil }
        return events[Int(position + 1 - first.ref.position)...].prefix(limit)
    }

    func said(by event: Event) -> Said? { said.isEmpty ? nil : said[event.ref] }
}

extension JSONValue {
    /// Whether its text is read as the same value: a decimal that is a whole number is not.
    var isReadAlike: Bool {
        switch self {
        case .decimal(let literal): Int64(literal) == nil
        case .array(let items): items.allSatisfy(\.isReadAlike)
        case .object(let members): members.allSatisfy(\.value.isReadAlike)
        default: true
        }
    }
}
