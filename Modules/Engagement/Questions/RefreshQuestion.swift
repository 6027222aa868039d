public import RapportCore
import RapportStorage

/// Whether something that we know of a person still holds: the one question for the next time that we meet.
public struct RefreshQuestion: Sendable, Hashable {
    /// A field, or a kind of identifier.
    public var subject: String
    public var isIdentifier: Bool
    /// What we know, as people read it.
    public var value: String
    /// What an answer has to be; `nil` for identifiers.
    public var type: FieldType?
    public var freshness: Freshness
    public var rule: AskRule

    /// The words, in the language of `texts` or, where the definition has them, in that of the person.
    public func text(_ texts: Texts, language: String? = nil) -> String {
        if let own = rule.text(in: language ?? texts.language) { return own.replacing("{value}", with: value) }
        let key = "question.of.\(subject)"
        if texts.has(key) { return texts(key, ["value": value]) }
        return texts("question.still", ["field": subject.replacing("_", with: " "), "value": value])
    }

    /// The one question that is worth most of those that may be asked: what has lost most of its confidence, weighed by what it is
    /// worth; of equals the first by name.
    ///
    /// At most one question a day, whatever the contacts: `pause`. A contact that asks again gets the same question again, until it
    /// is answered.
    ///
    /// - Parameters:
    ///   - touchpoint: where it would be asked; `nil`: anywhere.
    ///   - contact: the occasion, as the caller names it; empty: not named.
    public static func choose(
        from subjects: [RefreshQuestion], _ history: QuestionHistory, touchpoint: String?, contact: String, at now: Timestamp
    ) -> RefreshQuestion? {
        let stale = subjects.filter { $0.freshness.isStale(at: now) && $0.rule.allows(touchpoint) }
        if let last = history.lastAsked, now < last + pause {
            guard !contact.isEmpty else { return nil }
            return stale.first { question in
                guard let entry = history.entries[question.subject], entry.contact == contact, entry.askedAt == last else {
                    return false
                }
                return (entry.answeredAt ?? .distantPast) < last && (entry.declinedAt ?? .distantPast) < last
            }
        }
        return stale.filter { history.allows($0.subject, $0.rule, at: now) }.max { one, other in
            let urgencies = [one, other].map { $0.rule.urgency(confidence: $0.freshness.confidence(at: now)) }
            // The first by name is the greatest of equals.
            return urgencies[0] == urgencies[1] ? one.subject > other.subject : urgencies[0] < urgencies[1]
        }
    }

    /// How long after a question nobody is asked another one.
    public static let pause = Span.days(1)

    /// What may be asked about a person at all.
    static func subjects(of record: PersonRecord) -> [RefreshQuestion] {
        let fields = record.fields.compactMap { field in
            field.definition.question.map {
                RefreshQuestion(
                    subject: field.name, isIdentifier: false, value: field.text, type: field.definition.type,
                    freshness: field.freshness, rule: $0)
            }
        }
        let contacts = record.contacts.compactMap { contact -> RefreshQuestion? in
            let newest = record.identifiers.filter { $0.identifier.kind == contact.name }.max { $0.firstSeen < $1.firstSeen }
            guard let rule = contact.kind.question, let newest else { return nil }
            return RefreshQuestion(
                subject: contact.name, isIdentifier: true, value: newest.identifier.value, type: nil,
                freshness: contact.freshness, rule: rule)
        }
        return fields + contacts
    }
}
