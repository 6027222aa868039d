public import RapportCore

/// Of whom a changed rule has made values others.
public struct GoldenChanges: Sendable {
    public var people: [PersonID]
    /// Those of them whose household has become another.
    public var households: [PersonID]
}
