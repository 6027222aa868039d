import RapportCore
import Testing

@Suite("Days of a zone")
struct ZoneDaysTests {
    @Test(
        "each moment is in the day that the zone itself says, also where clocks change, at midnight or by half an hour",
        arguments: [
            "UTC", "Europe/Paris", "America/New_York", "America/Sao_Paulo", "Pacific/Auckland", "Australia/Lord_Howe",
            "Africa/Casablanca", "Pacific/Apia", "Asia/Kolkata",
        ])
    func days(name: String) throws {
        let zone = try #require(TimeZoneRules(name))
        var days = ZoneDays(zone)
        var chance = SplitMix64(seed: 21)
        let year: Int64 = 31_556_952_000
        for round in 0..<12_000 {
            // From 1960 to 2120; every other one near a midnight.
            var moment = Int64(chance.next() % UInt64(160 * year)) - 10 * year
            if round % 2 == 0 { moment = moment / 86_400_000 * 86_400_000 + Int64(chance.next() % 7_200_000) - 3_600_000 }
            #expect(days.day(of: Timestamp(milliseconds: moment)) == Int(zone.day(of: moment)), "\(moment)")
        }
    }
}
