import ArgumentParser
import RapportAnalytics

/// Where an analysis of the house writes its answer, beside showing it.
struct AnswerFiles: ParsableArguments {
    @Option(help: ArgumentHelp("Write the answer's rows to this CSV file.", valueName: "file"))
    var csv: String?

    @Option(help: ArgumentHelp("Write a page with pictures to this HTML file, which needs nothing else.", valueName: "file"))
    var html: String?

    /// Writes what is asked for, and says where it is.
    func write(csv rows: @autoclosure () throws -> String, page: @autoclosure () throws -> ReportPage, _ output: Output) throws {
        if let csv { try AnalysisOptions.write(rows(), to: csv) }
        if let html { try AnalysisOptions.write(page().html, to: html) }
        AnalysisOptions.tellFiles([csv, html], output)
    }
}
