import Foundation
import Logging
import RapportCore
import RapportPluginKit
import Testing

@Suite("One specification makes decoding, schema and sample")
struct SpecTests {
    let manifest = Manifest(
        id: "channel.test", kind: .channel, version: "1.2.3", summary: "Tests.",
        settings: Spec([
            .init("host", .text, required: true, help: "The server.", example: "mail.example.test"),
            .init("port", .integer(minimum: 1, maximum: 65_535), default: 25, help: "The port."),
            .init("tls", .choice(["none", "starttls"]), default: "starttls", help: "How it is secured."),
            .init("verify", .flag, default: true, help: "Whether certificates are checked."),
            .init("wait", .span, default: "30s", help: "How long to wait."),
            .init("folder", .path, help: "Where files go."),
            .init("password", .secret, help: "The password."),
            .init("groups", .list, help: "Groups."),
            .init("headers", .map, help: "Headers."),
        ]))
    let secrets = SecretReader(environment: ["PASSWORD": "hunter2"], folder: "/etc/rapport")

    func decode(_ text: String) throws -> Settings {
        try manifest.settings.decode(
            YAMLNode(parsing: text, name: "rapport.yaml"), besides: ["plugin"], secrets: secrets, folder: "/etc/rapport")
    }

    @Test("defaults are filled in, spans become milliseconds, paths absolute, secrets come from the environment")
    func decodes() throws {
        let settings = try decode(
            """
            plugin: channel.test
            host: mail.example.test
            folder: out
            password: {env: PASSWORD}
            groups: [a, b]
            headers: {X-A: 1}
            """)
        #expect(settings.text("host") == "mail.example.test")
        #expect(settings.integer("port") == 25)
        #expect(settings.text("tls") == "starttls")
        #expect(settings.flag("verify"))
        #expect(settings.span("wait") == .seconds(30))
        #expect(settings.text("folder") == "/etc/rapport/out")
        #expect(settings.secret("password")?.exposed == "hunter2")
        #expect(settings.list("groups") == ["a", "b"])
        #expect(settings.values["headers"]?["X-A"] == "1")
    }

    @Test("everything that is wrong is told at once, each at its place")
    func problems() throws {
        let problems = #expect(throws: Problems.self) {
            try decode("prot: 25\nport: 70000\ntls: startls\nverify: yes\nwait: 30\n")
        }
        #expect(
            problems?.list.map(\.description) == [
                "rapport.yaml:1:1: prot: unknown key, did you mean \"port\"?",
                "rapport.yaml:1:1: host: \"host\" is missing",
                "rapport.yaml:2:7: port: 70000 is out of range: from 1 to 65535",
                "rapport.yaml:3:6: tls: \"startls\" is not one of none, starttls. Did you mean \"starttls\"?",
                "rapport.yaml:4:9: verify: this should be true or false, and is \"yes\"",
                "rapport.yaml:5:7: wait: this should be a length of time such as 30s, 5m, 24h or 180d, and is 30",
            ])
    }

    @Test(
        "a secret in the YAML itself is refused and never repeated",
        arguments: ["hunter2", "{env: A, file: b}", "[hunter2]", "{env: MISSING}"])
    func secretInYAML(value: String) {
        let problem = #expect(throws: Problem.self) { try decode("host: x\npassword: \(value)\n") }
        #expect(problem?.code == "config.secret")
        #expect(problem?.description.contains("hunter2") == false)
    }

    @Test("a secret from a file loses its last line break only, and prints as dots")
    func secretFile() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "secret-\(UUID().uuidString)")
        try Data(" hunter2\n\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let secret = try #require(try decode("host: x\npassword: {file: \(file.path())}\n").secret("password"))
        #expect(secret.exposed == " hunter2\n")
        #expect("\(secret) \(String(reflecting: secret)) \([secret])".contains("hunter") == false)
    }

    @Test("the sample parses, and so does every option that it comments out")
    func sample() throws {
        let live = try YAMLNode(parsing: manifest.sample)
        let instance = try #require(live["test"])
        _ = try manifest.settings.decode(instance, besides: ["plugin"], secrets: secrets, folder: "/")
        let everything = manifest.sample.replacing("  # ", with: "  ")
        let names = try YAMLNode(parsing: everything)["test"]?.mapping().map(\.name) ?? []
        #expect(names == ["plugin"] + manifest.settings.options.map(\.name))
    }

    @Test("the schema names every option and what is required")
    func schema() {
        let schema = manifest.settings.jsonSchema(title: "channel.test")
        #expect(schema["properties"]?.object?.map(\.name) == manifest.settings.options.map(\.name))
        #expect(schema["required"] == ["host"])
        #expect(schema["additionalProperties"] == false)
    }

    @Test(
        "text that YAML would misread is quoted", arguments: ["", "yes", "1.0", "a: b", "- x", "NO", "007", "{x}", "it's", "#x"])
    func flow(text: String) throws {
        #expect(try YAMLNode(parsing: "a: \(JSONValue.string(text).yamlFlow)")["a"]?.json == .string(text) || text.isEmpty)
        #expect(try YAMLNode(parsing: "a: \(JSONValue.string(text).yamlFlow)").mapping().first?.node.json == .string(text))
    }
}

@Suite("The registry of plugins")
struct PluginRegistryTests {
    func entry(_ id: String) -> PluginRegistry.Entry {
        PluginRegistry.Entry(manifest: Manifest(id: id, kind: .channel, version: "1", summary: ""), origin: "here") { _, _ in
            throw Problem("test", "not made")
        }
    }

    @Test("two plugins with one id stop the start")
    func duplicate() {
        let problem = #expect(throws: Problem.self) { try PluginRegistry([entry("channel.a"), entry("channel.a")]) }
        #expect(problem?.code == "plugin.duplicate")
    }

    @Test("an unknown id proposes the nearest")
    func unknown() throws {
        let registry = try PluginRegistry([entry("channel.email"), entry("channel.sms")])
        let problem = #expect(throws: Problem.self) { try registry.entry("channel.emial") }
        #expect(problem?.remedy == "Did you mean \"channel.email\"?")
    }
}
