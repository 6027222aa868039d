import Foundation
import RapportCore

extension String {
    /// - Throws: `Problem` `database.text_nul` if the text holds U+0000, which PostgreSQL cannot store.
    func checkForDatabase() throws {
        let holdsNull = utf8.withContiguousStorageIfAvailable { bytes in
            bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false
        }
        if holdsNull ?? utf8.contains(0) {
            throw Problem("database.text_nul", "a text holds the character U+0000, which cannot be stored")
        }
    }
}
