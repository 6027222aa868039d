public import RapportStorage

extension Rapport {
    /// Every fold, in the order in which a step runs them.
    public var folds: [any Fold] { [FieldsFold(), TimelineFold(), TotalsFold()] }

    /// Compares what the folds keep with the log.
    public func logVerifier() -> LogVerifier {
        LogVerifier(folds: folds, catalog: Catalog(), database: database, wall: clock)
    }
}
