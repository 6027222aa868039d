/// Two records that were compared, and how alike each column is.
struct ComparedPair: Sendable {
    var first: Int32
    var second: Int32
    var pattern: UInt64
}
