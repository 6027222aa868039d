import Foundation
import RapportCore

/// The terms of some rows as numbers: dense ones column by column, coded ones as the place of their parameter.
struct Design: Sendable {
    let plan: DesignPlan
    let count: Int
    /// Term after term, `count` values each.
    let dense: [Float]
    /// Term after term, the parameter of each row; `plan.parameters` where it has none.
    let coded: [Int32]

    init(_ plan: DesignPlan, _ columns: [PredictionColumn], rows: [Int32]) {
        self.plan = plan
        count = rows.count
        var dense = [Float](repeating: 0, count: plan.dense.count * rows.count)
        dense.withUnsafeMutableBufferPointer { out in
            for (index, term) in plan.dense.enumerated() {
                guard case .numbers(let numbers) = columns[term.source].values else { continue }
                let base = index * rows.count
                for (at, row) in rows.enumerated() { out[base + at] = term.value(numbers[Int(row)]) }
            }
        }
        self.dense = dense
        let none = Int32(plan.parameters)
        var coded = [Int32](repeating: none, count: plan.coded.count * rows.count)
        coded.withUnsafeMutableBufferPointer { out in
            for (index, term) in plan.coded.enumerated() {
                let base = index * rows.count
                Self.fill(UnsafeMutableBufferPointer(rebasing: out[base..<base + rows.count]), term, columns[term.source], rows)
            }
        }
        self.coded = coded
    }

    private static func fill(
        _ out: UnsafeMutableBufferPointer<Int32>, _ term: DesignPlan.Coded, _ column: PredictionColumn, _ rows: [Int32]
    ) {
        let offset = Int32(term.offset)
        switch (term.form, column.values) {
        case (.levels(let places), .levels(let codes)):
            for (at, row) in rows.enumerated() {
                let code = codes[Int(row)]
                let place = places[code < 0 ? places.count - 1 : Int(code)]
                if place >= 0 { out[at] = offset + place }
            }
        case (.numbers(let values), .numbers(let numbers)):
            for (at, row) in rows.enumerated() {
                let number = numbers[Int(row)]
                if let place = NumberLevels.place(of: number, in: values) {
                    out[at] = offset + Int32(place)
                } else if !number.isNaN {
                    out[at] = offset + Int32(values.count)
                }
            }
        case (_, .numbers(let days)):
            for (at, row) in rows.enumerated() where !days[Int(row)].isNaN {
                out[at] = offset + Int32(Self.part(term.form, days[Int(row)]))
            }
        default: break
        }
    }

    static func part(_ form: DesignPlan.Coded.Form, _ days: Double) -> Int {
        let whole = Int(days.rounded(.down))
        switch form {
        case .month: return CivilDate(daysSince1970: whole).month - 1
        case .weekday: return ((whole + 3) % 7 + 7) % 7
        default: return min(23, Int((days - days.rounded(.down)) * 24 + 1e-6))
        }
    }
}
