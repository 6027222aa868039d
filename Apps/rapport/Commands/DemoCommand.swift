import ArgumentParser
import Foundation
import Logging
import RapportCore
import RapportHost
import RapportRegistered
import RapportStorage

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Tell one Monday at a grocer's: real purchases, made-up people, every number real.",
        discussion: """
            Imports nine files, decides on everybody who is overdue, lets a week pass, pulls the plug on a sender, and leaves a \
            database behind that rapport-server serves. Nothing leaves this machine: mails are files in HOME/outbox. Running it \
            again starts over.

            EXAMPLES:
              rapport demo
              rapport demo --home grocer --fast
              rapport demo --database postgres://rapport@localhost/grocer
              rapport demo --json
            """)

    @Option(help: ArgumentHelp("The folder to fill. Default: RAPPORT_HOME, or var beside config.", valueName: "folder"))
    var home: String?

    @Option(
        help: ArgumentHelp(
            "Tell it on this database: an empty one, or an earlier demo's. Default: a SQLite file in HOME.", valueName: "url"))
    var database: String?

    @Flag(help: "Without pauses to read.")
    var fast = false

    @Flag(help: "Answer with one JSON value.")
    var json = false

    @Flag(name: .customLong("no-color"), help: "No colours, even on a terminal.")
    var noColor = false

    /// scripts/start serves the database that it leaves behind by itself.
    @Flag(name: .customLong("before-server"), help: .hidden)
    var isBeforeServer = false

    func run() async throws {
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .error
            return handler
        }
        let output = Output(json: json, noColor: noColor)
        let began = ContinuousClock.now
        let files = try DemoFiles.find()
        let stage = try await prepare(files, output)
        do {
            let calendar = DemoCalendar(now: SystemClock().now)
            let teller = stage.teller
            teller.title("title")
            teller.say("data", ["weeks": String(calendar.days / 7), "date": String(stage.start.rfc3339.prefix(10))], style: .dim)
            let mess = try await stage.mess()
            let usual = try await stage.usualWay()
            let monday = try await stage.monday()
            let week = try await stage.week()
            let plug = try await stage.plug()
            let campaigns = try await stage.campaigns()
            let turn = try await stage.yourTurn()
            try await stage.runner.end()
            teller.output.line()
            let server = (CommandLine.arguments[0] as NSString).deletingLastPathComponent
            teller.say(
                isBeforeServer ? "end_before_server" : "end",
                [
                    "time": DemoTeller.seconds(.now - began), "address": stage.rapport.configuration.http.publicURL,
                    "command": "\(server.isEmpty ? "" : server + "/")rapport-server --with-worker --config \(stage.home.config)",
                ])
            output.json([
                "home": .string(stage.home.path), "monday": .string(stage.start.rfc3339), "mess": mess, "usual": usual,
                "decisions": monday, "week": week, "plug": plug, "campaigns": campaigns, "turn": turn,
            ])
            try await stage.rapport.close()
        } catch {
            try? await stage.rapport.close()
            throw error
        }
    }

    private func prepare(_ files: DemoFiles, _ output: Output) async throws -> DemoStage {
        let environment = ProcessInfo.processInfo.environment
        let path = home ?? environment["RAPPORT_HOME"] ?? files.folder.replacing("/config/demo", with: "/var")
        let absolute = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        let home = DemoHome(path: absolute, database: database ?? "sqlite:rapport.db")
        let calendar = DemoCalendar(now: SystemClock().now)
        try home.startOver()
        if let database { try await DemoHome.startOver(on: DatabaseURL(database)) }
        try home.writeConfiguration()
        try home.copyDefinitions(from: files.folder)
        try files.write(into: home.data, moving: DateShift(days: calendar.days))
        let clock = VirtualClock(calendar.start)
        let rapport = try await Host.bootstrap(
            Configuration.load(file: home.config, environment: environment), plugins: RegisteredPlugins.all, clock: clock,
            migrating: true)
        try await rapport.database.write { db in
            try DatabaseLock.settle(db, machine: DatabaseLock.machine)
            try DemoHome.mark(db)
        }
        let outreach = try await rapport.outreach(rapport.makeChannels())
        let isRead = output.width != nil && !fast
        return DemoStage(
            files: files, home: home, start: calendar.start, clock: clock, rapport: rapport,
            runner: RapportRunner(rapport, outreach, name: "demo"),
            teller: DemoTeller(output: output, texts: rapport.texts, pause: isRead ? .milliseconds(1_200) : .zero))
    }
}
