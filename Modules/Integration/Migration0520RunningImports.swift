public import RapportStorage

extension Migration {
    /// Finds the imports that run without reading those that have ended.
    public static let runningImports = Migration(
        "0520-running-imports", ["CREATE INDEX imports_by_state ON imports (state, id)"])
}
