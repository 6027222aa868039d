public import RapportStorage

extension Migration {
    /// How many of ten thousand an act keeps back by chance.
    public static let holdOuts = Migration("0400-hold-outs", ["ALTER TABLE acts ADD COLUMN hold_out BIGINT NOT NULL DEFAULT 0"])
}
