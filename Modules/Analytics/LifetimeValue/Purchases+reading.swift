public import RapportCore
public import RapportTabular

extension Purchases {
    /// What of a file's rows was left out, and why.
    public struct Skipped: Sendable, Hashable {
        public var withoutCustomer = 0
        public var withoutDate = 0
        public var withoutAmount = 0
        /// What was odd about the file and did not stop anything.
        public var remarks: [Remark] = []
        public var first: Problem?
    }

    /// Reads purchases from a file: a row a purchase, or a line of one.
    ///
    /// Rows without customer or date are left out and counted. A date with a time belongs to its day as written.
    /// - Throws: `Problem` for columns that are not there, dates that cannot be read and amounts that are no numbers.
    public static func read(
        _ file: DataFile, customer: String, date: String, amount: String?, dates: DateFormat? = nil,
        numbers: NumberFormat? = nil, progress: (Int) -> Void = { _ in }
    ) throws -> (purchases: Purchases, skipped: Skipped) {
        var places = [try file.column(customer, option: "--customer"), try file.column(date, option: "--date")]
        if let amount { places.append(try file.column(amount, option: "--amount")) }
        let table = try file.read(places, progress: progress)
        guard table.count > 0 else { throw file.empty }
        let (who, when) = (table.columns[0], table.columns[1])
        let moments = try when.moments(dates, of: table, option: "--date").map {
            $0.map { Int($0.flooredDivision(by: 86_400_000)) }
        }
        let amounts = amount == nil ? nil : table.columns[2].numbers(numbers)
        if amount != nil { try table.columns[2].refuseSeveralCurrencies(in: table.path) }
        let named = who.values.map { !DataColumn.isMissing($0) }
        var purchases = Purchases(reserving: table.count)
        purchases.name(who.values)
        var skipped = Skipped(remarks: table.notes)
        for row in 0..<table.count {
            let customer = Int(who.codes[row])
            guard named[customer] else {
                skipped.withoutCustomer += 1
                continue
            }
            guard let day = moments[Int(when.codes[row])] else {
                skipped.withoutDate += 1
                continue
            }
            guard let amounts else {
                purchases.add(customer: customer, day: day)
                continue
            }
            let code = Int(table.columns[2].codes[row])
            if let value = amounts[code] {
                purchases.add(customer: customer, day: day, amount: value)
            } else if DataColumn.isMissing(table.columns[2].values[code]) {
                skipped.withoutAmount += 1
                purchases.add(customer: customer, day: day)
            } else {
                throw Problem(
                    "data.bad_number", "\"\(table.columns[2].values[code])\" is no amount",
                    at: Problem.Place(file: table.path, line: Int(table.lines[row]), path: table.columns[2].name),
                    remedy: "Correct the value, or name another column with --amount")
            }
        }
        return (purchases, skipped)
    }
}
