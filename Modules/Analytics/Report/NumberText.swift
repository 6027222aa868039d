import Foundation

/// Numbers for people: `1,234.5`, `12.3 %`.
public enum NumberText {
    /// With a comma before every three digits, and so many decimals.
    public static func grouped(_ number: Double, decimals: Int = 0) -> String {
        guard number.isFinite else { return "—" }
        let text = String(format: "%.\(decimals)f", abs(number))
        let whole = text.prefix { $0 != "." }
        var out = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { out.append(",") }
            out.append(digit)
        }
        out += text.dropFirst(whole.count)
        return number < 0 && out.contains(where: { ("1"..."9").contains($0) }) ? "−" + out : out
    }

    public static func grouped(_ number: Int) -> String { grouped(Double(number)) }

    public static func percent(_ share: Double, decimals: Int = 1) -> String { grouped(share * 100, decimals: decimals) + " %" }

    /// With as many decimals as keep `digits` significant ones, at most six.
    public static func significant(_ number: Double, digits: Int = 4) -> String {
        guard number.isFinite else { return "—" }
        guard number != 0 else { return "0" }
        let decimals = max(0, min(6, digits - 1 - Int(floor(log10(abs(number))))))
        return abs(number) < 1e-6 ? String(format: "%.\(digits - 1)g", number) : grouped(number, decimals: decimals)
    }

    /// With the decimals that it has, at most four: `365`, `0.5`.
    public static func plain(_ number: Double) -> String {
        let text = grouped(number, decimals: 4)
        guard text.contains(".") else { return text }
        let kept = text.reversed().drop { $0 == "0" }
        return String((kept.first == "." ? kept.dropFirst() : kept).reversed())
    }

    /// For JSON: the shortest decimal that reads back as the same number; `null` where it is none.
    public static func json(_ number: Double?) -> String? {
        guard let number, number.isFinite else { return nil }
        return number.rounded() == number && abs(number) < 1e15 ? String(format: "%.1f", number) : "\(number)"
    }
}
