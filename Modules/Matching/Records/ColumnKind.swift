/// What a column holds, which decides how its values are compared.
public enum ColumnKind: String, Sendable, Hashable, CaseIterable, Codable {
    /// Names of people, places, firms: compared by letters and sound, and word by word where they have several.
    case name
    /// Street and number: word by word, and another house number is another place.
    case address
    case date
    case phone
    case email
    /// Addresses of pages and sites, whatever stands before the host.
    case web
    /// A postcode or another short code: prefixes and single errors count.
    case postcode
    case number
    /// Free text and descriptions: shared rare words count.
    case text
    /// One of few values: the same or not.
    case category
    /// Not compared: mostly empty, the same everywhere, or different on every record.
    case ignored
}
