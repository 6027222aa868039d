import Hummingbird
import RapportCore
import RapportEngagement
import Synchronization

/// The page of the data's health, made of a report that is kept for a while: reading a million people takes some seconds.
final class DataPage: Sendable {
    /// How long a report is shown before it is made anew.
    private static let kept = Span.seconds(300)

    private let services: WebServices
    private let pages: PageRenderer
    private let memory = Mutex<(report: DataHealth?, making: Task<DataHealth, any Error>?)>((nil, nil))

    init(services: WebServices, pages: PageRenderer) {
        self.services = services
        self.pages = pages
    }

    func response() async throws -> Response {
        let report = try await report()
        let (texts, rows) = (pages.texts, HealthRows(report, texts: pages.texts, zone: services.zone))
        func table(_ name: String, _ table: HealthRows.Table, words: Int) -> [String: Any] {
            func cells(_ row: [String]) -> [[String: Any]] {
                row.enumerated().map { ["text": $0.element, "number": $0.offset >= words] }
            }
            return [
                "title": texts("health.section.\(name)"), "empty": texts("health.empty.\(name)"), "has_rows": !table.rows.isEmpty,
                "columns": cells(table.columns.map { texts("health.column.\($0)") }),
                "rows": table.rows.map { ["cells": cells($0)] },
            ]
        }
        let findings = rows.findings()
        return pages.page(
            "data", title: texts("page.data_title"), section: .health,
            [
                "lead": rows.lead, "findings_title": texts("health.section.findings"), "has_findings": !findings.isEmpty,
                "findings": findings.map { ["finding": $0.finding, "remedy": Self.pieces($0.remedy)] },
                "all_well": texts("health.all_well"),
                "tables": [
                    table("fields", rows.fields, words: 3), table("sources", rows.sources, words: 1),
                    table("segments", rows.segments, words: 1), table("dropped", rows.dropped, words: 3),
                ],
                "as_of": texts("health.as_of", ["at": pages.when(report.at)]),
            ])
    }

    /// What stands between backticks in a text is a command.
    private static func pieces(_ text: String) -> [[String: Any]] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map {
            ["text": String($0.element), "code": !$0.offset.isMultiple(of: 2)]
        }
    }

    /// One report at a time, whoever asks.
    private func report() async throws -> DataHealth {
        let now = services.clock.now
        let making: Task<DataHealth, any Error> = memory.withLock { memory in
            if let report = memory.report, now - report.at < Self.kept { return Task { report } }
            if let making = memory.making { return making }
            let task = Task { [services] in try await services.dataHealth() }
            memory.making = task
            return task
        }
        let result = await making.result
        memory.withLock { memory in
            memory.making = nil
            if case .success(let report) = result { memory.report = report }
        }
        return try result.get()
    }
}
