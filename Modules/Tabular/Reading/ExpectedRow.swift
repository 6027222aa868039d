/// What a record should be like. Records that are not are looked at again.
struct ExpectedRow: Sendable, Hashable {
    /// The number of fields; 0 takes it from the first record.
    var width: Int
    /// Columns whose values are numbers, dates and the like; empty where that is not known.
    var strong: [Bool] = []
    /// What whoever opened the file stated: no record is read otherwise.
    var stated: Set<Deviation.Kind> = []
}
