/// What words of permission say, remembered: a list has few of them, and each on very many rows.
struct StandingWords {
    struct Reading {
        var word: StandingWord?
        var flag: Flag?
        /// Stands for no value.
        var isNothing: Bool

        /// Yes or no, where a word or a flag says so.
        var says: Flag? {
            if let flag { return flag }
            switch word {
            case .subscribed?, .confirmed?: return .yes
            case .unsubscribed?, .never?, .blocked?: return .no
            default: return nil
            }
        }
    }

    private var known: [String: Reading] = [:]
    /// Columns of dates and reasons have a value of their own on nearly every row.
    private static let most = 512

    mutating func reading(_ text: String) -> Reading {
        if let reading = known[text] { return reading }
        let folded = Folding.small(text)
        let reading = Reading(word: StandingWord(folded), flag: Flag(folded), isNothing: Placeholders.isNothing(folded))
        if known.count < Self.most { known[text] = reading }
        return reading
    }
}
