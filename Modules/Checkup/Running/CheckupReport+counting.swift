import RapportCore

extension CheckupReport {
    init(
        parts: [Part], list: CheckedList, found: FoundAll, checker: RowChecker, home: String?, options: Checkup.Options
    ) {
        self.parts = parts
        rows = list.count
        people = found.people
        wasCompared = found.wasCompared
        self.home = home
        unjudgedPhones = list.unjudgedPhones
        export = KnownExport.of(list.columns.map(\.name))?.name
        saysWhoLeft = list.columns.contains { $0.role.saysWhoLeft }
        hasAddresses = list.columns.contains { $0.role == .email }
        saysWhoAgreed = checker.standing.saysWhoAgreed
        gaps = []
        if saysWhoAgreed {
            if !checker.standing.provesDate { gaps.append(.date) }
            if !checker.standing.provesSource { gaps.append(.source) }
            if !checker.standing.provesWording { gaps.append(.wording) }
        }
        let canWrite = hasAddresses && saysWhoAgreed
        deliverable = hasAddresses ? found.blocks.count { $0.isDisjoint(with: .delivery) } : 0
        writable = canWrite ? found.blocks.count { $0.isEmpty } : 0
        steps = Block.order.map { block, name in
            let earlier = Block(rawValue: block.rawValue - 1)
            return Step(
                block: block, name: name, rows: found.blocks.count { $0.contains(block) && $0.isDisjoint(with: earlier) },
                alone: found.blocks.count { $0 == block })
        }
        kinds = []
        columns = []
        count(found.hits, list)
    }

    private mutating func count(_ hits: [Hit], _ list: CheckedList) {
        var values = [Int](repeating: 0, count: Finding.allCases.count)
        var rowsOf = values
        var lastRow = [Int32](repeating: -1, count: values.count)
        var byColumn: [[Int]] = Array(repeating: Array(repeating: 0, count: list.columns.count), count: values.count)
        var unsound = [Int](repeating: 0, count: list.columns.count)
        var last: (row: Int32, column: Int16) = (-1, -1)
        for hit in hits {
            let number = Int(hit.number)
            values[number] += 1
            if lastRow[number] != hit.row {
                lastRow[number] = hit.row
                rowsOf[number] += 1
            }
            guard hit.column >= 0 else { continue }
            byColumn[number][Int(hit.column)] += 1
            if hit.finding.gravity != .look, last != (hit.row, hit.column) {
                unsound[Int(hit.column)] += 1
                last = (hit.row, hit.column)
            }
        }
        for finding in Finding.allCases where values[Int(finding.number)] > 0 {
            let counts = byColumn[Int(finding.number)]
            let names = counts.indices.filter { counts[$0] > 0 }.sorted { (counts[$0], $1) > (counts[$1], $0) }.map {
                list.columns[$0].name
            }
            kinds.append(
                Kind(finding: finding, values: values[Int(finding.number)], rows: rowsOf[Int(finding.number)], columns: names))
        }
        columns = list.columns.map {
            Column(name: $0.name, role: $0.role, filled: list.filled[$0.index], sound: list.filled[$0.index] - unsound[$0.index])
        }
    }

    /// Keeps a value as an example where there are too few, and none like it.
    mutating func take(_ value: FoundValue, _ hit: Hit, most: Int) {
        guard let index = kinds.firstIndex(where: { $0.finding == hit.finding }) else { return }
        guard kinds[index].examples.count < most, !kinds[index].examples.contains(where: { $0.value == value.value }) else {
            return
        }
        kinds[index].examples.append(value)
    }
}
