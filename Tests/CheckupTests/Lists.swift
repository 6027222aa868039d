import Foundation
import RapportCheckup
import RapportCore

/// A list in a file of its own, and what is found in it.
struct CheckedFile {
    let report: CheckupReport
    /// `line code` of everything that was found, with its value and suggestion.
    let found: [FoundValue]

    init(
        _ text: String, country: String? = nil, others: [String] = [], exact: Bool = false, roles: [String: ColumnRole] = [:],
        today: String = "2026-11-22"
    )
        async throws
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: "checkup-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var paths: [String] = []
        for (index, text) in ([text] + others).enumerated() {
            let path = folder.appending(path: "list\(index).csv").path(percentEncoded: false)
            try Data(text.utf8).write(to: URL(filePath: path))
            paths.append(path)
        }
        let parts = today.split(separator: "-").compactMap { Int($0) }
        var options = Checkup.Options(
            today: CivilDate(year: parts[0], month: parts[1], day: parts[2]) ?? CivilDate(daysSince1970: 0))
        options.country = country
        options.roles = roles
        options.looksForLikely = !exact
        let box = Box()
        report = try await Checkup.run(paths, options: options, sink: { box.values.append($0) })
        found = box.values
    }

    private final class Box { var values: [FoundValue] = [] }

    /// The lines on which something was found.
    func lines(_ finding: Finding) -> [Int64] { found.filter { $0.finding == finding }.map(\.line) }
    func suggestion(_ line: Int64, _ finding: Finding) -> String? {
        found.first { $0.line == line && $0.finding == finding }?.suggestion
    }
    func role(_ column: String) -> ColumnRole? { report.columns.first { $0.name == column }?.role }
}
