import RapportCore

extension String {
    /// - Throws: `Problem` `database.text_nul` if the text holds U+0000, which PostgreSQL cannot store.
    func checkForDatabase() throws {
        if utf8.contains(0) {
            throw Problem("database.text_nul", "a text holds the character U+0000, which cannot be stored")
        }
    }
}
