#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Paths with `*`, `?` and `[…]`, as a shell expands them.
public enum FilePattern {
    /// The files that a pattern names now, sorted by the bytes of their paths. A plain path names itself, there or not.
    public static func expand(_ pattern: String, in folder: String) -> [String] {
        let full = pattern.hasPrefix("/") || folder.isEmpty ? pattern : "\(folder)/\(pattern)"
        guard pattern.contains(where: { "*?[".contains($0) }) else { return [full] }
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(full, 0, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
