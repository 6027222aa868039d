/// Why nothing can be sent to a row, as bits. A row counts under the first of them.
public struct Block: OptionSet, Sendable, Hashable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let noAddress = Block(rawValue: 1)
    public static let dead = Block(rawValue: 2)
    public static let mistyped = Block(rawValue: 4)
    public static let stopped = Block(rawValue: 8)
    public static let contradictory = Block(rawValue: 16)
    public static let pending = Block(rawValue: 32)
    public static let never = Block(rawValue: 64)
    public static let unproven = Block(rawValue: 128)
    public static let duplicate = Block(rawValue: 256)

    /// In the order in which rows are counted, by the names that `--json` has.
    public static let order: [(block: Block, name: String)] = [
        (.noAddress, "no_address"), (.dead, "dead_address"), (.mistyped, "mistyped_address"),
        (.stopped, "must_not_be_written_to"),
        (.contradictory, "contradictory"), (.pending, "never_confirmed"), (.never, "never_agreed"), (.unproven, "unproven"),
        (.duplicate, "duplicate"),
    ]
    /// Mail would arrive there, whoever may send it.
    static let delivery: Block = [.noAddress, .dead, .mistyped]

    init(_ standing: RowStanding) {
        self = []
        if standing.isStopped { insert(.stopped) }
        if standing.contains(.contradictory) { insert(.contradictory) }
        if standing.contains(.pending) { insert(.pending) }
        if standing.contains(.never) { insert(.never) }
        if standing.contains(.unproven) { insert(.unproven) }
    }
}
