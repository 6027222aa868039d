import Foundation
import RapportCore
import Testing

@testable import RapportAnalytics

/// Cells, cohorts, churn and rhythm, each recomputed in another way.
@Suite("Patterns of purchases")
struct PatternTests {
    /// Up to four hundred customers with some days each, refunds among them.
    private func some(seed: UInt64, customers: Int = 120) -> Purchases {
        var chance = SplitMix64(seed: seed)
        var purchases = Purchases(customers: (0..<customers).map { "c\($0)" })
        for customer in 0..<customers {
            var day = 19_000 + Int(chance.next() % 200)
            for _ in 0..<(1 + chance.next() % 7) {
                purchases.add(customer: customer, day: day, amount: Double(chance.next() % 9_000) / 100)
                if chance.next() % 6 == 0 { purchases.add(customer: customer, day: day + 2, amount: -5) }
                day += Int(chance.next() % 70)
            }
        }
        return purchases
    }

    private func days(_ purchases: Purchases) -> [Int: [Int]] {
        var out: [Int: Set<Int>] = [:]
        for row in purchases.rows where row.isPurchase { out[Int(row.customer), default: []].insert(Int(row.day)) }
        return out.mapValues { $0.sorted() }
    }

    @Test("a fifth is 1 + ⌊5 w / n⌋ of those who are strictly worse, and each pair of fifths has one name", arguments: 1...6)
    func fifths(seed: Int) {
        let purchases = some(seed: UInt64(seed))
        let rfm = RFM(purchases)
        let days = days(purchases)
        var spent: [Int: Int] = [:]
        for row in purchases.rows { spent[Int(row.customer), default: 0] += Int((row.amount * 100).rounded()) }
        #expect(rfm.customers.count == days.count)
        for one in rfm.customers {
            let own = days[one.index] ?? []
            let n = days.count
            #expect(one.recencyDays == rfm.end - (own.last ?? 0) && one.frequency == own.count)
            #expect(one.recencyScore == 1 + 5 * days.values.count { ($0.last ?? 0) < (own.last ?? 0) } / n)
            #expect(one.frequencyScore == 1 + 5 * days.values.count { $0.count < own.count } / n)
            #expect(one.moneyScore == 1 + 5 * days.keys.count { (spent[$0] ?? 0) < (spent[one.index] ?? 0) } / n)
        }
        #expect(rfm.grid.flatMap { $0 }.reduce(0, +) == rfm.customers.count)
        #expect(rfm.cells.reduce(0) { $0 + $1.customers } == rfm.customers.count)
        let named = (1...5).flatMap { r in (1...5).map { RFM.Cell(recency: r, frequency: $0) } }
        #expect(Set(named) == Set(RFM.Cell.allCases))
    }

    @Test("nobody, one customer, equals and refunds alone are no trouble")
    func edges() {
        let none = Purchases(customers: [])
        #expect(RFM(none).customers.isEmpty && Cohorts(none, every: .month).cohorts.isEmpty)
        #expect(Rhythm(none).customers == 0 && Churn(none, meaning: .idle(days: 30), every: .month).periods.isEmpty)
        var one = Purchases(customers: ["a", "b"])
        one.add(customer: 0, day: 100, amount: 5)
        one.add(customer: 1, day: 100, amount: -5)
        let rfm = RFM(one)
        #expect(rfm.customers.count == 1 && rfm.withoutPurchase == 1)
        #expect(rfm.customers[0].recencyScore == 1 && rfm.customers[0].cell == .hibernating)
        #expect(Rhythm(one).curves[0].survival.events == 0 && Rhythm(one).once == 1)
        var equals = Purchases(customers: (0..<10).map(String.init))
        for customer in 0..<10 { equals.add(customer: customer, day: 7, amount: 1) }
        #expect(Set(RFM(equals).customers.map(\.frequencyScore)) == [1])
        #expect(Cohorts(equals, every: .week).cohorts.map(\.size) == [10])
    }

    @Test("who was given back more than was paid lowers the total of the cells, stands last by money, and brings no share of it")
    func refundedBeyond() throws {
        var purchases = Purchases(customers: (0..<5).map { "c\($0)" })
        for customer in 0..<5 { purchases.add(customer: customer, day: 100 + customer, amount: Double(customer) * 10) }
        // Two of five have less than nothing: c0 −7, c1 −2.50; the others 20, 30 and 40.
        purchases.add(customer: 0, day: 110, amount: -7)
        purchases.add(customer: 1, day: 110, amount: -12.5)
        let rfm = RFM(purchases)
        #expect(rfm.customers.map(\.money) == [-7, -2.5, 20, 30, 40])
        #expect(rfm.customers.map(\.moneyScore) == [1, 2, 3, 4, 5])
        #expect(rfm.money == 80.5 && rfm.withoutPurchase == 0)
        #expect(rfm.cells.reduce(0) { $0 + $1.money } == rfm.money)
        let money = Concentration(rfm.customers.map(\.money))
        #expect(money.total == 90 && money.worthless == 2)
        #expect(abs(money.total(ofFirst: 0.2) - 40 / 90) < 1e-12)
        #expect((0...100).allSatisfy { (0...1).contains(money.total(ofFirst: Double($0) / 100)) })
        // Where all have less than nothing there is nothing to share.
        var none = Purchases(customers: ["a"])
        none.add(customer: 0, day: 1, amount: 1)
        none.add(customer: 0, day: 2, amount: -3)
        #expect(RFM(none).money == -2 && Concentration(RFM(none).customers.map(\.money)).total(ofFirst: 1) == 0)
    }

    @Test("cohorts hold who bought in which period, and all money", arguments: [CalendarPeriod.month, .week])
    func cohorts(every: CalendarPeriod) {
        for seed in 1...4 {
            let purchases = some(seed: UInt64(seed))
            let cohorts = Cohorts(purchases, every: every)
            let days = days(purchases)
            for cohort in cohorts.cohorts {
                let members = days.filter { every.number(of: $0.value[0]) == cohort.period }
                #expect(cohort.size == members.count && cohort.active[0] == members.count)
                for age in cohort.active.indices {
                    let active = members.values.count { $0.contains { every.number(of: $0) == cohort.period + age } }
                    #expect(cohort.active[age] == active)
                }
            }
            let money = cohorts.cohorts.reduce(0) { $0 + $1.revenue.reduce(0, +) }
            #expect(abs(money - purchases.rows.reduce(0) { $0 + $1.amount }) < 1e-6)
            #expect(cohorts.customers == days.count)
            for point in cohorts.curve { #expect((0...1).contains(point.share)) }
        }
    }

    @Test("periods follow each other without gap, months and weeks from Monday")
    func periods() {
        for every in CalendarPeriod.allCases {
            for day in stride(from: -800, through: 21_000, by: 7) {
                let number = every.number(of: day)
                #expect(every.start(of: number) <= day && every.end(of: number) >= day)
                #expect(every.number(of: every.end(of: number) + 1) == number + 1)
            }
        }
        #expect(CivilDate(daysSince1970: CalendarPeriod.week.start(of: 2_900)).weekday == 1)
        #expect(CalendarPeriod.month.name(of: CalendarPeriod.month.number(of: 0)) == "1970-01")
    }

    @Test(
        "who is a customer at the end of a period is who has not been idle too long on that day",
        arguments: [Churn.Meaning.idle(days: 30), .ownRhythm(times: 2, atLeast: 20)])
    func churn(meaning: Churn.Meaning) {
        for seed in 1...4 {
            let purchases = some(seed: UInt64(seed))
            let churn = Churn(purchases, meaning: meaning, every: .month)
            let days = days(purchases)
            let usual = PurchaseDays.median(days.values.flatMap { days in zip(days.dropFirst(), days).map { $0 - $1 } })
            for period in churn.periods {
                let day = min(churn.end, CalendarPeriod.month.end(of: period.period))
                let there = days.values.count { days in
                    let known = days.filter { $0 <= day }
                    guard let last = known.last else { return false }
                    let gaps = zip(known.dropFirst(), known).map { $0 - $1 }
                    let patience =
                        switch meaning {
                        case .idle(let days): days
                        case .contract: 0
                        case .ownRhythm(let times, let least):
                            max(least, Int(((PurchaseDays.median(gaps) ?? usual ?? 0) * times).rounded(.up)))
                        }
                    return day < last + patience || (day == last + patience && days.contains { $0 == day })
                }
                #expect(period.atEnd == there, "\(CalendarPeriod.month.name(of: period.period))")
                #expect(period.lostOfStart <= period.atStart && period.lostOfStart <= period.lost)
            }
            #expect(churn.periods.reduce(0) { $0 + $1.new } == days.count)
        }
    }

    @Test("a contract is lost on its day, and won back by the next purchase")
    func contracts() {
        var purchases = Purchases(customers: ["a", "b", "c"])
        let first = CivilDate(year: 2_025, month: 1, day: 10)?.daysSince1970 ?? 0
        for customer in 0..<3 { purchases.add(customer: customer, day: first) }
        purchases.add(customer: 1, day: first + 70)
        let churn = Churn(
            purchases, meaning: .contract, every: .month, ends: [0: first + 30, 1: first + 31, 2: first + 400], until: first + 90)
        #expect(churn.periods.map(\.lost) == [0, 2, 0, 0])
        #expect(churn.periods.map(\.wonBack) == [0, 0, 1, 0])
        #expect(churn.periods.map(\.atEnd) == [3, 1, 2, 2])
        #expect(churn.periods[1].rate == 2.0 / 3)
    }

    @Test("the survival of Freireich's patients is the published one (6-MP; Gehan 1965)")
    func survival() {
        let happened = [6, 6, 6, 7, 10, 13, 16, 22, 23]
        let censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
        let survival = Survival(happened.map { ($0, true) } + censored.map { ($0, false) })
        let published = [6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448]
        for (time, share) in published { #expect(abs(survival.survival(at: time) - share) < 0.0006, "\(time)") }
        #expect(survival.time(by: 0.5) == 23 && survival.events == 9 && survival.count == 21)
        // R's survfit, conf.type = "log-log": 0.620 to 0.952 after six weeks.
        let six = survival.steps.first { $0.time == 6 }
        #expect(abs((six?.low ?? 0) - 0.620) < 0.0006 && abs((six?.high ?? 0) - 0.952) < 0.0006)
        #expect(survival.interval(by: 0.5).low == 13)
        // The last was watched for 35 weeks: nobody knows of later ones, unless it has happened for all.
        #expect(survival.known(at: 35) == survival.survival(at: 35) && survival.known(at: 36) == nil)
        #expect(Survival([(3, true), (5, true)]).known(at: 90) == 0 && Survival([]).known(at: 1) == nil)
    }

    @Test("survival falls, stays within its band and within 0…1, and counts everybody", arguments: 1...5)
    func bounds(seed: Int) {
        let purchases = some(seed: UInt64(seed))
        let rhythm = Rhythm(purchases)
        let days = days(purchases)
        #expect(rhythm.curves[0].survival.count == days.values.reduce(0) { $0 + $1.count })
        #expect(rhythm.curves[0].survival.events == days.values.reduce(0) { $0 + $1.count - 1 })
        for curve in rhythm.curves {
            var before = 1.0
            for step in curve.survival.steps {
                #expect(step.survival <= before && step.survival >= 0)
                if let low = step.low, let high = step.high {
                    #expect(low >= 0 && low <= step.survival && step.survival <= high && high <= 1)
                }
                before = step.survival
            }
        }
    }

    @Test("places in an order: equals share one, and all that is ahead adds up")
    func standings() {
        let standings = Profiles.standings([50, 30, 20, 0, -5, 20])
        #expect(standings.map { ($0.rank * 600).rounded() } == [0, 100, 200, 400, 500, 200])
        #expect(standings.map { ($0.ahead * 120).rounded() } == [0, 50, 80, 120, 120, 80])
        #expect(Profiles.standings([0, 0]).allSatisfy { $0.ahead == 1 })
    }
}
