extension FieldDefinition {
    /// What one profile knows of the field.
    public struct Candidate: Sendable {
        public var profile: ProfileID
        /// The source's name; only rules that trust sources read it.
        public var source: String
        public var said: Provenance.Entry
        public var confirmedAt: Provenance.Stamp?

        public init(profile: ProfileID, source: String, said: Provenance.Entry, confirmedAt: Provenance.Stamp?) {
            self.profile = profile
            self.source = source
            self.said = said
            self.confirmedAt = confirmedAt
        }
    }

    /// The candidate whose value is the golden one; `nil` where nobody has a value.
    public func survivor(among candidates: [Candidate]) -> Candidate? {
        if candidates.count == 1 { return candidates[0].said.value == nil ? nil : candidates[0] }
        if let corrected = Self.correction(among: candidates) { return corrected.said.value == nil ? nil : corrected }
        var left = candidates.filter { $0.said.value != nil }
        for rule in survivorship.rules where left.count > 1 { left = Self.narrowed(left, by: rule) }
        return left.max { $0.said.stamp < $1.said.stamp }
    }

    /// Those whom a rule leaves: never none.
    private static func narrowed(_ candidates: [Candidate], by rule: Survivorship.Rule) -> [Candidate] {
        switch rule {
        case .latest: return candidates.max { $0.said.stamp < $1.said.stamp }.map { [$0] } ?? []
        case .confirmed:
            let confirmed = candidates.compactMap { candidate in candidate.confirmedAt.map { (candidate, $0) } }
            return confirmed.max { $0.1 < $1.1 }.map { [$0.0] } ?? candidates
        case .trusted(let sources):
            for source in sources {
                let trusted = candidates.filter { $0.source == source }
                if !trusted.isEmpty { return trusted }
            }
            return candidates
        case .complete:
            // Short forms have fewer letters than what they stand for, so the fullest is always left.
            return candidates.filter { one in
                guard case .text(let text)? = one.said.value else { return true }
                return !candidates.contains { other in
                    if case .text(let fuller)? = other.said.value { ShortForm.isShort(text, of: fuller) } else { false }
                }
            }
        }
    }

    /// From when the golden value's age counts: the last confirmation of that value by whomever, or else when it was said.
    public func since(_ survivor: Candidate, among candidates: [Candidate]) -> Timestamp {
        guard candidates.contains(where: { $0.confirmedAt != nil }), let value = survivor.said.value.map(golden) else {
            return survivor.said.stamp.occurredAt
        }
        let confirmed = candidates.compactMap { candidate in
            candidate.said.value.map(golden) == value ? candidate.confirmedAt?.occurredAt : nil
        }
        return confirmed.max() ?? survivor.said.stamp.occurredAt
    }

    /// The value as the golden column holds it: text folded.
    public func golden(_ value: FieldValue) -> FieldValue {
        if case .text(let text) = value { .text(Text.folded(text)) } else { value }
    }
}
