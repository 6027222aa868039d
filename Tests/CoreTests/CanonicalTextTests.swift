import RapportCore
import Testing

@Suite("Canonical JSON text")
struct CanonicalTextTests {
    @Test("members stand by the bytes of their names on every level, those of one name as they came, lists as they are")
    func sorted() {
        let value: JSONValue = [
            "b": [["z": 1, "a": 2], 3, "x"], "é": nil, "a": ["": true, "B": "q\"", "A": ["y": 1, "y": 2, "x": 3]], "ab": [:],
            "Z": [],
        ]
        #expect(
            value.canonicalText
                == #"{"Z":[],"a":{"":true,"A":{"x":3,"y":1,"y":2},"B":"q\""},"ab":{},"b":[{"a":2,"z":1},3,"x"],"é":null}"#)
        #expect(value.text.count == value.canonicalText.count && value.text != value.canonicalText)
        let standing: JSONValue = ["a": 1, "b": ["c": 2, "d": 3]]
        #expect(standing.canonicalText == standing.text)
    }
}
