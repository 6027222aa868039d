import RapportCore
import Testing

@Suite("Which value survives") struct SurvivorshipTests {
    /// What a source said at a moment, as a test writes it down.
    private struct Said {
        var profile: Int
        var source: String
        var value: String?
        var isConfirmed: Bool
        var at: Int64
    }

    private static func stamp(_ at: Int64) -> Provenance.Stamp {
        .init(
            occurredAt: .init(milliseconds: at), receivedAt: .init(milliseconds: at), ref: .init(partition: 0, position: at))
    }

    private static func survivor(_ events: [Said], _ rules: [Survivorship.Rule]) -> (value: String, since: Int64)? {
        var profiles: [Int: (source: String, provenance: Provenance)] = [:]
        for event in events {
            var known = profiles[event.profile] ?? (event.source, Provenance())
            known.provenance.say(
                event.value.map { .text($0) }, slot: 1, stamp: stamp(event.at), confirming: event.isConfirmed)
            profiles[event.profile] = known
        }
        let definition = FieldDefinition("company", purpose: "test", survivorship: Survivorship(rules))
        let candidates = profiles.sorted { $0.key < $1.key }.compactMap { profile, known in
            known.provenance.said[1].map {
                FieldDefinition.Candidate(
                    profile: Int64(profile), source: known.source, said: $0, confirmedAt: known.provenance.confirmation(of: 1))
            }
        }
        guard let golden = definition.survivor(among: candidates), case .text(let text)? = golden.said.value else { return nil }
        return (text, definition.since(golden, among: candidates).milliseconds)
    }

    /// The same from the list alone, in the plainest way: what each profile said last, a rule after the other.
    private static func oracle(_ events: [Said], _ rules: [Survivorship.Rule]) -> (value: String, since: Int64)? {
        struct Standing {
            var source: String
            var value: String
            var at: Int64
            var confirmedAt: Int64?
        }
        var left: [Standing] = []
        for profile in Set(events.map(\.profile)) {
            let own = events.filter { $0.profile == profile }.sorted { $0.at < $1.at }
            guard let last = own.last, let value = last.value else { continue }
            let confirmed = own.last { $0.isConfirmed }
            left.append(
                .init(
                    source: last.source, value: value, at: last.at,
                    confirmedAt: confirmed?.value == value ? confirmed?.at : nil))
        }
        let all = left
        for rule in rules {
            switch rule {
            case .latest: left = left.filter { one in left.allSatisfy { $0.at <= one.at } }
            case .confirmed:
                let times = left.compactMap(\.confirmedAt)
                if let last = times.max() { left = left.filter { $0.confirmedAt == last } }
            case .trusted(let sources):
                if let best = left.compactMap({ sources.firstIndex(of: $0.source) }).min() {
                    left = left.filter { $0.source == sources[best] }
                }
            case .complete: left = left.filter { one in !left.contains { ShortForm.isShort(one.value, of: $0.value) } }
            }
        }
        guard let golden = left.max(by: { $0.at < $1.at }) else { return nil }
        let confirmed = all.filter { Text.folded($0.value) == Text.folded(golden.value) }.compactMap(\.confirmedAt).max()
        return (golden.value, confirmed ?? golden.at)
    }

    @Test("rules in any order give what the plainest reading of them gives, whatever the order of arrival", arguments: 1...40)
    func property(_ seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let values: [String?] = ["Acme", "Acme Ltd", "Acme L.", "ACME LTD", "Beta", "B.", "", nil]
        let sources = ["crm", "shop", "web", "crm"]
        let rules: [Survivorship.Rule] = [.confirmed, .trusted(["crm", "shop"]), .trusted(["web"]), .complete, .latest]
        for _ in 0..<60 {
            var events = (1...Int.random(in: 1...8, using: &generator)).map { place -> Said in
                let profile = Int.random(in: 0..<4, using: &generator)
                return Said(
                    profile: profile, source: sources[profile], value: values.randomElement(using: &generator) ?? nil,
                    isConfirmed: Int.random(in: 0..<3, using: &generator) == 0, at: Int64(place * 10))
            }
            let chosen = Array(rules.shuffled(using: &generator).prefix(Int.random(in: 1...5, using: &generator)))
            let wanted = Self.oracle(events, chosen)
            for _ in 0..<3 {
                events.shuffle(using: &generator)
                let found = Self.survivor(events, chosen)
                #expect(found?.value == wanted?.value && found?.since == wanted?.since, "\(chosen): \(events)")
            }
        }
    }

    @Test("rules are asked in their order, each of those that the one before left")
    func order() {
        let events = [
            Said(profile: 1, source: "crm", value: "J. Smith", isConfirmed: false, at: 40),
            Said(profile: 2, source: "crm", value: "John Smith", isConfirmed: false, at: 10),
            Said(profile: 3, source: "shop", value: "Jo", isConfirmed: true, at: 20),
        ]
        #expect(Self.survivor(events, [.latest])?.value == "J. Smith")
        #expect(Self.survivor(events, [.trusted(["crm"]), .complete, .latest])?.value == "John Smith")
        #expect(Self.survivor(events, [.trusted(["crm"])])?.value == "J. Smith")
        #expect(Self.survivor(events, [.confirmed, .trusted(["crm"])])?.value == "Jo")
        #expect(Self.survivor(events, [.trusted(["crm"]), .confirmed])?.value == "J. Smith")
        #expect(Self.survivor(events, [.trusted(["nobody"]), .complete])?.value == "Jo")
    }

    @Test("a confirmation of the same value by somebody else counts for its age")
    func agreement() {
        let events = [
            Said(profile: 1, source: "crm", value: "Acme", isConfirmed: false, at: 10),
            Said(profile: 2, source: "web", value: "ACME", isConfirmed: true, at: 30),
            Said(profile: 3, source: "shop", value: "Beta", isConfirmed: true, at: 50),
        ]
        #expect(Self.survivor(events, [.trusted(["crm"])])?.since == 30)
    }

    @Test(
        "what is cut short is known for it, and what merely begins alike is not",
        arguments: [
            ("J. Smith", "John Smith", true), ("J Smith", "John Smith", true), ("Smith", "John Smith", true),
            ("Acme", "Acme Ltd", true), ("Hauptstr. 5", "Hauptstraße 5", true), ("", "Anna", true), ("Chr.", "Christian", true),
            ("Ann", "Anna", false), ("John Smith", "J. Smith", false), ("Smith John", "John Smith", false),
            ("ACME", "Acme", false), ("Acme", "Acme", false), ("5", "50", false), ("Main 5", "Main 50", false), ("", "", false),
            ("王", "王小明", true), ("B. Ltd", "Acme Ltd", false),
        ])
    func short(_ short: String, _ full: String, _ isShort: Bool) {
        #expect(ShortForm.isShort(short, of: full) == isShort)
    }

    @Test(
        "a definition is read as it is written, in the old forms and the new",
        arguments: [
            #"{"type":"text","purpose":"p","survivorship":"confirmed"}"#,
            #"{"type":"text","purpose":"p","survivorship":{"trusted":["crm","shop"]}}"#,
            #"{"type":"text","purpose":"p","owner":"sales","freshness":"270d","survivorship":["confirmed",{"trusted":["crm"]},"complete","latest"]}"#,
            #"{"type":"text","purpose":"p","freshness":"30d","ask":false}"#,
            #"{"type":"text","purpose":"p","ask":{"worth":80,"again":"60d","declined":"400d","text":{"de":"Noch bei {value}?","en":"Still at {value}?"},"at":["call"]}}"#,
        ])
    func definition(_ text: String) throws {
        let json = try JSONValue(parsing: text)
        #expect(try FieldDefinition(name: "company", json: json).json.canonicalText == json.canonicalText)
    }

    @Test(
        "a definition that makes no sense is refused, with its place",
        arguments: [
            (#"{"purpose":"p","survivorship":["latest","confirmed"]}"#, "survivorship"),
            (#"{"purpose":"p","survivorship":["confirmed","confirmed"]}"#, "survivorship"),
            (#"{"purpose":"p","survivorship":[]}"#, "survivorship"),
            (#"{"purpose":"p","survivorship":{"trusted":[]}}"#, "survivorship"),
            (#"{"purpose":"p","survivorship":{"trusted":["crm"],"else":1}}"#, "survivorship"),
            (#"{"purpose":"p","owner":""}"#, "owner"), (#"{"purpose":"p","freshness":"0d"}"#, "freshness"),
            (#"{"purpose":"p","freshness":"999999999999999d"}"#, "freshness"),
            (#"{"purpose":"p","ask":{"worth":101}}"#, "ask.worth"),
            (#"{"purpose":"p","ask":{"wroth":1}}"#, "ask.wroth"), (#"{"purpose":"p","ask":{"again":"soon"}}"#, "ask.again"),
        ])
    func refusal(_ text: String, _ path: String) throws {
        let json = try JSONValue(parsing: text)
        let problem = #expect(throws: Problem.self) { try FieldDefinition(name: "company", json: json) }
        #expect(problem?.place?.path == path)
    }

    @Test("what is sensitive is asked for only where its definition says so, and what does not age never")
    func askable() {
        let budget = Span.days(30)
        #expect(FieldDefinition("city", purpose: "p").question == nil)
        #expect(FieldDefinition("city", purpose: "p", freshness: budget).question == .usual)
        #expect(FieldDefinition("city", purpose: "p", freshness: budget, ask: AskRule(worth: 0)).question == nil)
        #expect(FieldDefinition("faith", purpose: "p", freshness: budget, sensitive: true).question == nil)
        let declared = FieldDefinition("faith", purpose: "p", freshness: budget, sensitive: true, ask: AskRule(worth: 5))
        #expect(declared.question?.worth == 5)
    }
}
