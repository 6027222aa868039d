public import RapportStorage

extension Rapport {
    /// Every fold, in the order in which a step runs them.
    public var folds: [any Fold] { stepper.folds }

    /// Compares what the folds keep with the log.
    public func logVerifier() -> LogVerifier {
        LogVerifier(folds: folds, catalog: catalog, database: database, wall: clock)
    }
}
