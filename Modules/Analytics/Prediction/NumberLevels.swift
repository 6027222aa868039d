/// A column of whole numbers taken as names rather than amounts: postcodes, shops, tariffs.
///
/// Whether it is one is asked of the training rows alone: each value's own rate, drawn towards what the number as an amount says and learnt
/// from other parts than a row's own, must come nearer to the answers than the amount does, by more than chance.
struct NumberLevels: Sendable {
    /// Ascending.
    let values: [Double]
    /// The place of the value of every row learnt from; -1 elsewhere and at gaps.
    let codes: [Int32]

    /// Of two values, either says all.
    private static let fewest = 3

    /// - Returns: `nil` where the numbers are amounts, or cannot be told from them.
    init?(_ numbers: [Double], _ target: [Int8], rows: [Int32], against amount: Amount) {
        guard let (values, codes) = Self.found(numbers, rows, each: amount.rows) else { return nil }
        self.values = values
        self.codes = codes
        let table = LevelTable(codes, values.count, target, rows: rows)
        guard table.rows > 0, table.isNamed(values, against: amount) else { return nil }
    }

    /// What the number would say as an amount.
    enum Amount {
        /// The more, the more likely, or the less.
        case line
        /// Anything that does not jump from one value to the next.
        case curve

        /// Rows that a value has at least on average. Trees see rates, which say little of few rows.
        fileprivate var rows: Int { self == .line ? 4 : 10 }
    }

    /// The place of a value; `nil`: never seen.
    static func place(of number: Double, in values: [Double]) -> Int? {
        var (low, count) = (0, values.count)
        while count > 1 {
            let half = count >> 1
            low = values[low + half] <= number ? low + half : low
            count -= half
        }
        return count == 1 && values[low] == number ? low : nil
    }

    private static func found(_ numbers: [Double], _ rows: [Int32], each: Int) -> ([Double], [Int32])? {
        var (low, high) = (Double.infinity, -Double.infinity)
        for row in rows {
            let number = numbers[Int(row)]
            if number.isNaN { continue }
            guard number == number.rounded(), abs(number) < 1e15 else { return nil }
            low = min(low, number)
            high = max(high, number)
        }
        let most = min(rows.count / each, 20_000)
        guard high - low >= Double(fewest - 1), most >= fewest else { return nil }
        var codes = [Int32](repeating: -1, count: numbers.count)
        if high - low < 1_000_000 {
            var places = [Int32](repeating: -1, count: Int(high - low) + 1)
            var count = 0
            for row in rows where !numbers[Int(row)].isNaN {
                let at = Int(numbers[Int(row)] - low)
                if places[at] < 0 {
                    places[at] = 0
                    count += 1
                    if count > most { return nil }
                }
            }
            guard count >= fewest else { return nil }
            var values: [Double] = []
            for at in places.indices where places[at] == 0 {
                places[at] = Int32(values.count)
                values.append(low + Double(at))
            }
            for row in rows where !numbers[Int(row)].isNaN { codes[Int(row)] = places[Int(numbers[Int(row)] - low)] }
            return (values, codes)
        }
        var seen: Set<Double> = []
        for row in rows where !numbers[Int(row)].isNaN {
            seen.insert(numbers[Int(row)])
            if seen.count > most { return nil }
        }
        guard seen.count >= fewest else { return nil }
        let values = seen.sorted()
        let places = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, Int32($0)) })
        for row in rows where !numbers[Int(row)].isNaN { codes[Int(row)] = places[numbers[Int(row)], default: -1] }
        return (values, codes)
    }
}
