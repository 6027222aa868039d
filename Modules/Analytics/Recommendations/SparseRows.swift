/// A table that is mostly empty, row after row: what each user took, or who took each item.
struct SparseRows: Sendable {
    let columns: Int
    /// Where each row begins; one more at the end.
    let starts: [Int]
    /// Ascending within a row, each once.
    let places: [Int32]
    var values: [Float]

    var count: Int { starts.count - 1 }

    func range(_ row: Int) -> Range<Int> { starts[row]..<starts[row + 1] }

    /// Adds up the chosen interactions by user and item; what adds up to nothing or less was taken back and is left out.
    ///
    /// - Parameter chosen: the rows that count.
    init(_ rows: Interactions.Rows, chosen: [Int32], users: Int, items: Int) {
        // By item, then by user, each time keeping the order: sorted by both.
        let byItem = Self.sorted(chosen, by: rows.item, keys: items)
        let byBoth = Self.sorted(byItem, by: rows.user, keys: users)
        var starts = [0]
        starts.reserveCapacity(users + 1)
        var places: [Int32] = []
        var values: [Float] = []
        places.reserveCapacity(chosen.count)
        values.reserveCapacity(chosen.count)
        var at = 0
        for user in 0..<users {
            while at < byBoth.count, Int(rows.user[Int(byBoth[at])]) == user {
                let item = rows.item[Int(byBoth[at])]
                var sum: Float = 0
                while at < byBoth.count, Int(rows.user[Int(byBoth[at])]) == user, rows.item[Int(byBoth[at])] == item {
                    sum += rows.weight.isEmpty ? 1 : rows.weight[Int(byBoth[at])]
                    at += 1
                }
                if sum > 0 {
                    places.append(item)
                    values.append(sum)
                }
            }
            starts.append(places.count)
        }
        self.init(columns: items, starts: starts, places: places, values: values)
    }

    private init(columns: Int, starts: [Int], places: [Int32], values: [Float]) {
        self.columns = columns
        self.starts = starts
        self.places = places
        self.values = values
    }

    private static func sorted(_ chosen: [Int32], by key: [Int32], keys: Int) -> [Int32] {
        var next = [Int](repeating: 0, count: keys + 1)
        for row in chosen { next[Int(key[Int(row)]) + 1] += 1 }
        for index in 0..<keys { next[index + 1] += next[index] }
        var out = [Int32](repeating: 0, count: chosen.count)
        for row in chosen {
            let place = Int(key[Int(row)])
            out[next[place]] = row
            next[place] += 1
        }
        return out
    }

    /// Column after column: in which rows it has a value, and where that stands.
    struct Crossing: Sendable {
        /// Where each column begins; one more at the end.
        var starts: [Int]
        var rows: [Int32]
        /// Places in `SparseRows.values`.
        var origins: [Int32]
    }

    var crossing: Crossing {
        var starts = [Int](repeating: 0, count: columns + 1)
        for place in places { starts[Int(place) + 1] += 1 }
        for index in 0..<columns { starts[index + 1] += starts[index] }
        var next = starts
        var crossing = Crossing(
            starts: starts, rows: [Int32](repeating: 0, count: places.count),
            origins: [Int32](repeating: 0, count: places.count))
        for row in 0..<count {
            for at in range(row) {
                let column = Int(places[at])
                crossing.rows[next[column]] = Int32(row)
                crossing.origins[next[column]] = Int32(at)
                next[column] += 1
            }
        }
        return crossing
    }

    var transposed: SparseRows {
        let crossing = crossing
        return SparseRows(
            columns: count, starts: crossing.starts, places: crossing.rows, values: crossing.origins.map { values[Int($0)] })
    }

    /// What the rows of `other` do not have.
    func without(_ other: SparseRows) -> SparseRows {
        var starts = [0]
        var places: [Int32] = []
        var values: [Float] = []
        for row in 0..<count {
            let taken = other.places[other.range(row)]
            var next = taken.startIndex
            for at in range(row) {
                while next < taken.endIndex, taken[next] < self.places[at] { next += 1 }
                if next < taken.endIndex, taken[next] == self.places[at] { continue }
                places.append(self.places[at])
                values.append(self.values[at])
            }
            starts.append(places.count)
        }
        return SparseRows(columns: columns, starts: starts, places: places, values: values)
    }
}
