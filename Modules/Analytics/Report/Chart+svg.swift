import Foundation
import RapportCore

extension Chart {
    private static let width = 720.0

    /// The picture; its colours are the classes of `ReportPage`'s style.
    func svg(_ texts: Texts) -> String {
        switch self {
        case .lines(let series, let axes): Self.lines(series, axes, texts)
        case .bars(let categories, let series, let axes): Self.bars(categories, series, axes)
        case .intervals(let rows, let reference, let axes): Self.intervals(rows, reference, axes)
        case .heat(let rows, let columns, let cells, let axes): Self.heat(rows, columns, cells, axes)
        }
    }

    private static func frame(_ height: Double, _ body: String, _ label: String) -> String {
        "<svg viewBox=\"0 0 \(n(width)) \(n(height))\" role=\"img\" aria-label=\"\(escape(label))\">\(body)</svg>"
    }

    private static func n(_ value: Double) -> String {
        let text = String(format: "%.1f", value)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func text(_ x: Double, _ y: Double, _ words: String, _ css: String = "t", anchor: String = "middle") -> String
    {
        "<text x=\"\(n(x))\" y=\"\(n(y))\" class=\"\(css)\" text-anchor=\"\(anchor)\">\(escape(words))</text>"
    }

    private static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ css: String) -> String {
        "<line x1=\"\(n(x1))\" y1=\"\(n(y1))\" x2=\"\(n(x2))\" y2=\"\(n(y2))\" class=\"\(css)\"/>"
    }

    static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing(
            "\"", with: "&quot;")
    }

    // MARK: Lines

    private static func lines(_ series: [Series], _ axes: Axes, _ texts: Texts) -> String {
        let points = series.flatMap(\.points).filter { $0.x.isFinite && $0.y.isFinite }
        guard let first = points.first else { return frame(60, text(width / 2, 35, texts("cli.analysis.page.nothing")), axes.y) }
        let (low, high) = points.reduce((first.x, first.x)) { (min($0.0, $1.x), max($0.1, $1.x)) }
        let (least, most) = points.reduce((min(0, first.y), first.y)) { (min($0.0, $1.y), max($0.1, $1.y)) }
        let y = ChartScale(least...max(most, least), from: 270, to: 16)
        let left = margin(y, axes)
        let x = ChartScale(low...high, from: left, to: width - 20, count: axes.isTime ? 6 : 8, isTight: true)
        var out = grid(y, left, axes)
        for tick in x.ticks { out += text(x(tick), 290, axes.isTime ? day(tick, texts) : x.label(tick, isShare: axes.isShareX)) }
        for (index, series) in series.enumerated() {
            let path = series.points.filter { $0.x.isFinite && $0.y.isFinite }.enumerated().map { place, point in
                "\(place == 0 ? "M" : "L")\(n(x(point.x))) \(n(y(point.y)))"
            }.joined()
            out +=
                "<path d=\"\(path)\" class=\"l s\(index % 6)\(series.isDashed ? " d" : "")\"><title>\(escape(series.name))</title></path>"
        }
        if !axes.x.isEmpty { out += text((left + width - 20) / 2, 310, axes.x, "t a") }
        return frame(316, out, axes.y)
    }

    private static func day(_ value: Double, _ texts: Texts) -> String {
        let date = CivilDate(daysSince1970: Int(value.rounded()))
        return "\(date.day) \(texts("month.\(date.month)")) \(String(format: "%02d", date.year % 100))"
    }

    private static func margin(_ y: ChartScale, _ axes: Axes) -> Double {
        Double(y.ticks.map { y.label($0, isShare: axes.isShare).count }.max() ?? 3) * 7 + 16
    }

    private static func grid(_ y: ChartScale, _ left: Double, _ axes: Axes) -> String {
        var out = ""
        for tick in y.ticks {
            out += line(left, y(tick), width - 20, y(tick), abs(tick) < 1e-12 ? "g z" : "g")
            out += text(left - 8, y(tick) + 4, y.label(tick, isShare: axes.isShare), anchor: "end")
        }
        return out
    }

    // MARK: Bars

    private static func bars(_ categories: [String], _ series: [BarSeries], _ axes: Axes) -> String {
        let values = series.flatMap(\.values).filter(\.isFinite)
        let y = ChartScale(min(0, values.min() ?? 0)...max(0, values.max() ?? 1), from: 270, to: 16)
        let left = margin(y, axes)
        var out = grid(y, left, axes)
        let step = (width - 20 - left) / Double(max(1, categories.count))
        let thick = step * 0.74 / Double(max(1, series.count))
        // Labels that would touch stand below one another, on up to three lines; where that does not do, some are left out.
        let longest = Double(categories.map(\.count).max() ?? 1) * 7 + 8
        let every = max(1, Int((longest / step).rounded(.up)))
        let lines = every <= 3 ? every : 1
        let drop = Double(lines - 1) * 15
        for (place, category) in categories.enumerated() {
            let start = left + step * Double(place) + step * 0.13
            for (index, series) in series.enumerated() where place < series.values.count {
                let value = series.values[place].isFinite ? series.values[place] : 0
                let (top, bottom) = (min(y(value), y(0)), max(y(value), y(0)))
                let label =
                    "\(category): \(series.name) \(axes.isShare ? NumberText.percent(value, decimals: 2) : NumberText.significant(value))"
                out +=
                    "<rect x=\"\(n(start + thick * Double(index)))\" y=\"\(n(top))\" width=\"\(n(max(0.5, thick - 1)))\" "
                    + "height=\"\(n(max(0.5, bottom - top)))\" rx=\"1.5\" class=\"b s\(index % 6)\"><title>\(escape(label))</title></rect>"
            }
            if lines > 1 || place % every == 0 {
                out += text(start + step * 0.37, 290 + Double(place % lines) * 15, category)
            }
        }
        if !axes.x.isEmpty { out += text((left + width - 20) / 2, 310 + drop, axes.x, "t a") }
        return frame(316 + drop, out, axes.y)
    }

    // MARK: Intervals

    private static func intervals(_ rows: [IntervalRow], _ reference: Double, _ axes: Axes) -> String {
        let ends = rows.flatMap { [$0.low, $0.high, $0.estimate, $0.wide?.low, $0.wide?.high].compactMap { $0 } } + [reference]
        let left = min(260, Double(rows.map(\.name.count).max() ?? 4) * 7.5 + 20)
        let finite = ends.filter(\.isFinite)
        let x = ChartScale((finite.min() ?? 0)...(finite.max() ?? 1), from: left, to: width - 30, count: 6)
        let bottom = Double(rows.count) * 44 + 20
        var out = ""
        for tick in x.ticks {
            out += line(x(tick), 10, x(tick), bottom, "g")
            out += text(x(tick), bottom + 18, x.label(tick, isShare: axes.isShare))
        }
        out += line(x(reference), 10, x(reference), bottom, "g z")
        for (index, row) in rows.enumerated() {
            let y = 34 + Double(index) * 44
            out += text(left - 12, y + 4, String(row.name.prefix(34)), "t n", anchor: "end")
            if let wide = row.wide { out += line(x(wide.low), y, x(wide.high), y, "w") }
            out += line(x(row.low), y, x(row.high), y, "i")
            out +=
                "<circle cx=\"\(n(x(row.estimate)))\" cy=\"\(n(y))\" r=\"6\" class=\"b s0\"><title>\(escape(row.name))</title></circle>"
        }
        if !axes.x.isEmpty { out += text((left + width - 30) / 2, bottom + 38, axes.x, "t a") }
        return frame(bottom + (axes.x.isEmpty ? 26 : 46), out, axes.x)
    }

    // MARK: Heat

    private static func heat(_ rows: [String], _ columns: [String], _ cells: [[Double?]], _ axes: Axes) -> String {
        let left = Double(rows.map(\.count).max() ?? 4) * 7.2 + 14
        let step = (width - left - 10) / Double(max(1, columns.count))
        let most = cells.flatMap { $0 }.compactMap { $0 }.max() ?? 1
        var out = ""
        for (index, name) in columns.enumerated() where Double(name.count) * 7 < step * 1.6 || index % 2 == 0 {
            out += text(left + step * (Double(index) + 0.5), 16, name)
        }
        for (index, name) in rows.enumerated() {
            let y = 24 + Double(index) * 24
            out += text(left - 8, y + 16, name, anchor: "end")
            for (place, cell) in (index < cells.count ? cells[index] : []).enumerated() {
                guard let cell else { continue }
                let share = most > 0 ? max(0, min(1, cell / most)) : 0
                let label = axes.isShare ? NumberText.percent(cell) : NumberText.significant(cell)
                out +=
                    "<rect x=\"\(n(left + step * Double(place) + 1))\" y=\"\(n(y + 1))\" width=\"\(n(step - 2))\" height=\"22\" rx=\"2\" "
                    + "class=\"b s0\" fill-opacity=\"\(String(format: "%.2f", 0.06 + 0.94 * share))\">"
                    + "<title>\(escape("\(name), \(columns[place]): \(label)"))</title></rect>"
                if step > 30 {
                    let short =
                        axes.isShare ? NumberText.grouped(cell * 100, decimals: 0) : NumberText.significant(cell, digits: 2)
                    out += text(left + step * (Double(place) + 0.5), y + 17, short, share > 0.5 ? "t c" : "t k")
                }
            }
        }
        return frame(Double(rows.count) * 24 + 34, out, axes.y)
    }
}
