public import RapportCore

/// What one person has been asked, and what became of it: the latest moment of each kind, by subject.
public struct QuestionHistory: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        public var askedAt: Timestamp?
        public var answeredAt: Timestamp?
        public var declinedAt: Timestamp?
        /// The occasion on which it was asked last, as the caller named it.
        public var contact = ""
    }

    /// The kinds of events that it is made of.
    enum Act: String, CaseIterable {
        case asked = "question.asked"
        case answered = "question.answered"
        case declined = "question.declined"
    }

    public internal(set) var entries: [String: Entry] = [:]

    public init() {}

    /// When a question was asked last, whichever.
    public var lastAsked: Timestamp? { entries.values.compactMap(\.askedAt).max() }

    /// Takes in an event, in any order.
    mutating func take(_ act: Act, _ subject: String, contact: String, at: Timestamp) {
        var entry = entries[subject] ?? Entry()
        func later(_ known: Timestamp?) -> Timestamp { known.map { max($0, at) } ?? at }
        switch act {
        case .asked:
            // Of two at one moment the greater name: whatever came first.
            if entry.askedAt.map({ ($0, entry.contact) < (at, contact) }) ?? true { entry.contact = contact }
            entry.askedAt = later(entry.askedAt)
        case .answered: entry.answeredAt = later(entry.answeredAt)
        case .declined: entry.declinedAt = later(entry.declinedAt)
        }
        entries[subject] = entry
    }

    /// Whether a subject may be asked about now: long enough ago asked, and declined.
    func allows(_ subject: String, _ rule: AskRule, at now: Timestamp) -> Bool {
        guard let entry = entries[subject] else { return true }
        if let asked = entry.askedAt, now < asked + rule.again { return false }
        if let declined = entry.declinedAt, now < declined + rule.declined { return false }
        return true
    }
}
