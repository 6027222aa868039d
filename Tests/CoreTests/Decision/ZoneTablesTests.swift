import RapportCore
import Testing

@Suite("Tables of zones")
struct ZoneTablesTests {
    @Test("a zone is found in the folded form in which golden values hold it")
    func folded() throws {
        let start = Timestamp(milliseconds: 1_770_000_000_000)
        for name in ["Pacific/Honolulu", "pacific/honolulu"] {
            let window = try #require(ZoneTables().window(name, number: 1, from: start, until: start + .days(1)))
            #expect(window.offset == -36_000)
        }
        #expect(ZoneTables().window("nowhere/land", number: 1, from: start, until: start + .days(1)) == nil)
    }
}
