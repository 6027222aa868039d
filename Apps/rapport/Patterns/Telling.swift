import RapportAnalytics
import RapportCore

/// What an analysis has to say: told once on the terminal, and once as a page with pictures.
struct Telling {
    enum Part {
        case heading(String)
        case sentence(String)
        /// What to mind when reading the numbers.
        case mind(String)
        /// The figures that matter most; on the terminal sentences say them.
        case facts([(name: String, value: String, note: String)])
        /// Keys of headings, as `Output.table` takes them.
        case table([String], [[String]])
        /// Only on the page.
        case chart(title: String, Chart, caption: String)
        /// Only on the terminal.
        case plot([String])
    }

    let title: String
    let subtitle: String
    var parts: [Part] = []

    func show(_ output: Output) {
        var isFirst = true
        for part in parts {
            switch part {
            case .heading(let text):
                if !isFirst { output.line() }
                output.line(output.styled(text, .bold))
            case .sentence(let text): output.line(text)
            case .mind(let text): output.say("analysis.mind", ["remark": text])
            case .table(let columns, let rows):
                if !isFirst { output.line() }
                output.table(columns, rows)
            case .plot(let lines):
                output.line()
                for line in lines { output.line(line) }
            case .facts, .chart: continue
            }
            isFirst = false
        }
    }

    func page(_ output: Output) -> ReportPage {
        var page = ReportPage(title: title, subtitle: subtitle, texts: output.texts)
        for part in parts {
            switch part {
            case .heading(let text): page.parts.append(.heading(text))
            case .sentence(let text): page.parts.append(.text(text))
            case .mind(let text): page.parts.append(.warning(Self.begun(text) + "."))
            case .facts(let facts): page.parts.append(.facts(facts))
            case .table(let columns, let rows):
                // A bar is a picture for the terminal.
                let kept = columns.indices.filter { !columns[$0].isEmpty }
                guard !rows.isEmpty else { continue }
                page.parts.append(
                    .table(
                        kept.map { heading(columns[$0], output) },
                        rows.map { row in kept.map { $0 < row.count ? row[$0] : "" } }))
            case .chart(let title, let chart, let caption): page.parts.append(.chart(title: title, chart, caption: caption))
            case .plot: continue
            }
        }
        return page
    }

    /// As a sentence begins; kinds of events and names of columns stay as they are.
    private static func begun(_ text: String) -> String {
        let isName = text.prefix { $0 != " " }.contains { $0 == "." || $0 == "_" }
        return isName ? text : text.prefix(1).uppercased() + text.dropFirst()
    }

    private func heading(_ key: String, _ output: Output) -> String {
        let text = output.texts.has("cli.heading.\(key)") ? output.text("heading.\(key)") : key
        return text.prefix(1) + text.dropFirst().lowercased()
    }
}
