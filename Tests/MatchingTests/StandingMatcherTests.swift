import Testing

@testable import RapportMatching

@Suite("Comparing people one by one")
struct StandingMatcherTests {
    private let matcher = StandingMatcher(.builtIn)

    private func subject(_ values: [String: String]) -> MatchSubject { MatchSubject(id: 1, values: values.mapValues { [$0] }) }

    private func probability(_ one: [String: String], _ other: [String: String]) -> Double {
        matcher.scores([subject(one), subject(other)], [(0, 1)])[0].probability
    }

    private let anna = [
        "first_name": "anna", "last_name": "schmidt", "birthday": "1980-03-14", "postcode": "53111", "city": "bonn",
        "street": "12 main street", "email": "anna.schmidt@x.org",
    ]

    @Test("the same name, day of birth and place are one person; with an error in each still likely")
    func sure() {
        #expect(probability(anna, anna.filter { ["first_name", "last_name", "birthday", "city"].contains($0.key) }) > 0.9995)
        var typed = anna
        typed["first_name"] = "ana"
        typed["birthday"] = "1980-03-15"
        typed["email"] = "a.schmidt@y.org"
        #expect(probability(anna, typed) > 0.9)
    }

    @Test("a name alone, or a house alone, makes nobody one")
    func unsure() {
        #expect(
            probability(["first_name": "anna", "last_name": "schmidt"], ["first_name": "anna", "last_name": "schmidt"]) < 0.5)
        var husband = anna
        husband["first_name"] = "bernd"
        husband["birthday"] = "1978-11-02"
        husband["email"] = "bernd@x.org"
        #expect(probability(anna, husband) < 0.01)
    }

    @Test("twins of one house are never surely one")
    func twins() {
        var twin = anna
        twin["first_name"] = "bernd"
        twin["email"] = nil
        #expect(probability(anna, twin) < 0.9995)
    }

    @Test("names in each other's place, short forms and typing errors leave a key in common")
    func keys() {
        let changes: [[String: String]] = [
            ["first_name": "schmidt", "last_name": "anna"], ["first_name": "annie", "email": ""],
            ["last_name": "schmitt", "street": "1 elm road"], ["birthday": "1980-14-03"],
        ]
        let mine = Set(SubjectKeys.keys(of: subject(anna)))
        for change in changes {
            let other = SubjectKeys.keys(of: subject(anna.merging(change) { $1 }))
            #expect(!mine.isDisjoint(with: other), "\(change)")
        }
        #expect(SubjectKeys.keys(of: subject(["first_name": "anna"])).isEmpty)
        #expect(mine.isDisjoint(with: SubjectKeys.keys(of: subject(["first_name": "bo", "last_name": "ek", "city": "bonn"]))))
    }

    @Test("of several addresses the two that are most alike count")
    func several() {
        var one = subject(anna)
        var other = subject(anna.filter { $0.key.hasSuffix("name") })
        let before = matcher.scores([one, other], [(0, 1)])[0].weight
        one.add("anna@home.org", to: "email")
        other.add("other@work.org", to: "email")
        other.add("anna@home.org", to: "email")
        #expect(matcher.scores([one, other], [(0, 1)])[0].weight > before + 8)
    }

    @Test("the parts of an explanation add up to its weight")
    func explanation() {
        let told = matcher.explanation(subject(anna), subject(anna.filter { $0.key != "street" }))
        let sum = told.prior + told.related + told.parts.reduce(0) { $0 + $1.weight }
        #expect(abs(sum - told.weight) < 0.01)
        #expect(told.parts.first { $0.column == "street" }?.says == "missing_on_one")
    }

    @Test("a model that was learnt is the same after it was written and read")
    func learnt() async throws {
        var records = MatchRecords(columns: ["first_name", "last_name", "birthday", "city"])
        let firsts = ["anna", "bernd", "carla", "dora", "emil", "fritz", "gerd", "hanna", "ida", "jan"]
        for number in 0..<800 {
            let row = [
                firsts[number % 10], "name\(Character(Unicode.Scalar(UInt8(97 + number % 26))))\(number % 97)",
                "19\(50 + number % 50)-0\(1 + number % 9)-1\(number % 7)", "town\(number % 12)",
            ]
            records.append(row)
            if number % 4 == 0 { records.append([row[0], row[1], row[2], ""]) }
        }
        let model = try await StandingModel(
            learningFrom: records, kinds: ["first_name": .name, "last_name": .name, "birthday": .date, "city": .name])
        #expect(model.records == 1000)
        #expect(try StandingModel(text: model.text) == model)
        // A common value says less than one that nobody else has.
        let learnt = StandingMatcher(model)
        func weight(_ city: String) -> Double {
            let one = subject(["first_name": "anna", "city": city])
            return learnt.scores([one, one], [(0, 1)])[0].weight
        }
        #expect(weight("elsewhere") > weight("town3"))
    }
}
