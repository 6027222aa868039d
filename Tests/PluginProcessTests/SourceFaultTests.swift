import Foundation
import RapportCore
import RapportPluginKit
import RapportPluginProcess
import RapportTestKit
import Testing

/// The example source under the faults, in the middle of what it reads.
@Suite("External sources and their faults")
struct SourceFaultTests {
    @Test("what came before a fault stands, its bookmark leads on, and nothing is lost or told", arguments: Fault.allCases)
    func middle(fault: Fault) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "source-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for number in 100..<120 {
            try Data(#"{"n": \#(number)}"#.utf8).write(to: folder.appending(path: "\(number).json"))
        }
        let example = try ExternalPlugin(folder: FaultTests.examples.appending(path: "folder_source").path)
        // Each file is a record, a bookmark and its progress: the fault comes at the sixth record.
        let faulty = try FaultyCommand(fault, times: 1, after: 15, around: example.command)
        defer { faulty.remove() }
        let (clock, log) = (VirtualClock(), LogRecorder())
        let environment = PluginEnvironment.testing(folder: folder.path, clock: clock, log: log)
        let supervisor = PluginSupervisor(
            ChildCommand(faulty.command, folder: example.folder),
            settings: Settings(
                values: ["folder": .string(folder.path), "stream": "people"], secrets: ["token": Secret("s3cret-t0ken")]),
            environment: environment, manifest: example.manifest,
            deadlines: PluginDeadlines(hello: .seconds(60), start: .seconds(60), read: .seconds(4), stop: .seconds(2)))
        let source = ExternalSource(supervisor, manifest: example.manifest, environment: environment)

        let first = CollectingSink()
        if fault.isHarmless {
            try await source.read(after: nil, into: first)
            #expect(first.records.count == 20)
        } else {
            let problem = await #expect(throws: Problem.self) { try await source.read(after: nil, into: first) }
            #expect(problem.map { !$0.description.contains("s3cret") } == true, "\(String(describing: problem))")
            #expect(first.records.count == 5)
            #expect(first.bookmarks.last == "104.json")
            if fault != .refusal {
                // Left alone for a moment, and then it goes on where it was.
                let resting = await #expect(throws: Problem.self) { try await source.read(after: nil, into: CollectingSink()) }
                #expect(resting?.code == "plugin.resting")
                clock.advance(by: .seconds(2))
                let rest = CollectingSink()
                try await source.read(after: first.bookmarks.last, into: rest)
                #expect((first.records + rest.records).map { $0.values[0] } == (100..<120).map { .integer($0) })
            }
        }
        if fault == .secret { #expect(try await log.hears("signing in with •••")) }
        #expect(!log.lines.contains { $0.contains("s3cret-t0ken") })
        await source.cleanup()
    }
}
