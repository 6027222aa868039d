extension CheckedList {
    /// Rows whose first and last name stand in each other's columns, where the list's own names say so clearly.
    func swapped() -> [Hit] {
        guard let column = columns.first(where: { $0.role == .firstName })?.index,
            columns.contains(where: { $0.role == .lastName })
        else { return [] }
        var counts: [UInt64: (first: Int32, last: Int32)] = [:]
        for row in 0..<count {
            if firsts[row] != 0 { counts[firsts[row], default: (0, 0)].first += 1 }
            if lasts[row] != 0 { counts[lasts[row], default: (0, 0)].last += 1 }
        }
        func isMisplaced(here: Int32, there: Int32) -> Bool { there >= 2 && Double(there) + 0.5 >= 5 * (Double(here) - 0.5) }
        return (0..<count).compactMap { row in
            guard firsts[row] != 0, lasts[row] != 0, firsts[row] != lasts[row] else { return nil }
            guard let first = counts[firsts[row]], let last = counts[lasts[row]] else { return nil }
            guard isMisplaced(here: first.first, there: first.last), isMisplaced(here: last.last, there: last.first) else {
                return nil
            }
            let odds =
                (Double(first.last) + 0.5) / (Double(first.first) - 0.5) * (Double(last.first) + 0.5) / (Double(last.last) - 0.5)
            return odds >= 50 ? Hit(.swappedNames, row: row, column: column) : nil
        }
    }

    /// Values that far more rows share than can be by chance, in columns where nearly every row has its own.
    func shared() -> [Hit] {
        var hits: [Hit] = []
        for column in columns where column.isTelling {
            let filled = self.filled[column.index]
            // Some 25,000 days of birth are all there are.
            let least = column.role == .birthday ? max(10, filled / 500) : max(25, filled / 50)
            for (_, value) in frequent[column.index].counts where value.count >= least {
                hits.append(Hit(column.role == .birthday ? .defaultDate : .sharedValue, row: value.row, column: column.index))
            }
        }
        return hits
    }

    /// Numbers that four people and more have, who are not one.
    func sharedPhones(_ groups: inout Groups) -> [Hit] {
        guard let column = columns.first(where: { $0.role == .phone })?.index else { return [] }
        var order = (0..<Int32(count)).filter { phones[Int($0)] != 0 }
        order.sort { (phones[Int($0)], $0) < (phones[Int($1)], $1) }
        var hits: [Hit] = []
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, phones[Int(order[end])] == phones[Int(order[start])] { end += 1 }
            if end - start >= 4 {
                var people: Set<Int> = []
                for index in start..<end { people.insert(groups.first(Int(order[index]))) }
                if people.count >= 4 { hits += order[start..<end].map { Hit(.sharedPhone, row: Int($0), column: column) } }
            }
            start = end
        }
        return hits
    }
}
