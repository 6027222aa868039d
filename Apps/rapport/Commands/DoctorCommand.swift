import ArgumentParser
import RapportCore
import RapportHost
import RapportWeb

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check disk, clock, database, log, what was set aside, backup, lock and channels, and say what to do.",
        discussion: """
            Each channel and source is tried out as `rapport plugins probe` does, without side effects, unless --no-probe says \
            otherwise. Exit code 1 if something is broken; what needs a look is told and exits with 0.

            EXAMPLES:
              rapport doctor
              rapport doctor --no-probe
              rapport doctor --json
            """)

    @Flag(inversion: .prefixedNo, help: "Try every channel and source out.") var probe = true

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let broken = try await common.withRapport { rapport in
            let checks = await rapport.checks(probing: probe)
            if output.isJSON {
                output.json(
                    .array(
                        checks.map {
                            [
                                "name": .string($0.name), "state": .string($0.state.rawValue), "finding": .string($0.finding),
                                "remedy": $0.remedy.map { .string($0) } ?? .null,
                            ]
                        }))
            } else {
                for check in checks {
                    output.line(
                        "\(check.state == .good ? "✓" : check.state == .warning ? "!" : "✗") \(check.name): \(check.finding)")
                    if let remedy = check.remedy { output.line("  \(remedy)") }
                }
            }
            return checks.contains { $0.state == .bad }
        }
        if broken { throw ExitCode(1) }
    }
}
