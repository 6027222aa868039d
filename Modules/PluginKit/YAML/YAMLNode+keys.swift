public import RapportCore

extension YAMLNode {
    /// A problem for each key that is not among `allowed`, with the nearest one that is. Empty where this is no mapping.
    public func unknownKeys(allowed: [String]) -> [Problem] {
        guard case .mapping(let entries) = content else { return [] }
        return entries.filter { !allowed.contains($0.name) }.map { entry in
            let nearest = Spelling.nearest(to: entry.name, in: allowed)
            return Problem(
                "config.unknown_key", nearest.map { "unknown key, did you mean \"\($0)\"?" } ?? "unknown key", at: entry.place,
                remedy: nearest == nil && !allowed.isEmpty ? "Known here: \(allowed.joined(separator: ", "))" : nil)
        }
    }

    /// Refuses anything but a mapping with keys among `allowed`.
    ///
    /// - Throws: the first `Problem` of `unknownKeys(allowed:)`.
    public func checkKeys(_ allowed: [String]) throws {
        _ = try mapping()
        if let problem = unknownKeys(allowed: allowed).first { throw problem }
    }
}
