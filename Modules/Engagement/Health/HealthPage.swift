public import RapportCore

/// The report as one page of HTML that needs nothing else: no script, no font, no picture from anywhere.
public struct HealthPage: Sendable {
    private let report: DataHealth
    private let rows: HealthRows
    private let texts: Texts
    private let zone: TimeZoneRules

    /// - Parameter zone: by whose clocks the time is told.
    public init(_ report: DataHealth, texts: Texts, zone: TimeZoneRules) {
        self.report = report
        self.texts = texts
        self.zone = zone
        rows = HealthRows(report, texts: texts, zone: zone)
    }

    public var html: String {
        """
        <!doctype html>
        <html lang="\(texts.language)">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>\(escaped(texts("health.title")))</title>
        <style>\(Self.style)</style>
        </head>
        <body><main>
        <p class="soft">Rapport</p>
        <h1>\(escaped(texts("health.title")))</h1>
        <p class="soft">\(escaped(rows.lead)) \(escaped(texts("health.as_of", ["at": zone.minuteText(report.at)])))</p>
        \(findings)
        \(section("fields", rows.fields, words: 3))
        \(section("sources", rows.sources, words: 1))
        \(section("segments", rows.segments, words: 1, notes: rows.idle))
        \(section("dropped", rows.dropped, words: 3))
        </main></body>
        </html>

        """
    }

    private var findings: String {
        let items = rows.findings().map { "<li>\(escaped($0.finding)) <span class=\"soft\">\(escaped($0.remedy))</span></li>" }
        let body = items.isEmpty ? "<p class=\"soft\">\(escaped(texts("health.all_well")))</p>" : "<ol>\(items.joined())</ol>"
        return "<section><h2>\(escaped(texts("health.section.findings")))</h2>\(body)</section>"
    }

    /// - Parameter words: how many of the first columns are words, and not numbers.
    private func section(_ name: String, _ table: HealthRows.Table, words: Int, notes: [String] = []) -> String {
        let head = "<section><h2>\(escaped(texts("health.section.\(name)")))</h2>"
        let foot = notes.map { "<p class=\"soft\">\(escaped($0))</p>" }.joined() + "</section>"
        guard !table.rows.isEmpty else {
            return head + (notes.isEmpty ? "<p class=\"soft\">\(escaped(texts("health.empty.\(name)")))</p>" : "") + foot
        }
        func cell(_ tag: String, _ text: String, _ column: Int) -> String {
            "<\(tag)\(column < words ? "" : " class=\"number\"")>\(escaped(text))</\(tag)>"
        }
        let columns = table.columns.enumerated().map { cell("th", texts("health.column.\($0.element)"), $0.offset) }.joined()
        let body = table.rows.map { row in
            "<tr>" + row.enumerated().map { cell("td", $0.element, $0.offset) }.joined() + "</tr>"
        }
        return head
            + "<div class=\"scroll\"><table><thead><tr>\(columns)</tr></thead><tbody>\(body.joined(separator: "\n"))</tbody></table></div>"
            + foot
    }

    private func escaped(_ text: String) -> String { HTMLText.escape(text) }

    private static let style = """
        :root{color-scheme:light dark;--ink:#1d2430;--soft:#5b6675;--line:#e3e6ea;--paper:#fff;--ground:#f6f7f5}
        @media (prefers-color-scheme:dark){:root{--ink:#e8ebef;--soft:#9aa6b4;--line:#2c343f;--paper:#1a2029;--ground:#12171e}}
        body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 Inter,"Segoe UI",system-ui,sans-serif}
        main{max-width:60rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}
        h1{font-size:1.7rem;margin:.25rem 0}h2{font-size:1.05rem;margin:0 0 .75rem}
        .soft{color:var(--soft)}
        section{background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:1.1rem 1.25rem;margin:0 0 1rem}
        .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th{text-align:left;color:var(--soft);font-size:.8rem}th,td{padding:.35rem .6rem .35rem 0;border-bottom:1px solid var(--line)}
        .number{text-align:right}li{margin:0 0 .5rem}
        """
}
