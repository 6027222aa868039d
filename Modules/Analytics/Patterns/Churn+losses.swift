extension Churn {
    /// Finds the days on which customers were lost, one customer after another.
    struct Losses {
        private let meaning: Meaning
        private let usual: Double?
        private var gaps: [Int] = []
        private var found: [(lost: Int, back: Int?)] = []

        /// - Parameter usual: the median of all customers' gaps.
        init(_ meaning: Meaning, _ usual: Double?) {
            self.meaning = meaning
            self.usual = usual
        }

        /// The days on which a customer was lost, each with that of the purchase that won them back.
        mutating func find(_ customer: PurchaseDays.Customer, _ contractEnd: Int?, _ end: Int) -> [(lost: Int, back: Int?)] {
            let days = customer.days
            if meaning == .contract {
                guard let contractEnd, contractEnd <= end, contractEnd >= days[0] else { return [] }
                return [(contractEnd, days.first { $0 > contractEnd })]
            }
            gaps.removeAll(keepingCapacity: true)
            found.removeAll(keepingCapacity: true)
            for index in days.indices {
                if index > 0 { note(gap: days[index] - days[index - 1]) }
                guard let patience else { continue }
                let lost = days[index] + patience
                let next = index + 1 < days.count ? days[index + 1] : nil
                // Whoever buys on the very day is still there.
                if lost > end || next.map({ $0 <= lost }) ?? false { continue }
                found.append((lost, next))
            }
            return found
        }

        /// As `Churn.patience` has it, with the gaps up to here: kept in order, so that they need not be sorted at each purchase.
        private var patience: Int? {
            switch meaning {
            case .idle(let days): return days
            case .contract: return nil
            case .ownRhythm(let times, let least):
                return (PurchaseDays.middle(gaps) ?? usual).map { Churn.wait($0, times, atLeast: least) }
            }
        }

        private mutating func note(gap: Int) {
            var (low, high) = (0, gaps.count)
            while low < high {
                let middle = (low + high) / 2
                if gaps[middle] < gap { low = middle + 1 } else { high = middle }
            }
            gaps.insert(gap, at: low)
        }
    }
}
