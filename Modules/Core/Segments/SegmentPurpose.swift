/// What a segment is used for, which says who may be in it.
public enum SegmentPurpose: String, Sendable, Hashable, CaseIterable {
    /// To choose whom to sell to: whoever objects to marketing or to being profiled is not in it (GDPR, article 21).
    case marketing
    /// For what people ordered, asked or must be told: objections to marketing do not concern it.
    case service
}
