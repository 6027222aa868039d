import ArgumentParser

/// What `scripts/bench` runs beside Rapport's own programs: baselines, loads and databases to measure on. Built with the
/// rest, shipped with nothing.
///
/// Every subcommand is a file of its own and prints one JSON object on its last line.
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Benchmarks", abstract: "Baselines and loads for scripts/bench.",
        subcommands: [
            EchoServer.self, BareInserts.self, PacedTracking.self, CountSegments.self, PureDecisions.self, CampaignDecisions.self,
            BareMail.self,
        ])
}
