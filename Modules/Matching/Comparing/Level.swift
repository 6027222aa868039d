/// How alike two values are, in steps that mean something for every kind of column.
///
/// Which step says how much is not written anywhere: each column's weights are learnt (`MatchTrainer`).
public enum Level: UInt8, Sendable, Hashable, CaseIterable {
    /// One of the two is not there.
    case missing = 0
    case different
    case faint
    case slight
    case alike
    case close
    /// Day and month, or first and last name, in each other's place; the same words in another order.
    case swapped
    case same

    static let count = 8
}
