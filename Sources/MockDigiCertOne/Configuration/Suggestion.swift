/// Finds the word that a misspelt one was meant to be.
enum Suggestion {
    /// The remedy for an unknown key.
    ///
    /// - Parameters:
    ///   - word: The unknown key.
    ///   - known: All keys that exist.
    ///   - prefix: What all of them and the word begin with; being alike there says nothing.
    /// - Returns: A sentence that names the nearest one, or says where all of them are printed.
    static func remedy(
        for word: String,
        among known: [String],
        after prefix: String = ""
    ) -> String {
        let ranked = known.map { (word: $0, distance: distance(word, $0)) }
        guard let nearest = ranked.min(by: { $0.distance < $1.distance }),
            nearest.distance <= max(2, (word.count - prefix.count) / 3)
        else {
            return "remove it, or find its name with: mock-digicert-one check"
        }
        return "remove it, or did you mean \(nearest.word)?"
    }

    /// The number of letters to insert, delete or replace between two words (Levenshtein).
    private static func distance(_ first: String, _ second: String) -> Int {
        let second = Array(second.lowercased())
        var row = Array(0...second.count)
        for (line, letter) in first.lowercased().enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in second.enumerated() {
                let replaced = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[second.count]
    }
}
