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
        subcommands: Commands.all)

    static func main() async { await CommandRunner.run(Array(CommandLine.arguments.dropFirst())) }
}

/// Every command group, in the order of the help page: a line each.
enum Commands {
    static let all: [any ParsableCommand.Type] = [
        AccountsCommand.self,
        AdoptionCommand.self,
        AnnoyanceCommand.self,
        ApplyCommand.self,
        AttributionCommand.self,
        BackupCommand.self,
        BasketsCommand.self,
        CampaignsCommand.self,
        CheckupCommand.self,
        ChurnCommand.self,
        ClvCommand.self,
        CohortsCommand.self,
        ConfigCommand.self,
        DemoCommand.self,
        DoctorCommand.self, HealthCommand.self,
        DemoSenderCommand.self,
        DuplicatesCommand.self,
        EraseCommand.self,
        ExploreCommand.self,
        FunnelCommand.self,
        GapsCommand.self,
        InitCommand.self,
        JourneyCommand.self,
        LifecycleCommand.self,
        LiftCommand.self,
        MatchCommand.self,
        MigrateCommand.self,
        LogCommand.self,
        ImportCommand.self,
        ImportsCommand.self,
        NextBestCommand.self,
        ObjectivesCommand.self,
        OrdersCommand.self,
        PathsCommand.self,
        PeopleCommand.self,
        PluginsCommand.self,
        PredictCommand.self,
        ProfilesCommand.self,
        ProductsCommand.self,
        ReceiptsCommand.self,
        RatesCommand.self,
        RecommendCommand.self,
        ReportCommand.self,
        RestoreCommand.self,
        RetentionCommand.self,
        RFMCommand.self,
        RhythmCommand.self,
        SearchCommand.self,
        SegmentsCommand.self,
        SourcesCommand.self,
        TableCommand.self,
        UnlockCommand.self,
        ViewsCommand.self,
        WhyCommand.self,
        WorthCommand.self,
    ]
}
