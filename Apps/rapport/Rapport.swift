import ArgumentParser

@main
struct RapportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rapport",
        abstract: "One record of every person you deal with, and one explained decision for every message.",
        discussion: """
            Every command takes --json for machines. Exit codes: 0 done, 1 a problem, 2 wrong usage, 3 nothing found.
            Completions: rapport --generate-completion-script bash|zsh|fish
            """,
        version: "0.1.0",
        groupedSubcommands: Commands.groups)

    static func main() async { await CommandRunner.run(Array(CommandLine.arguments.dropFirst())) }
}

/// Every command, as the help page groups them: by what somebody is about to do, in the order in which a house comes to it.
private enum Commands {
    static let groups = [begin, takeIn, know, reach, learn, run]

    private static let begin = CommandGroup(
        name: "Begin", subcommands: [DemoCommand.self, InitCommand.self, ConfigCommand.self, ApplyCommand.self])

    private static let takeIn = CommandGroup(
        name: "Take in",
        subcommands: [
            ImportCommand.self, ImportsCommand.self, SourcesCommand.self, TableCommand.self, CheckupCommand.self,
        ])

    private static let know = CommandGroup(
        name: "Know",
        subcommands: [
            SearchCommand.self, PeopleCommand.self, AccountsCommand.self, OrdersCommand.self, ProductsCommand.self,
            SegmentsCommand.self, LifecycleCommand.self, DuplicatesCommand.self, MatchCommand.self, HealthCommand.self,
            EraseCommand.self, ReceiptsCommand.self, RetentionCommand.self,
        ])

    private static let reach = CommandGroup(
        name: "Decide and reach", subcommands: [CampaignsCommand.self, WhyCommand.self, PluginsCommand.self])

    private static let learn = CommandGroup(
        name: "Learn",
        subcommands: [
            ReportCommand.self, ObjectivesCommand.self, JourneyCommand.self, WorthCommand.self, ClvCommand.self,
            ProfilesCommand.self, RFMCommand.self, RhythmCommand.self, CohortsCommand.self, ChurnCommand.self,
            FunnelCommand.self, PathsCommand.self, ExploreCommand.self, LiftCommand.self, AttributionCommand.self,
            AnnoyanceCommand.self, NextBestCommand.self, PredictCommand.self, BasketsCommand.self, RecommendCommand.self,
            GapsCommand.self, AdoptionCommand.self, RatesCommand.self, ViewsCommand.self,
        ])

    private static let run = CommandGroup(
        name: "Run",
        subcommands: [
            DoctorCommand.self, LogCommand.self, BackupCommand.self, RestoreCommand.self, UnlockCommand.self,
            MigrateCommand.self, DemoSenderCommand.self,
        ])
}
