import RapportCore
import RapportPluginKit
import Testing

@Suite("YAML that knows where it stands")
struct YAMLNodeTests {
    @Test("an unknown key is named with file, line, column, path and the nearest key")
    func unknownKey() throws {
        let node = try YAMLNode(parsing: "channels:\n  mail:\n    hosst: x\n", name: "rapport.yaml")
        let mail = try #require(node.node(at: "channels.mail"))
        let problem = try #require(mail.unknownKeys(allowed: ["host", "port"]).first)
        #expect(problem.description == "rapport.yaml:3:5: channels.mail.hosst: unknown key, did you mean \"host\"?")
        #expect(throws: problem) { try mail.checkKeys(["host", "port"]) }
    }

    @Test("a key that is near to none lists what is known")
    func strangeKey() throws {
        let node = try YAMLNode(parsing: "weather: fine")
        #expect(node.unknownKeys(allowed: ["host"]).first?.remedy == "Known here: host")
    }

    @Test("a key that stands twice is refused with its line")
    func duplicate() {
        let problem = #expect(throws: Problem.self) { try YAMLNode(parsing: "a: 1\nb: 2\na: 3\n", name: "x.yaml") }
        #expect(problem?.code == "yaml.duplicate_key")
        #expect(problem?.place?.file == "x.yaml")
    }

    @Test("what is no YAML is refused at its line and column")
    func broken() {
        let problem = #expect(throws: Problem.self) { try YAMLNode(parsing: "a: 1\nb: [1, 2\nc: 3\n", name: "x.yaml") }
        #expect(problem?.code == "yaml.invalid")
        #expect(problem?.place?.line == 3)
    }

    @Test(
        "plain scalars are read as YAML 1.2 reads them",
        arguments: [
            ("NO", JSONValue.string("NO")), ("yes", "yes"), ("true", true), ("007", "007"), ("12", 12), ("-3", -3),
            ("1.10", .decimal("1.10")), ("+44", "+44"), ("\"12\"", "12"), ("~", .null), ("2024-01-02", "2024-01-02"),
            ("12:30", "12:30"), ("1e3", .decimal("1e3")), ("-", .array([.null])),
        ])
    func scalars(text: String, value: JSONValue) throws {
        let node = try YAMLNode(parsing: "- \(text)")
        guard case .list(let items) = node.content else { return #expect(text.isEmpty) }
        #expect(items.first?.json == value)
    }

    @Test("typed reading says what it expected and what is there")
    func typed() throws {
        let node = try YAMLNode(parsing: "port: lots\ntls: yes\nwait: 5m\nname: 12\nlist: [a, b]\nempty:\n", name: "x.yaml")
        #expect(throws: Problem("config.invalid", "this should be a whole number, and is \"lots\"", at: node["port"]?.place)) {
            try node.integer("port")
        }
        #expect(throws: Problem.self) { try node.flag("tls") }
        #expect(try node.span("wait") == .minutes(5))
        #expect(try node.text("name") == "12")
        #expect(try node.texts("list") == ["a", "b"])
        #expect(try node.text("empty") == nil)
        #expect(throws: Problem.self) { try node.required("empty") }
        #expect(node["port"]?.place.description == "x.yaml:1:7: port")
    }

    @Test("a JSON value read as a node keeps the places of the file it came from")
    func json() throws {
        let file = try YAMLNode(parsing: "steps:\n  - wait: soon\n", name: "x.yaml")
        let again = YAMLNode(json: file.json) { file.node(at: $0)?.place }
        #expect(again == file || again.json == file.json)
        let problem = #expect(throws: Problem.self) { try again.node(at: "steps.0")?.span("wait") }
        #expect(problem?.place?.description == "x.yaml:2:11: steps.0.wait")
    }

    @Test("an empty document is an empty mapping, and a few lines of aliases cannot become a billion nodes")
    func limits() throws {
        #expect(try YAMLNode(parsing: "# nothing\n").mapping().isEmpty)
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<9 {
            text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
        }
        let bomb = text
        #expect(throws: Problem.self) { try YAMLNode(parsing: bomb) }
    }
}
