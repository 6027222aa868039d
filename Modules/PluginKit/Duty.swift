/// Something that a person may ask of us and that the systems behind plugins must hear of.
public enum Duty: String, Sendable, Hashable, CaseIterable {
    /// `optOut`: somebody wants no more messages.
    case optOut = "opt_out"
    /// `erase`: somebody is to be forgotten.
    case erase
}
