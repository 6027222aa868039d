import ArgumentParser
import RapportStorage

/// How many people a list shows.
struct PeopleLimit: ParsableArguments {
    @Option(help: "The most people to list, 1 to 500.")
    var limit = 20

    func validate() throws { try HouseRecord.checkLimit(limit) }
}
