/// docs/reference/exit-codes.md
enum ExitStatus {
    static let problem: Int32 = 1
    static let usage: Int32 = 2
    static let nothingFound: Int32 = 3
}
