public import RapportStorage

extension Migration {
    /// The last day of what an objective is measured by, in days since 1970, where the verdict is that it has stopped coming.
    public static let objectiveSilence = Migration(
        "0430-objective-silence", ["ALTER TABLE objective_verdicts ADD COLUMN last_day BIGINT"])
}
