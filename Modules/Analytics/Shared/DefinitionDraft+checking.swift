import RapportCore
import RapportStorage

extension DefinitionDraft {
    /// Lets `read` read the body; a problem in it is told by its line.
    func check(_ read: (JSONValue) throws -> Void) throws {
        do { try read(body) } catch let problem as Problem {
            throw problem.at(place(problem.place?.path ?? "") ?? problem.place ?? .init(path: name))
        }
    }

    /// Refuses any other name: of what is stated once for the house.
    func check(named only: String, _ reason: String) throws {
        guard name == only else {
            throw Problem("definition.invalid", "\(reason) \"\(only)\"", at: place(""), remedy: "Rename \"\(name)\".")
        }
    }
}
