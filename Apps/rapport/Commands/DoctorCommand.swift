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
            otherwise. All pages of an SQLite file of up to 1 GB are read, which takes a second or two, and of a larger one with \
            --pages: at a quiet hour, since that takes as long as reading the file from its disk. Exit code 1 if something is broken; what needs a look is told and exits with 0.

            EXAMPLES:
              rapport doctor
              rapport doctor --no-probe
              rapport doctor --pages
              rapport doctor --json
            """)

    @Flag(inversion: .prefixedNo, help: "Try every channel and source out.") var probe = true

    @Flag(inversion: .prefixedNo, help: "Read all pages of an SQLite file. Default: of one of up to 1 GB.") var pages: Bool?

    /// Bytes that are read through without being asked.
    private static let size: Int64 = 1_000_000_000

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let output = common.output
        let broken = try await common.withRapport { rapport in
            let checks = await rapport.checks(probing: probe, pages: pages.map { $0 ? .max : 0 } ?? Self.size)
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
