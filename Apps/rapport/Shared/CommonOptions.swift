import ArgumentParser
import RapportCore
import RapportHost

/// The options that every command has: `@OptionGroup var common: CommonOptions`.
struct CommonOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The configuration. Default: RAPPORT_CONFIG, or the nearest rapport.yaml from here upward.", valueName: "file"))
    var config: String?

    @Option(name: .long, help: ArgumentHelp("Use this database instead of the configured one.", valueName: "url"))
    var database: String?

    @Flag(name: .long, help: "Answer with one JSON value.")
    var json = false

    @Flag(name: .customLong("no-color"), help: "No colours, even on a terminal.")
    var noColor = false

    /// In the house's language and by its clocks; in English and UTC where no configuration says otherwise.
    var output: Output {
        let configuration = try? configuration()
        return Output(
            json: json, noColor: noColor, texts: configuration.flatMap { try? Texts.house($0) } ?? .english,
            zone: configuration.flatMap { TimeZoneRules($0.house.timeZone) } ?? .utc)
    }
}
