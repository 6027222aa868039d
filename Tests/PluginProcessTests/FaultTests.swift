import Foundation
import RapportCore
import RapportPluginKit
import RapportPluginProcess
import RapportTestKit
import Testing

/// The Python examples under faults that are put between them and the host.
@Suite("External plugins and their faults")
struct FaultTests {
    static let examples = URL(filePath: #filePath).appending(path: "../../../config/examples/plugins").standardizedFileURL

    /// The example channel with a fault around it, its folder, and all that was logged.
    final class Lab {
        let folder = FileManager.default.temporaryDirectory.appending(path: "plugin-\(UUID().uuidString)")
        let clock = VirtualClock()
        let log = LogRecorder()
        let state = MemoryPluginState()
        let faulty: FaultyCommand
        let channel: ExternalChannel

        init(_ fault: Fault, times: Int = 1, idempotent: Bool = false) throws {
            let example = try ExternalPlugin(folder: FaultTests.examples.appending(path: "file_channel").path)
            faulty = try FaultyCommand(fault, times: times, around: example.command)
            var manifest = example.manifest
            manifest.capabilities.idempotent = idempotent
            let environment = PluginEnvironment.testing(folder: folder.path, clock: clock, log: log, state: state)
            let supervisor = PluginSupervisor(
                ChildCommand(faulty.command, folder: example.folder),
                settings: Settings(values: ["folder": .string(folder.path)], secrets: ["token": Secret("s3cret-t0ken")]),
                environment: environment, manifest: manifest,
                // A busy machine may take long to start Python; only what must run out is short.
                deadlines: PluginDeadlines(hello: .seconds(60), start: .seconds(60), send: .seconds(4), stop: .seconds(2)))
            channel = ExternalChannel(supervisor, manifest: manifest, environment: environment)
        }

        func message(_ number: Int) -> OutgoingMessage {
            OutgoingMessage(
                id: "0190a1b2-0000-7000-8000-\(String(100_000_000_000 + number))", to: "ann@example.org",
                from: "shop@example.com",
                subject: "Hello", text: "Hello", topicClass: "marketing", person: "p")
        }

        var files: Int { (try? FileManager.default.contentsOfDirectory(atPath: folder.path).count) ?? 0 }

        func close() async {
            await channel.cleanup()
            faulty.remove()
            try? FileManager.default.removeItem(at: folder)
        }
    }

    @Test(
        "a message whose answer a fault swallowed is in doubt, and the next one after the pause is sent",
        arguments: Fault.allCases)
    func once(fault: Fault) async throws {
        let lab = try Lab(fault)
        let first = await lab.channel.send([lab.message(1)])[0]
        if fault.isHarmless {
            #expect(first.isSent, "\(first)")
        } else if fault == .refusal {
            #expect(first.isDeferred, "\(first)")
        } else {
            #expect(first.isInDoubt, "\(first)")
            guard case .backingOff = await lab.channel.supervisor.health else {
                Issue.record("\(await lab.channel.supervisor.health)")
                return
            }
            // Before the pause is over nothing is even handed over.
            #expect(await lab.channel.send([lab.message(2)])[0].isDeferred)
        }
        if fault != .refusal {
            lab.clock.advance(by: .seconds(2))
            let second = await lab.channel.send([lab.message(3)])[0]
            #expect(second.isSent, "\(second)")
        }
        if fault == .secret { #expect(try await lab.log.hears("signing in with •••")) }
        #expect(!lab.log.lines.contains { $0.contains("s3cret-t0ken") })
        if case .deferred(_, let reason) = first { #expect(!reason.contains("s3cret")) }
        await lab.close()
    }

    @Test("where the plugin knows a message again, an unanswered one is deferred and not in doubt")
    func idempotent() async throws {
        let lab = try Lab(.crash, idempotent: true)
        #expect(await lab.channel.send([lab.message(1)])[0].isDeferred)
        lab.clock.advance(by: .seconds(2))
        #expect(await lab.channel.send([lab.message(1)])[0].isSent)
        #expect(lab.files == 1)
        await lab.close()
    }

    @Test("a plugin that crashes again and again is in quarantine, visibly, and gets one try when that is over")
    func quarantine() async throws {
        let lab = try Lab(.crash, times: 6)
        for attempt in 1...5 {
            #expect(await lab.channel.send([lab.message(attempt)])[0].isInDoubt)
            if attempt < 5 { lab.clock.advance(by: .seconds(60)) }
        }
        guard case .quarantined(_, 5, let reason) = await lab.channel.supervisor.health else {
            Issue.record("\(await lab.channel.supervisor.health)")
            return
        }
        #expect(reason == "it ended with exit code 3")
        #expect(try await lab.state.value(PluginProtocol.healthKey)?["state"] == "quarantined")
        await #expect(throws: Problem.self) { try await lab.channel.probe() }
        lab.clock.advance(by: .minutes(2))
        #expect(await lab.channel.send([lab.message(7)])[0].isDeferred)
        lab.clock.advance(by: .minutes(9))
        #expect(await lab.channel.send([lab.message(8)])[0].isInDoubt)
        lab.clock.advance(by: .minutes(11))
        #expect(await lab.channel.send([lab.message(9)])[0].isSent)
        #expect(try await lab.state.value(PluginProtocol.healthKey) == nil)
        await lab.close()
    }

    @Test("with a plugin that hangs go the processes that it started")
    func group() async throws {
        let lab = try Lab(.hang)
        #expect(await lab.channel.send([lab.message(1)])[0].isInDoubt)
        let grandchild = try #require(lab.faulty.grandchild)
        // The kill is sent before the answer comes; the kernel may take a moment over it.
        let limit = ContinuousClock.now + .seconds(5)
        while isAlive(grandchild), ContinuousClock.now < limit { try await Task.sleep(for: .milliseconds(10)) }
        #expect(!isAlive(grandchild))
        await lab.close()
    }

    /// A zombie that nobody reaps is as dead as can be.
    private func isAlive(_ id: Int32) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8) else { return false }
        return stat.split(separator: " ").dropFirst(2).first != "Z"
    }

    @Test("a plugin that refuses its settings says which option, and no message is lost")
    func refusedSettings() async throws {
        let example = try ExternalPlugin(folder: Self.examples.appending(path: "file_channel").path)
        let file = FileManager.default.temporaryDirectory.appending(path: "file-\(UUID().uuidString)")
        try Data().write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let channel = try #require(
            try example.make(Settings(values: ["folder": .string(file.path)]), .testing()) as? ExternalChannel)
        let problem = await #expect(throws: Problem.self) { try await channel.probe() }
        #expect(problem?.place?.path == "folder")
        await channel.cleanup()
    }

    @Test(
        "a plugin that is not there, or speaks another version, is told as it is", arguments: ["missing", "version", "identity"])
    func start(how: String) async throws {
        let command =
            switch how {
            case "missing": ["/no/such/program"]
            case "version": ["sh", "-c", #"echo '{"type":"hello","protocol":9}'; cat >/dev/null"#]
            default: ["sh", "-c", #"echo '{"type":"hello","protocol":1,"id":"channel.other"}'; cat >/dev/null"#]
            }
        let manifest = try ExternalPlugin(folder: Self.examples.appending(path: "file_channel").path).manifest
        let supervisor = PluginSupervisor(
            ChildCommand(command, folder: "/"), settings: Settings(values: [:]), environment: .testing(), manifest: manifest)
        let channel = ExternalChannel(supervisor, manifest: manifest, environment: .testing())
        let problem = await #expect(throws: Problem.self) { try await channel.probe() }
        #expect(["plugin.start", "plugin.protocol", "plugin.identity"].contains(problem?.code))
        await channel.cleanup()
    }

    @Test("a child sees PATH, LANG and what is its own, and nothing else of the host's environment")
    func environment() async throws {
        setenv("HOST_ONLY_SECRET", "nobody's business", 1)
        let file = FileManager.default.temporaryDirectory.appending(path: "env-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let supervisor = PluginSupervisor(
            ChildCommand(["sh", "-c", "env > \(file.path)"], folder: "/"), settings: Settings(values: [:]),
            environment: .testing())
        let channel = ExternalChannel(supervisor, manifest: ExternalChannel.manifest, environment: .testing())
        _ = try? await channel.probe()
        let names = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap {
            $0.split(separator: "=").first
        }
        // PWD, SHLVL, OLDPWD and _ are the shell's own.
        let own: Set<Substring> = ["PWD", "SHLVL", "OLDPWD", "_"]
        #expect(Set(names).subtracting(own) == ["PATH", "LANG", "RAPPORT_INSTANCE", "RAPPORT_PROTOCOL"])
        await channel.cleanup()
    }
}
