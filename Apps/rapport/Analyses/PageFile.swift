import ArgumentParser
import RapportAnalytics

/// The page that an answer is written as, where somebody wants one.
struct PageFile: ParsableArguments {
    @Option(help: ArgumentHelp("Write a page with pictures to this HTML file, which needs nothing else.", valueName: "file"))
    var html: String?

    func write(_ page: @autoclosure () throws -> ReportPage) throws {
        if let html { try AnalysisOptions.write(page().html, to: html) }
    }

    /// Writes the page, if it is asked for, and says where it is.
    func write(_ page: @autoclosure () throws -> ReportPage, _ output: Output) throws {
        guard let html else { return }
        try write(page())
        output.say("analysis.written", ["files": html])
    }
}
