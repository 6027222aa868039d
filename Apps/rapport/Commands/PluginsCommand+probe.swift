import ArgumentParser
import RapportCore
import RapportHost
import RapportPluginKit

extension PluginsCommand {
    struct Probe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "probe",
            abstract: "Try an instance out as far as that is possible without side effects.",
            discussion: """
                Without a name every instance of rapport.yaml is tried. Ends with 1 if one does not work.

                EXAMPLES:
                  rapport plugins probe
                  rapport plugins probe channels.mail --json
                """)
        @Argument(help: "The instance: channels.NAME or sources.NAME.") var instance: String?
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let output = common.output
            let results = try await common.withRapport { rapport in
                var results: [ProbeResult] = []
                for instance in try instances(of: rapport.configuration) { results.append(await rapport.probe(instance)) }
                return results
            }
            for result in results {
                output.line(
                    output.styled(
                        output.text(result.problem == nil ? "plugins.works" : "plugins.fails"),
                        result.problem == nil ? .green : .red)
                        + "  \(result.instance)")
                for finding in result.findings { output.line("       \(finding)") }
                if let problem = result.problem { output.line("       \(problem)") }
            }
            if results.isEmpty { output.say("plugins.none") }
            output.json(
                .array(
                    results.map {
                        [
                            "instance": .string($0.instance), "ok": .bool($0.problem == nil),
                            "findings": .array($0.findings.map { .string($0) }), "problem": $0.problem?.json ?? .null,
                        ]
                    }))
            if results.contains(where: { $0.problem != nil }) { throw ExitCode(ExitStatus.problem) }
        }

        private func instances(of configuration: Configuration) throws -> [PluginInstance] {
            let all = configuration.channels + configuration.sources
            guard let instance else { return all }
            if let found = all.first(where: { $0.label == instance || $0.name == instance }) { return [found] }
            let nearest = Spelling.nearest(to: instance, in: all.map(\.label))
            throw Problem(
                "instance.not_found", "no instance is called \"\(instance)\"", remedy: nearest.map { "Did you mean \"\($0)\"?" })
        }
    }
}
