/// What one profile's source said of each field, last and when, and what it last confirmed.
///
/// Both are registers where the later event wins, whatever the order of arrival, so what stands here is a function of the
/// set of the profile's events.
public struct Provenance: Sendable, Hashable {
    /// The event that said something: later ones win.
    public struct Stamp: Sendable, Hashable, Comparable {
        public var occurredAt: Timestamp
        public var receivedAt: Timestamp
        public var ref: EventRef

        public init(occurredAt: Timestamp, receivedAt: Timestamp, ref: EventRef) {
            self.occurredAt = occurredAt
            self.receivedAt = receivedAt
            self.ref = ref
        }

        public static func < (left: Stamp, right: Stamp) -> Bool {
            (left.occurredAt, left.receivedAt, left.ref) < (right.occurredAt, right.receivedAt, right.ref)
        }
    }

    public struct Entry: Sendable, Hashable {
        /// `nil`: the source said that there is none.
        public var value: FieldValue?
        public var stamp: Stamp

        public init(value: FieldValue?, stamp: Stamp) {
            self.value = value
            self.stamp = stamp
        }
    }

    /// By slot.
    public internal(set) var said = SlotMap<Entry>()
    public internal(set) var confirmed = SlotMap<Entry>()

    public init() {}

    public var isEmpty: Bool { said.isEmpty }

    /// Takes in what an event says of a field.
    public mutating func say(_ value: FieldValue?, slot: Int, stamp: Stamp, confirming: Bool) {
        let entry = Entry(value: value, stamp: stamp)
        if said[slot].map({ $0.stamp <= stamp }) ?? true { said[slot] = entry }
        if confirming, confirmed[slot].map({ $0.stamp <= stamp }) ?? true { confirmed[slot] = entry }
    }

    /// When the value that stands was confirmed; `nil` if it was only said.
    public func confirmation(of slot: Int) -> Stamp? {
        guard let entry = confirmed[slot], entry.value == said[slot]?.value else { return nil }
        return entry.stamp
    }
}
