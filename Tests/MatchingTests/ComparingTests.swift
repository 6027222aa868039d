import Testing

@testable import RapportMatching

@Suite("Comparing records")
struct ComparingTests {
    private func level(_ kind: ColumnKind, _ a: String, _ b: String, wordy: Bool = false, among others: [String] = []) -> Level {
        let column = Column(name: "x", kind: kind, isWordy: wordy)
        var pool = TextPool()
        var folder = TextFolder()
        var codes: [Int32] = []
        for text in [a, b] + others {
            folder.fold(text)
            codes.append(folder.units.isEmpty ? -1 : folder.units.withUnsafeBufferPointer { pool.intern($0) })
        }
        column.fill(pool, codes)
        return column.recordLevel(0, 1)
    }

    @Test(
        "names by letters, sound and short forms",
        arguments: [
            ("Anna", "ANNA", Level.same), ("Smith", "Smtih", .close), ("William", "Bill", .close), ("Stephen", "Steven", .close),
            ("J", "John", .slight), ("John", "Mary", .different), ("", "Mary", .missing),
        ])
    func names(_ a: String, _ b: String, _ expected: Level) { #expect(level(.name, a, b) == expected) }

    @Test(
        "dates by what people mistake in them",
        arguments: [
            ("1980-02-03", "3.2.1980", Level.same), ("1980-02-03", "1980-03-02", .swapped), ("1980-02-13", "1980-02-18", .close),
            ("1980-02-13", "1980-01-01", .alike), ("1980-02-13", "1980-11-27", .slight), ("1980-02-13", "1979-11-27", .faint),
            ("1980-02-13", "1955-11-27", .different), ("abt 1843", "1843", .same), ("1843?", "12 Mar 1843", .alike),
            ("1843", "12mar1845", .faint), ("1843", "1871", .different), ("05/1843", "12 Mai 1843", .alike),
            ("2806-05-13", "1806-05-13", .close), ("31/02/1990", "31.2.1990", .same), ("99/99/9999", "1990-02-28", .different),
        ])
    func dates(_ a: String, _ b: String, _ expected: Level) { #expect(level(.date, a, b) == expected) }

    @Test(
        "phones and codes",
        arguments: [
            (ColumnKind.phone, "(312) 433-0055", "312 4330055", Level.same),
            (.phone, "+44 20 7946 0018", "020 7946 0018", .swapped),
            (.phone, "3124330055", "3124330056", .close), (.phone, "3124330055", "7735512222", .different),
            (.postcode, "EC1A 1BB", "ec1a1bb", .same), (.postcode, "EC1A 1BB", "EC1A 2XY", .slight),
            (.postcode, "4011", "4101", .close),
            (.email, "ada@one.example", "ada@second.example", .alike),
            (.email, "ada.l@one.example", "ada.l@second.example", .swapped),
        ])
    func codes(_ kind: ColumnKind, _ a: String, _ b: String, _ expected: Level) { #expect(level(kind, a, b) == expected) }

    @Test(
        "addresses by words, where another house number is another place",
        arguments: [
            ("12 Main Street", "12 main st.", Level.swapped), ("12 Tullaroop Street", "12 Tularoop St", .swapped),
            ("12 Tullaroop Street", "14 Tullaroop Street", .different), ("12 Tullaroop Street", "9 Giblin Place", .different),
        ])
    func addresses(_ a: String, _ b: String, _ expected: Level) {
        let others = ["3 main street", "8 oak street", "12 elm place", "9 hill street", "14 park place", "7 high street"]
        #expect(level(.address, a, b, wordy: true, among: others) == expected)
    }

    @Test(
        "names of several words: what one leaves out is no contradiction, what each has of its own is",
        arguments: [
            ("Mary Holloway", "Holloway, Mary", Level.swapped), ("Mary Ellen Holloway", "Mary Holloway", .close),
            ("Elm Day Care Ltd", "Elm Daycare", .alike), ("Hamilton Youth Center", "HYC", .alike),
            ("Bill Holloway", "William Holloway", .close),
        ])
    func wholeNames(_ a: String, _ b: String, _ expected: Level) {
        let others = ["mary reed", "john reed", "ann youth", "elm park", "oak center", "william care", "bill day", "ellen moss"]
        let found = level(.name, a, b, wordy: true, among: others)
        #expect(found.rawValue >= expected.rawValue)
        #expect(level(.name, "Mary Holloway", "Hannah Holloway", wordy: true, among: others).rawValue <= Level.slight.rawValue)
        #expect(level(.name, "Elm School", "Elm Clinic", wordy: true, among: others).rawValue <= Level.slight.rawValue)
    }

    @Test(
        "amounts by how far they are apart, sites by their host",
        arguments: [
            (ColumnKind.number, "$1,419.20", "1419.2", Level.same), (.number, "1419", "1425", .alike),
            (.number, "1419", "1530", .slight),
            (.number, "1419", "99", .different), (.web, "http://www.elm.example/", "elm.example", .same),
            (.web, "https://elm.example/about", "www.elm.example", .swapped), (.web, "elm.example", "oak.example", .different),
        ])
    func amounts(_ kind: ColumnKind, _ a: String, _ b: String, _ expected: Level) { #expect(level(kind, a, b) == expected) }

    @Test("first and last name in each other's column are one finding, not two")
    func exchange() {
        var records = MatchRecords(columns: ["first", "last"])
        for (first, last) in [("ruth", "henry"), ("henry", "ruth"), ("ruth", "paul"), ("paul", "henry"), ("ada", "ruth")] {
            records.append([first, last])
        }
        let comparer = PairComparer(MatchTable(records, stated: ["first": .name, "last": .name]).columns)
        let pattern = comparer.pattern(0, 1)
        #expect(PairComparer.level(pattern, 0) == Int(Level.swapped.rawValue))
        #expect(PairComparer.level(pattern, 1) == Int(Level.missing.rawValue))
        #expect(PairComparer.level(comparer.pattern(0, 2), 0) == Int(Level.same.rawValue))
    }

    @Test("names of 300 letters and of any script are compared")
    func oddNames() {
        let long = String(repeating: "abcdefghij", count: 30)
        #expect(level(.name, long, long + "x") == .close || level(.name, long, long + "x") == .alike)
        #expect(level(.name, "王小明", "王小明") == .same)
        #expect(level(.name, "Иванов", "Петров") == .different)
        #expect(level(.name, "😀", "x") == .different)
    }
}
