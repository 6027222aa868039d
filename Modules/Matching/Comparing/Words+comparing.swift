extension Words {
    /// How alike two texts are, word by word: the soft TF-IDF measure of Cohen, Ravikumar and Fienberg (2003), "A Comparison of
    /// String Distance Metrics for Name-Matching Tasks". Numbers that contradict each other keep texts apart that share words.
    func level(_ first: Int32, _ second: Int32, spelled texts: TextPool) -> Level {
        let found = overlap(first, second)
        let (a, b) = (norms[Int(first)], norms[Int(second)])
        let cosine = found.mass / (a * b)
        if found.numbersDiffer { return cosine >= 0.55 ? .faint : .different }
        if cosine >= 0.93, !found.namesDiffer { return .swapped }
        if cosine >= 0.78, !found.namesDiffer { return .close }
        if cosine < 0.5 {
            if texts.with(first, second, Self.isSpelledAlike) { return .close }
            if areNames, texts.with(first, second, Self.isAcronym) || texts.with(second, first, Self.isAcronym) { return .alike }
        }
        let least = min(a, b)
        if !found.namesDiffer, found.mass / (least * least) >= 0.9 || cosine >= 0.6 { return .alike }
        return cosine >= 0.55 ? .slight : cosine >= 0.3 ? .faint : .different
    }

    private static func isSpelledAlike(_ a: TextSimilarity.Units, _ b: TextSimilarity.Units) -> Bool {
        guard a.count > 5, b.count > 5, abs(a.count - b.count) <= 3, a[0] == b[0] else { return false }
        return TextSimilarity.edits(a, b, limit: 2) <= 2
    }

    /// `hyc` for Hamilton Youth Center, of at least three words; small words between them may be left out.
    private static func isAcronym(_ short: TextSimilarity.Units, _ long: TextSimilarity.Units) -> Bool {
        guard (3...8).contains(short.count), long.count > 2 * short.count, short.allSatisfy(\.isSmallLetter) else { return false }
        var at = 0
        var words = 0
        for word in long.split(separator: 0x20) {
            words += 1
            if at < short.count, word.first == short[at] { at += 1 } else if word.count > 3 { return false }
        }
        return at == short.count && words >= 3
    }

    private struct Overlap {
        /// The weight of the words that both have, letter for letter or nearly.
        var mass: Float = 0
        /// Both have numbers, and none in common.
        var numbersDiffer = false
        /// Of two names each has a word of its own: Mary Holloway is not Hannah Holloway, nor Elm School Elm Clinic.
        var namesDiffer = false
    }

    private func overlap(_ first: Int32, _ second: Int32) -> Overlap {
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
            if restLeft > 0, restRight > 0, restLeft + restRight > 2 {
                mass += joined(rest, 0..<restLeft, left.count..<left.count + restRight)
            }
            var numbersLeft = false
            var numbersRight = false
            var own = (left: false, right: false)
            for index in 0..<restRight {
                let word = rest[left.count + index]
                if word >= 0, isNumber[Int(word)] { numbersRight = true }
            }
            for index in 0..<restLeft where rest[index] >= 0 {
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
                } else {
                    own.left = own.left || says(word)
                }
            }
            for index in 0..<restRight where rest[left.count + index] >= 0 && !isNumber[Int(rest[left.count + index])] {
                own.right = own.right || says(rest[left.count + index])
            }
            return Overlap(
                mass: mass, numbersDiffer: numbersLeft && numbersRight && !sharesNumber,
                namesDiffer: areNames && own.left && own.right)
        }
    }

    /// Whether a word says enough to tell two names apart: more than a title, an article or a legal form does.
    private func says(_ word: Int32) -> Bool { weights[Int(word)] > 2 && !isForm[Int(word)] && pool.with(word) { $0.count > 1 } }

    /// The weight of a word that stands on one side in two: `day care` and `daycare`, `lx 8046b` and `lx8046b`. The three are taken out
    /// of `rest`.
    private func joined(_ rest: UnsafeMutableBufferPointer<Int32>, _ left: Range<Int>, _ right: Range<Int>) -> Float {
        for (whole, parts) in [(left, right), (right, left)] where parts.count > 1 {
            for word in whole {
                for one in parts {
                    for other in parts where other != one && isJoined(rest[word], rest[one], rest[other]) {
                        let (a, b) = (weights[Int(rest[one])], weights[Int(rest[other])])
                        let weight = weights[Int(rest[word])] * (a * a + b * b).squareRoot()
                        (rest[word], rest[one], rest[other]) = (-1, -1, -1)
                        return weight
                    }
                }
            }
        }
        return 0
    }

    private func isJoined(_ whole: Int32, _ one: Int32, _ other: Int32) -> Bool {
        pool.with(whole) { whole in
            pool.with(one, other) { one, other in
                whole.count == one.count + other.count && whole.starts(with: one)
                    && whole.dropFirst(one.count).elementsEqual(other)
            }
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
            if TextSimilarity.abbreviates(a, b) || TextSimilarity.abbreviates(b, a) { return 0.85 }
            guard areNames else { return 0 }
            if !families[Int(first)].isEmpty, families[Int(second)].contains(where: families[Int(first)].contains) { return 0.85 }
            return sounds[Int(first)] > 1023 && sounds[Int(first)] == sounds[Int(second)] ? 0.8 : 0
        }
    }
}
