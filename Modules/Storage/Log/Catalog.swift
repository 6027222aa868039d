import RapportCore

/// Names and numbers of kinds, sources and symbols, read through the step's connection and remembered by the process.
public final class Catalog: Sendable {
    public init() {}
}
