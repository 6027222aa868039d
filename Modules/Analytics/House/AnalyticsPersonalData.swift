public import RapportStorage

/// What analyses keep: nothing of anybody but the fields that they write, which are the record's.
public struct AnalyticsPersonalData: PersonalData {
    public init() {}

    public var tables: [PersonalTable] { [.nobody("objective_verdicts")] }
}
