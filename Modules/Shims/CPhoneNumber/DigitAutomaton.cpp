#include "DigitAutomaton.h"

#include <algorithm>
#include <map>

namespace rapport {
namespace {

/// A position of Thompson's construction (Communications of the ACM 11(6), 1968): it takes a set of digits, or goes on to one
/// or two others without taking any.
struct Node {
    uint16_t digits = 0;
    int first = -1;
    int second = -1;
};

struct Piece {
    int start;
    int end;
};

struct Unknown {};

class Parser {
public:
    explicit Parser(std::string_view text) : text(text) {}
    std::vector<Node> nodes;

    Piece parse() {
        Piece all = alternatives();
        if (at != text.size()) throw Unknown();
        return all;
    }

private:
    static constexpr size_t mostNodes = 100'000;
    std::string_view text;
    size_t at = 0;

    int add(Node node) {
        if (nodes.size() >= mostNodes) throw Unknown();
        nodes.push_back(node);
        return int(nodes.size()) - 1;
    }

    bool take(char character) {
        if (at >= text.size() || text[at] != character) return false;
        at++;
        return true;
    }

    Piece nothing() {
        int node = add({});
        return {node, node};
    }

    Piece join(Piece one, Piece other) {
        nodes[one.end].first = other.start;
        return {one.start, other.end};
    }

    Piece either(Piece one, Piece other) {
        int start = add({0, one.start, other.start});
        int end = add({});
        nodes[one.end].first = end;
        nodes[other.end].first = end;
        return {start, end};
    }

    Piece alternatives() {
        Piece all = sequence();
        while (take('|')) all = either(all, sequence());
        return all;
    }

    Piece sequence() {
        Piece all = nothing();
        while (at < text.size() && text[at] != '|' && text[at] != ')') all = join(all, counted());
        return all;
    }

    /// The same text is read again for each repetition, so that each has positions of its own.
    Piece counted() {
        const size_t start = at;
        Piece one = atom();
        size_t least = 1, most = 1;
        if (take('?')) {
            least = 0;
        } else if (take('{')) {
            least = most = number();
            if (take(',')) most = number();
            if (!take('}') || most < least || most == 0) throw Unknown();
        } else if (at < text.size() && (text[at] == '*' || text[at] == '+')) {
            throw Unknown();
        } else {
            return one;
        }
        // Lazy and possessive counts are not of this language.
        if (at < text.size() && std::string_view("?*+{").find(text[at]) != std::string_view::npos) throw Unknown();
        const size_t end = at;
        Piece all = least > 0 ? one : either(one, nothing());
        for (size_t number = 2; number <= most; number++) {
            at = start;
            Piece next = atom();
            all = join(all, number <= least ? next : either(next, nothing()));
        }
        at = end;
        return all;
    }

    size_t number() {
        size_t value = 0, digits = 0;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9' && digits++ < 3) value = value * 10 + (text[at++] - '0');
        if (digits == 0) throw Unknown();
        return value;
    }

    Piece atom() {
        if (at >= text.size()) throw Unknown();
        if (take('(')) {
            if (take('?') && !take(':')) throw Unknown();
            Piece inner = alternatives();
            if (!take(')')) throw Unknown();
            return inner;
        }
        uint16_t digits = take('[') ? characters() : character();
        int end = add({});
        int start = add({digits, end, -1});
        return {start, end};
    }

    uint16_t characters() {
        uint16_t digits = 0;
        while (!take(']')) {
            const uint16_t low = character();
            if (low == 0x3FF || !take('-')) {
                digits |= low;
                continue;
            }
            const uint16_t high = character();
            if (high == 0x3FF || high < low) throw Unknown();
            // Of two digits, each a bit: all from the one to the other.
            digits |= uint16_t((high << 1) - low);
        }
        return digits;
    }

    uint16_t character() {
        if (at >= text.size()) throw Unknown();
        const char next = text[at++];
        if (next >= '0' && next <= '9') return uint16_t(1 << (next - '0'));
        if (next == '\\' && take('d')) return 0x3FF;
        throw Unknown();
    }
};

using Set = std::vector<int>;

void reach(const std::vector<Node>& nodes, int node, Set& set) {
    std::vector<int> open{node};
    while (!open.empty()) {
        const int next = open.back();
        open.pop_back();
        if (next < 0 || std::find(set.begin(), set.end(), next) != set.end()) continue;
        set.push_back(next);
        if (nodes[next].digits != 0) continue;
        open.push_back(nodes[next].first);
        open.push_back(nodes[next].second);
    }
}

}

DigitAutomaton::DigitAutomaton(std::string_view expression) {
    constexpr size_t mostStates = 20'000;
    try {
        Parser parser(expression);
        const Piece all = parser.parse();
        std::map<Set, int32_t> numbers;
        std::vector<Set> sets;
        auto number = [&](Set set) {
            if (set.empty()) return int32_t(-1);
            std::sort(set.begin(), set.end());
            const auto [place, isNew] = numbers.emplace(set, int32_t(sets.size()));
            if (isNew) {
                if (sets.size() >= mostStates) throw Unknown();
                sets.push_back(std::move(set));
            }
            return place->second;
        };
        Set start;
        reach(parser.nodes, all.start, start);
        number(std::move(start));
        for (size_t index = 0; index < sets.size(); index++) {
            State state;
            const Set here = sets[index];
            state.accepts = std::find(here.begin(), here.end(), all.end) != here.end();
            for (int digit = 0; digit < 10; digit++) {
                Set next;
                for (int node : here) {
                    if (parser.nodes[node].digits >> digit & 1) reach(parser.nodes, parser.nodes[node].first, next);
                }
                state.next[digit] = number(std::move(next));
            }
            states.push_back(state);
        }
        known = true;
    } catch (const Unknown&) {
        states.clear();
    }
}

bool DigitAutomaton::matches(std::string_view digits) const {
    int32_t state = 0;
    for (char digit : digits) {
        state = states[state].next[digit - '0'];
        if (state < 0) return false;
    }
    return states[state].accepts;
}

bool DigitAutomaton::matchesBeginning(std::string_view digits) const {
    int32_t state = 0;
    for (char digit : digits) {
        if (states[state].accepts) return true;
        state = states[state].next[digit - '0'];
        if (state < 0) return false;
    }
    return states[state].accepts;
}

int DigitAutomaton::beginning(std::string_view digits) const {
    if (states[0].accepts) return -1;
    int32_t state = 0;
    int found = 0;
    for (size_t length = 1; length <= digits.size(); length++) {
        state = states[state].next[digits[length - 1] - '0'];
        if (state < 0) break;
        if (!states[state].accepts) continue;
        if (found > 0) return -1;
        found = int(length);
    }
    return found;
}

}
