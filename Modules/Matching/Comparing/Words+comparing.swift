extension Words {
    /// How alike two texts are, word by word: the soft TF-IDF measure of Cohen, Ravikumar and Fienberg (2003), "A Comparison of
    /// String Distance Metrics for Name-Matching Tasks". Numbers that contradict each other keep texts apart that share words.
    func level(_ first: Int32, _ second: Int32, spelled texts: TextPool) -> Level {
        let found = overlap(first, second)
        let (a, b) = (norms[Int(first)], norms[Int(second)])
        let cosine = found.mass / (a * b)
        if found.numbersDiffer { return cosine >= 0.55 ? .slight : cosine >= 0.3 ? .faint : .different }
        if cosine >= 0.93 { return .swapped }
        if cosine >= 0.78 { return .close }
        if cosine < 0.5, texts.with(first, second, Self.isSpelledAlike) { return .close }
        let least = min(a, b)
        if found.mass / (least * least) >= 0.9 || cosine >= 0.6 { return .alike }
        return cosine >= 0.33 ? .faint : .different
    }

    private static func isSpelledAlike(_ a: TextSimilarity.Units, _ b: TextSimilarity.Units) -> Bool {
        guard a.count > 5, b.count > 5, abs(a.count - b.count) <= 3, a[0] == b[0] else { return false }
        return TextSimilarity.edits(a, b, limit: 2) <= 2
    }

    /// The weight of the words that both have, letter for letter or nearly, and whether their numbers contradict each other.
    private func overlap(_ first: Int32, _ second: Int32) -> (mass: Float, numbersDiffer: Bool) {
        let left = range(first)
        let right = range(second)
        return withUnsafeTemporaryAllocation(of: Int32.self, capacity: left.count + right.count) { rest in
            var (i, j, restLeft, restRight) = (left.lowerBound, right.lowerBound, 0, 0)
            var mass: Float = 0
            var sharesNumber = false
            while i < left.upperBound || j < right.upperBound {
                let a = i < left.upperBound ? flat[i] : .max
                let b = j < right.upperBound ? flat[j] : .max
                if a == b {
                    mass += weights[Int(a)] * weights[Int(a)]
                    sharesNumber = sharesNumber || isNumber[Int(a)]
                    i += 1
                    j += 1
                } else if a < b {
                    rest[restLeft] = a
                    restLeft += 1
                    i += 1
                } else {
                    rest[left.count + restRight] = b
                    restRight += 1
                    j += 1
                }
            }
            var numbersLeft = false
            var numbersRight = false
            for index in 0..<restRight where isNumber[Int(rest[left.count + index])] { numbersRight = true }
            for index in 0..<restLeft {
                let word = rest[index]
                if isNumber[Int(word)] {
                    numbersLeft = true
                    continue
                }
                var best: Float = 0
                var partner = -1
                for other in 0..<restRight where rest[left.count + other] >= 0 {
                    let likeness = self.likeness(word, rest[left.count + other])
                    if likeness > best {
                        best = likeness
                        partner = other
                    }
                }
                if partner >= 0 {
                    mass += best * weights[Int(word)] * weights[Int(rest[left.count + partner])]
                    rest[left.count + partner] = -1
                }
            }
            return (mass, numbersLeft && numbersRight && !sharesNumber)
        }
    }

    private func likeness(_ first: Int32, _ second: Int32) -> Float {
        if isNumber[Int(second)] { return 0 }
        return pool.with(first, second) { a, b in
            if a.count == 1 || b.count == 1 { return a[0] == b[0] ? 0.5 : 0 }
            if abs(a.count - b.count) <= 1, max(a.count, b.count) >= 4, TextSimilarity.edits(a, b, limit: 1) == 1 { return 0.95 }
            if min(a.count, b.count) >= 4 {
                let similarity = TextSimilarity.jaroWinkler(a, b)
                if similarity >= 0.9 { return Float(similarity) }
            }
            return TextSimilarity.abbreviates(a, b) || TextSimilarity.abbreviates(b, a) ? 0.85 : 0
        }
    }
}
