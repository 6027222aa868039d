extension FieldDefinition {
    /// The source of what was corrected at a person's wish (GDPR, article 16).
    public static let correctionSource = "correction"

    /// What a correction says of the field, which holds against every source until the person confirms another value, or it is
    /// corrected again; `nil` where nothing has been corrected. Its value is `nil` where there is to be none.
    static func correction(among candidates: [Candidate]) -> Candidate? {
        guard let last = candidates.filter({ $0.source == correctionSource }).max(by: { $0.said.stamp < $1.said.stamp }) else {
            return nil
        }
        let isOutdated = candidates.contains { other in
            other.source != correctionSource && other.confirmedAt.map { $0 > last.said.stamp } ?? false
        }
        return isOutdated ? nil : last
    }
}
