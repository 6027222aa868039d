/// Inside, people and profiles are integers.
public typealias PersonID = Int64
public typealias ProfileID = Int64

/// Where an event stands on the log. Outside it is written `12-345`.
public struct EventRef: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let partition: Int
    public let position: Int64

    public init(partition: Int, position: Int64) {
        self.partition = partition
        self.position = position
    }

    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-")
        guard parts.count == 2, let partition = Int(parts[0]), let position = Int64(parts[1]) else { return nil }
        self.init(partition: partition, position: position)
    }

    public var description: String { "\(partition)-\(position)" }

    public static func < (left: EventRef, right: EventRef) -> Bool {
        (left.partition, left.position) < (right.partition, right.position)
    }
}
