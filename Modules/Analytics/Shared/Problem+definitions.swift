import RapportCore
import RapportStorage

extension Problem {
    /// Runs what reads a text of the segment language that stands at a path of a definition: a character within it is named in
    /// words, since the file's line is the definition's to say.
    static func within(_ path: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let problem as Problem where problem.code.hasPrefix("segment.") {
            let column = problem.place?.column.map { "character \($0): " } ?? ""
            throw Problem(problem.code, column + problem.reason, at: .init(path: path), remedy: problem.remedy)
        }
    }

    /// The same problem with the place in the file that its path has.
    func placed(in draft: DefinitionDraft) -> Problem {
        let path = place?.path ?? ""
        return at(draft.place(path) ?? .init(path: path.isEmpty ? draft.name : path))
    }
}
