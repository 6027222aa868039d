public import RapportStorage

extension Migration {
    /// Finds the other members of a household without reading everybody.
    public static let households = Migration(
        "0121-households",
        ["CREATE INDEX people_by_household ON people (household, id) WHERE household IS NOT NULL"])
}
