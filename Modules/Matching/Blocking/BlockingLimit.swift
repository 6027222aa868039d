/// How large groups of records may be that a rule brings together.
///
/// What very many share tells nothing; what a few hundred share may be one person who was written down as often. So a group that is
/// too large to be compared whole is cut: its records are ordered by other keys, and each is compared with those beside it, as in the
/// sorted neighbourhood method (Hernández and Stolfo 1995, "The Merge/Purge Problem for Large Databases"). The first records of the
/// parts are a group of their own, which holds the parts together.
struct BlockingLimit: Sendable {
    /// Groups up to this size are compared whole.
    let whole: Int
    /// Records of a part.
    let part: Int
    /// Larger groups are passed over.
    let largest: Int

    init(count: Int) {
        whole = count > 200_000 ? 100 : 250
        part = count > 200_000 ? 8 : count > 60_000 ? 12 : 20
        largest = whole * 16
    }

    /// Pairs that a group makes.
    func pairs(_ size: Int) -> Double {
        let size = Double(size)
        if size <= Double(whole) { return size * (size - 1) / 2 }
        if size > Double(largest) { return 0 }
        let parts = (size / Double(part)).rounded(.up)
        return size * Double(part - 1) / 2 + min(parts, Double(whole)) * parts / 2
    }

    /// How much of what a group holds is found.
    func kept(_ size: Int) -> Double { size <= whole ? 1 : size <= largest ? 0.5 : 0 }
}
