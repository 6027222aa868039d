import Foundation
import RapportCore
import RapportEngagement
import RapportHost
import RapportPluginKit
import RapportRegistered
import RapportStorage
import RapportTestKit
import Testing

@Suite("rapport.yaml")
struct ConfigurationTests {
    func read(_ text: String) throws -> Configuration {
        try Configuration(YAMLNode(parsing: text, name: "rapport.yaml"), file: "rapport.yaml", folder: "/srv", environment: [:])
    }

    @Test("an empty file means the defaults")
    func empty() throws {
        let configuration = try read("")
        #expect(configuration.database == .sqlite(path: "/srv/rapport.db"))
        #expect(configuration.http.port == 8080)
        #expect(configuration.http.publicURL == "http://127.0.0.1:8080")
        #expect(configuration.house.timeZone == "UTC")
        #expect(configuration.channels.isEmpty)
    }

    @Test("everything that is wrong is told at once, with its place and the nearest word")
    func problems() {
        let problems = #expect(throws: Problems.self) {
            try read(
                """
                databse: sqlite:x.db
                house:
                  time_zone: Europe/Londn
                  currency: pounds
                http: {port: 99999}
                brands:
                  shop: {from: nobody}
                log: {level: verbose}
                channels:
                  Mail: {plugin: channel.outbox}
                """)
        }
        #expect(
            problems?.list.map(\.description) == [
                "rapport.yaml:1:1: databse: unknown key, did you mean \"database\"?",
                "rapport.yaml:5:14: http.port: 99999 is out of range: from 0 to 65535",
                "rapport.yaml:3:14: house.time_zone: there is no time zone \"Europe/Londn\". Did you mean \"Europe/London\"?",
                "rapport.yaml:7:16: brands.shop.from: this should be an email address",
                "rapport.yaml:8:14: log.level: \"verbose\" is not one of trace, debug, info, notice, warning, error, critical",
                "rapport.yaml:10:3: channels.Mail: a name is lowercase letters, digits and _",
            ])
    }

    @Test("instances are checked against their plugins without anything being opened")
    func instances() throws {
        let configuration = try read(
            """
            channels:
              good: {plugin: channel.outbox, folder: out}
              typo: {plugin: channel.outbx, folder: out}
              wrong: {plugin: channel.outbox, foldr: out}
            """)
        let problems = configuration.check(try PluginRegistry(RegisteredPlugins.all))
        #expect(
            problems.map(\.description) == [
                "rapport.yaml:3:18: channels.typo.plugin: there is no plugin \"channel.outbx\". Did you mean \"channel.outbox\"?",
                "rapport.yaml:4:35: channels.wrong.foldr: unknown key, did you mean \"folder\"?",
                "rapport.yaml:4:10: channels.wrong.folder: \"folder\" is missing",
            ])
    }

    @Test("the configuration is found upward, by name, or not at all with a remedy")
    func finding() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "config-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "rapport.yaml")
        try Data("database: sqlite:data/x.db".utf8).write(to: file)
        let configuration = try Configuration.load(file: file.path(), environment: [:])
        #expect(configuration.database == .sqlite(path: folder.path() + "/data/x.db"))
        #expect(try Configuration.load(environment: ["RAPPORT_CONFIG": file.path()]).file == file.path())
        let given = try Configuration.load(file: file.path(), databaseURL: "sqlite:/srv/y.db", environment: [:])
        #expect(given.database == .sqlite(path: "/srv/y.db"))
        #expect(throws: Problem.self) { try Configuration.load(file: "/nowhere/rapport.yaml", environment: [:]) }
    }

    @Test("what needs no secret does without; the check names every one that is missing, and keys that two sources share")
    func secrets() throws {
        let text = """
            tracking:
              shop: {write_key: {env: SHOP_KEY}}
              till: {write_key: {env: TILL_KEY}}
              site: {write_key: {env: SITE_KEY}}
            channels:
              mail: {plugin: channel.email, host: smtp.example.com, username: u, password: {env: SMTP_PASSWORD}}
            """
        func problems(_ environment: [String: String]) throws -> [String] {
            let configuration = try Configuration(
                YAMLNode(parsing: text, name: "rapport.yaml"), file: "rapport.yaml", folder: "/srv", environment: environment)
            return configuration.check(try PluginRegistry(RegisteredPlugins.all)).map(\.reason)
        }
        #expect(
            try problems(["SITE_KEY": "wk_site_1"]) == [
                "the environment has no SHOP_KEY", "the environment has no TILL_KEY", "the environment has no SMTP_PASSWORD",
            ])
        let all = ["SITE_KEY": "wk_site_1", "SHOP_KEY": "short", "TILL_KEY": "wk_site_1", "SMTP_PASSWORD": "x"]
        #expect(
            try problems(all) == ["a write key needs eight characters or more", "tracking.till has this write key too"])
        // Where it is stated wrongly is told at once, whoever asks.
        for key in ["{evn: X}", "[1]", "{}", "short"] {
            #expect(throws: Problem.self) {
                try Configuration(
                    YAMLNode(parsing: "tracking: {shop: {write_key: \(key)}}"), file: nil, folder: "/srv", environment: [:])
            }
        }
    }

    @Test("campaigns are planned and stopped without the secrets of channels, and opt-outs are passed on as ever")
    func planning() async throws {
        let more = """
            channels:
              mail: {plugin: channel.email, host: smtp.example.com, username: u, password: {env: NOWHERE}}
              crm: {plugin: channel.exec, command: [python3, x.py], duties: [opt_out], secret: {env: NOWHERE}}
            """
        try await House.with(.sqlite, more) { house in
            try await house.define()
            try await house.settle(house.rapport.outreach([]))
            #expect(throws: Problem.self) { try house.rapport.makeChannels() }
            let desk = try await house.rapport.campaignDesk()
            let plan = CampaignPlan(segment: "everyone", template: "hello", topic: "offers", brand: "house", channel: "mail")
            _ = try await desk.draft("spring", plan, actor: "ana")
            _ = try await desk.approve("spring", actor: "ben")
            #expect(try await desk.stop("spring", actor: "ana").state == .stopped)
            try await house.arrives("Ann", consenting: true)
            let email = Identifier(kind: "email", value: "ann@example.org")
            let answers = try await house.rapport.door.accept(
                [NewEvent(kind: "permission.withdrawn", source: "shop", identifiers: [email], properties: ["brand": "house"])],
                in: house.rapport.database)
            #expect(answers.allSatisfy { $0.ref != nil })
            let waiting = try await house.rapport.database.read { db in try db.integer("SELECT COUNT(*) FROM plugin_duties") }
            #expect(waiting == 1)
        }
    }

    @Test("the sample configuration that is committed is in order")
    func committedSample() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../config/rapport.yaml").path()
        let environment = ["SMTP_PASSWORD": "x", "WEBHOOK_SECRET": "x"]
        let configuration = try Configuration.load(file: file, environment: environment)
        #expect(configuration.check(try PluginRegistry(RegisteredPlugins.all)).isEmpty)
        #expect(!configuration.channels.isEmpty)
        #expect(!configuration.brands.isEmpty)
    }
}

@Suite("A running Rapport")
struct BootstrapTests {
    @Test("bootstrap refuses an unmigrated database with a remedy, and opens a migrated one")
    func bootstrap() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "boot-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let configuration = try Configuration(
            YAMLNode(parsing: "channels: {out: {plugin: channel.outbox, folder: out}}"), file: nil, folder: folder.path(),
            environment: [:])
        let problem = await #expect(throws: Problem.self) {
            try await Host.bootstrap(configuration, plugins: RegisteredPlugins.all)
        }
        #expect(problem?.remedy == "Run `rapport migrate`")
        let rapport = try await Host.bootstrap(configuration, plugins: RegisteredPlugins.all, migrating: true)
        let probe = await rapport.probe(try #require(rapport.configuration.channels.first))
        #expect(probe.problem == nil)
        #expect(throws: Problem.self) { try rapport.channel("ot") }
        try await rapport.close()
    }
}
