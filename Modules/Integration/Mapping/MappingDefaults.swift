/// What a house says once, so that its mappings need not: `region`, `zone` and `currency` of a mapping stand above it.
public struct MappingDefaults: Sendable {
    /// Of phone numbers without a country code, ISO 3166 alpha-2.
    public var region: String?
    /// Of times without an offset, an IANA name; `nil` is UTC.
    public var zone: String?
    /// Of amounts without one, ISO 4217.
    public var currency: String?
    /// Of permissions: the only one is meant where none is named. Empty: whatever is named is taken.
    public var brands: [String]

    public init(region: String? = nil, zone: String? = nil, currency: String? = nil, brands: [String] = []) {
        self.brands = brands
        self.region = region
        self.zone = zone
        self.currency = currency
    }
}
