import RapportCore

/// Events of the log that need not be read one partition at a time: what a transaction has just put there and handles itself,
/// each with its JSON still taken apart, or what a step has read of all its partitions together.
public struct EventsAtHand: Sendable {
    /// What an event says, where it need not be read from text.
    struct Said: Sendable {
        var properties: JSONValue
        /// `nil` where there is none.
        var personal: JSONValue?
    }

    /// All events of a partition behind one position, as far as another.
    private struct Stretch {
        var after: Int64
        var through: Int64
        /// By position.
        var events: [Event] = []
        /// What they say, of those that were just put there: each at its position behind `after`.
        var said: [Said?] = []
    }

    /// By partition.
    private var stretches: [Stretch?] = []
    /// When people were first heard of whom these events have made.
    private var newcomers: [EventRef: Timestamp] = [:]

    init() {}

    var count: Int { stretches.reduce(0) { $0 + ($1?.events.count ?? 0) } }

    /// Takes an event that stands right behind the last of its partition.
    ///
    /// - Parameters:
    ///   - said: `nil` where the text would be read as something else.
    ///   - newcomer: when the person was first heard of, if this is the first event of somebody new.
    mutating func append(_ event: Event, _ said: Said?, newcomer: Timestamp?) {
        let (partition, position) = (event.ref.partition, event.ref.position)
        makeRoom(for: partition)
        if stretches[partition] == nil { stretches[partition] = Stretch(after: position - 1, through: position) }
        stretches[partition]?.through = position
        stretches[partition]?.events.append(event)
        stretches[partition]?.said.append(said)
        if let newcomer { newcomers[event.ref] = newcomer }
    }

    private mutating func makeRoom(for partition: Int) {
        while stretches.count <= partition { stretches.append(nil) }
    }

    /// Bytes of properties that are read at once, give or take an event: an order may have ten thousand lines.
    static let readAtOnce = 8_388_608

    /// Reads what stands behind the cursors, which are locked: one statement for all of them. Where that is very much, nothing is
    /// at hand, and each partition's events are read by themselves.
    ///
    /// - Parameter limit: how many positions of each.
    init(behind cursors: [PartitionStep.Cursor], limit: Int, in db: Connection) throws {
        for cursor in cursors {
            let through = min(cursor.head, cursor.position + Int64(limit))
            makeRoom(for: cursor.lease.partition)
            stretches[cursor.lease.partition] = Stretch(after: cursor.position, through: through)
        }
        struct Full: Error {}
        var size = 0
        do {
            try db.each(
                """
                SELECT \(raw: Event.columns) FROM cursors CROSS JOIN events
                WHERE cursors.partition IN \(list: cursors.map { Int64($0.lease.partition) }.sorted()) AND events.partition = cursors.partition
                    AND events.position > cursors.position AND events.position <= cursors.position + \(limit)
                """
            ) { row in
                let event = Event(row)
                stretches[event.ref.partition]?.events.append(event)
                size += event.properties.utf8.count
                if size > Self.readAtOnce { throw Full() }
            }
        } catch is Full {
            stretches = []
        }
        for partition in stretches.indices {
            guard let stretch = stretches[partition], !stretch.events.isEmpty else { continue }
            // Heads may have moved on since they were read.
            stretches[partition]?.events = stretch.events.filter { $0.ref.position <= stretch.through }
                .sorted { $0.ref.position < $1.ref.position }
        }
    }

    /// The next events of a partition, at most so many, and how far that is; `nil` where they have to be read.
    func events(of partition: Int, after position: Int64, upTo head: Int64, limit: Int) -> (events: [Event], through: Int64)? {
        guard let stretch = stretch(of: partition), stretch.after <= position, position < stretch.through else { return nil }
        let first = stretch.events.firstIndex { $0.ref.position > position } ?? stretch.events.endIndex
        // What was just put there was brought together and is handled together.
        let limit = stretch.said.isEmpty ? limit : .max
        let found = Array(stretch.events[first...].prefix(limit).prefix { $0.ref.position <= head })
        return (found, found.count < limit ? min(stretch.through, head) : found.last?.ref.position ?? position)
    }

    func said(by event: Event) -> Said? {
        let (partition, position) = (event.ref.partition, event.ref.position)
        guard partition < stretches.count, let after = stretches[partition]?.after, position > after,
            let count = stretches[partition]?.said.count, position - after <= count
        else { return nil }
        return stretches[partition]?.said[Int(position - after) - 1]
    }

    /// Those of `events` by which somebody was made, and when they were first heard of: nothing else is known of them.
    func newcomers(among events: [Event]) -> [PersonID: Timestamp] {
        guard !newcomers.isEmpty else { return [:] }
        var found: [PersonID: Timestamp] = [:]
        found.reserveCapacity(events.count)
        for event in events { if let moment = newcomers[event.ref] { found[event.person] = moment } }
        return found
    }

    private func stretch(of partition: Int) -> Stretch? { partition < stretches.count ? stretches[partition] : nil }
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
