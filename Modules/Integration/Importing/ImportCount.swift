import RapportCore

/// What an import has counted so far, for whoever goes on with it.
struct ImportCount: Sendable {
    var kinds: [String: Int64] = [:]
    var problems: [Problem] = []
    var oddities = ImportOddities()
}
