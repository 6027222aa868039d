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
        if let corrected = Self.correction(among: candidates) { return corrected.said.value == nil ? nil : corrected }
        let candidates = candidates.filter { $0.said.value != nil }
        guard candidates.count > 1 else { return candidates.first }
        switch survivorship {
        case .latest: break
        case .confirmed:
            let confirmed = candidates.compactMap { candidate in candidate.confirmedAt.map { (candidate, $0) } }
            if let last = confirmed.max(by: { $0.1 < $1.1 }) { return last.0 }
        case .trusted(let sources):
            for source in sources {
                let trusted = candidates.filter { $0.source == source }
                if let last = trusted.max(by: { $0.said.stamp < $1.said.stamp }) { return last }
            }
        }
        return candidates.max { $0.said.stamp < $1.said.stamp }
    }

    /// The value as the golden column holds it: text folded.
    public func golden(_ value: FieldValue) -> FieldValue {
        if case .text(let text) = value { .text(Text.folded(text)) } else { value }
    }
}
