import Foundation
import RapportCore

/// Tells the story: words from the house's texts, colours on a terminal, nothing with --json.
struct DemoTeller: Sendable {
    let output: Output
    let texts: Texts
    /// How long a reader gets after each chapter.
    let pause: Duration

    func title(_ key: String, _ values: [String: String] = [:]) {
        output.line(output.styled(texts("demo." + key, values), .bold))
    }

    func chapter(_ number: Int, _ key: String) async {
        if number > 1 { try? await Task.sleep(for: pause) }
        output.line()
        output.line(output.styled("\(number)  " + texts("demo.\(key).title"), .bold))
    }

    func say(_ key: String, _ values: [String: String] = [:], style: Output.Style? = nil) {
        let text = "   " + texts("demo." + key, values)
        output.line(style.map { output.styled(text, $0) } ?? text)
    }

    /// A figure, and what it counts.
    func figure(_ count: Int64, _ what: String, style: Output.Style? = nil) {
        let number = Self.number(count)
        let padding = String(repeating: " ", count: max(0, 7 - number.count))
        output.line(padding + (style.map { output.styled(number, $0) } ?? number) + "  " + what)
    }

    func row(_ cells: [(String, width: Int)]) {
        let line = cells.map { cell, width in
            let padding = String(repeating: " ", count: max(0, abs(width) - cell.count))
            return width < 0 ? padding + cell : cell + padding
        }
        output.line("   " + line.joined(separator: "  "))
    }

    func working(_ key: String, _ values: [String: String] = [:]) { output.progress("   " + texts("demo." + key, values)) }
    func done() { output.endProgress() }

    static func number(_ count: Int64) -> String {
        let digits = String(count)
        guard digits.count > 3 else { return digits }
        return number(count / 1_000) + "," + digits.suffix(3)
    }

    static func seconds(_ duration: Duration) -> String {
        let tenths = Int(Double(duration.components.seconds) * 10 + Double(duration.components.attoseconds) / 1e17)
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
