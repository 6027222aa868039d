import RapportAnalytics
import RapportHost
import RapportStorage

extension Output {
    /// Says how many people an analysis left out because they may not be profiled.
    func tellLeftOut(_ people: Int) {
        if people > 0 { say("learn.left_out", count: people) }
    }
}

extension Rapport {
    /// What those bought who may be profiled.
    func profiledLines() async throws -> HouseLines {
        try await database.read { [catalog] in try HouseLines.read(catalog, among: .profiled, in: $0) }
    }
}
