import Foundation
import RapportCore
import RapportTabular

extension PredictionColumn {
    /// Takes the cells of one column, and says at the end what it holds.
    struct Builder {
        /// `nan`: no number.
        private(set) var numbers: [Double] = []
        /// One a row once a text was met: -1 for numbers, -2 for gaps.
        private(set) var codes: [Int32] = []
        private var index = LevelIndex()
        private var grouped: [Int] = []
        private var decimalComma = false

        mutating func take(_ cell: UnsafeBufferPointer<UInt8>) {
            switch CellNumber.read(cell) {
            case .number(let number): append(number, -1)
            case .grouped(let number):
                grouped.append(numbers.count)
                append(number, -1)
            case .decimalComma(let number):
                decimalComma = true
                append(number, -1)
            case .missing: append(.nan, -2)
            case .text:
                if codes.isEmpty { startCodes() }
                append(.nan, index.code(of: CellNumber.trimmed(cell)))
            }
        }

        private mutating func append(_ number: Double, _ code: Int32) {
            numbers.append(number)
            if !codes.isEmpty || code >= 0 { codes.append(code) }
        }

        private mutating func startCodes() {
            codes.reserveCapacity(numbers.count + 1)
            for number in numbers { codes.append(number.isNaN ? -2 : -1) }
        }

        var texts: [String] { index.texts }

        /// What the cells taken so far are.
        func column(_ name: String) -> PredictionColumn {
            var numbers = numbers
            if decimalComma { for row in grouped { numbers[row] /= 1_000 } }
            let texts = index.texts
            let filled = codes.isEmpty ? numbers.count { !$0.isNaN } : codes.count { $0 != -2 }
            guard filled > 0 else { return PredictionColumn(name, .ignored, .none, note: Remark("cli.predict.column.empty")) }
            let written = codes.isEmpty ? 0 : codes.count { $0 >= 0 }
            if written == 0 { return numeric(name, numbers, filled) }
            let nothing = texts.allSatisfy { CellNumber.wordsForNothing.contains($0.lowercased()) }
            if nothing, written < filled { return numeric(name, numbers, filled - written) }
            if written * 20 <= filled, distinct(numbers, atLeast: 20) {
                let example = texts.prefix(3).map { "\"\($0)\"" }.joined(separator: ", ")
                return numeric(
                    name, numbers, filled - written,
                    note: Remark("cli.predict.column.numbers", ["example": example], count: written))
            }
            if let days = Self.days(texts, codes, numbers) {
                return PredictionColumn(name, .date, .numbers(days))
            }
            return category(name, numbers, filled)
        }

        private func numeric(_ name: String, _ numbers: [Double], _ filled: Int, note: Remark? = nil) -> PredictionColumn {
            var (low, high, whole) = (Double.infinity, -Double.infinity, true)
            for number in numbers where !number.isNaN {
                low = min(low, number)
                high = max(high, number)
                if whole, number != number.rounded() || abs(number) > 1e15 { whole = false }
            }
            if low == high { return PredictionColumn(name, .ignored, .none, note: Remark("cli.predict.column.same")) }
            if whole, low >= 19_000_101, high <= 21_001_231, let days = Self.compactDays(numbers) {
                return PredictionColumn(name, .date, .numbers(days))
            }
            if whole, filled >= 20, Self.isSerial(numbers, filled, low, high, name) {
                return PredictionColumn(name, .ignored, .none, note: Remark("cli.predict.column.serial"))
            }
            return PredictionColumn(name, .number, .numbers(numbers), note: note)
        }

        private func category(_ name: String, _ numbers: [Double], _ filled: Int) -> PredictionColumn {
            var index = index
            var codes = codes
            var known: [Double: Int32] = [:]
            for row in codes.indices where codes[row] == -1 {
                if let code = known[numbers[row]] {
                    codes[row] = code
                } else {
                    let code = index.code(of: PredictionColumn.short(numbers[row]))
                    known[numbers[row]] = code
                    codes[row] = code
                }
            }
            for row in codes.indices where codes[row] == -2 { codes[row] = -1 }
            let gaps = codes.contains(-1)
            if index.count == 1, !gaps { return PredictionColumn(name, .ignored, .none, note: Remark("cli.predict.column.same")) }
            if index.count * 2 > filled, filled >= 40, shared(codes, index.count) * 3 < filled {
                return PredictionColumn(name, .ignored, .none, note: Remark("cli.predict.column.own_text"))
            }
            return PredictionColumn(name, .category, .levels(codes), levels: index.texts)
        }

        /// Rows whose level another row has too.
        private func shared(_ codes: [Int32], _ levels: Int) -> Int {
            var counts = [Int](repeating: 0, count: levels)
            for code in codes where code >= 0 { counts[Int(code)] += 1 }
            return counts.reduce(0) { $0 + ($1 > 1 ? $1 : 0) }
        }

        private func distinct(_ numbers: [Double], atLeast limit: Int) -> Bool {
            var seen: Set<Double> = []
            for number in numbers where !number.isNaN {
                seen.insert(number)
                if seen.count >= limit { return true }
            }
            return false
        }

        /// Whole numbers, all different, that go up by ones or are called an id.
        private static func isSerial(_ numbers: [Double], _ filled: Int, _ low: Double, _ high: Double, _ name: String) -> Bool {
            guard high - low >= Double(filled - 1) else { return false }
            let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }
            let camel = name.hasSuffix("Id") || name.hasSuffix("ID") || name.hasSuffix("No")
            let named =
                camel
                || words.contains { ["id", "ids", "uuid", "guid", "key", "no", "nr", "number", "rownum", "index"].contains($0) }
            guard named || high - low < Double(filled) * 1.2 else { return false }
            var seen: Set<Double> = []
            seen.reserveCapacity(filled)
            for number in numbers where !number.isNaN { if !seen.insert(number).inserted { return false } }
            return true
        }

        /// `20240131`
        private static func compactDays(_ numbers: [Double]) -> [Double]? {
            var out = numbers
            for row in out.indices where !out[row].isNaN {
                let number = Int(out[row])
                guard let date = CivilDate(year: number / 10_000, month: number / 100 % 100, day: number % 100) else {
                    return nil
                }
                out[row] = Double(date.daysSince1970)
            }
            return out
        }

        /// Days since 1970, with the time as a fraction; `nil` where the texts are no dates.
        static func days(_ texts: [String], _ codes: [Int32], _ numbers: [Double]) -> [Double]? {
            guard let first = texts.first(where: { !CellNumber.wordsForNothing.contains($0.lowercased()) }),
                first.utf8.count <= 40,
                first.utf8.count(where: { (0x30...0x39).contains($0) }) >= 3
            else { return nil }
            let step = max(1, texts.count / 1_000)
            let sample = stride(from: 0, to: texts.count, by: step).map { texts[$0] }.filter {
                !CellNumber.wordsForNothing.contains($0.lowercased())
            }
            guard let format = DateFormat.fitting(sample).first else { return nil }
            var failed = 0
            let moments = texts.map { text -> Double in
                guard let moment = format.timestamp(text, zone: nil) else {
                    failed += 1
                    return .nan
                }
                return Double(moment.milliseconds) / 86_400_000
            }
            guard failed * 20 <= texts.count else { return nil }
            return codes.map { $0 >= 0 ? moments[Int($0)] : .nan }
        }
    }

    static func day(_ days: Double) -> String {
        let date = CivilDate(daysSince1970: Int(days.rounded(.down)))
        return String(format: "%04d-%02d-%02d", date.year, date.month, date.day)
    }

    static func short(_ number: Double) -> String {
        if number == number.rounded(), abs(number) < 1e15 { return String(Int64(number)) }
        return String(format: "%.6g", number)
    }
}
