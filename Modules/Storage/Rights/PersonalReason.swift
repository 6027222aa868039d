/// Why a table is not shown in an access export, or is left alone by an erasure: the text `rights.reason.NAME`.
public enum PersonalReason: String, Sendable, Hashable, CaseIterable {
    /// It holds nothing of people: definitions, counts, cursors, keys.
    case house
    /// Companies and products.
    case companies
    /// Another section of the export tells it.
    case elsewhere
    /// Numbers and hashes from which nobody can be read; once the person is erased they lead nowhere.
    case numbers
    /// What was decided and done, without a name, for which the house must be able to answer.
    case account
    /// A wish not to be written to outlives the person, as the hash of an address.
    case wishes
    /// The next step of the log empties it.
    case step
    /// It belongs to a plugin, which is told by its duty.
    case plugin
}
