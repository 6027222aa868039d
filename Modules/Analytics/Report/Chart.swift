/// A picture of numbers, drawn as SVG that follows the page's colours.
public enum Chart: Sendable {
    /// Lines over numbers or over days.
    case lines([Series], Axes)
    /// A group of bars for each category, one of each series.
    case bars(categories: [String], [BarSeries], Axes)
    /// An estimate with its interval for each row, and a line at `reference`.
    case intervals([IntervalRow], reference: Double, Axes)
    /// A shaded number for each cell; `nil`: none.
    case heat(rows: [String], columns: [String], cells: [[Double?]], Axes)

    public struct Axes: Sendable {
        public var x: String
        public var y: String
        /// Whether the y values are shares, shown as per cent.
        public var isShare: Bool
        /// Whether the x values are days since 1970.
        public var isTime: Bool
        /// Where x is a share, shown as per cent.
        public var isShareX: Bool

        public init(x: String = "", y: String = "", isShare: Bool = false, isTime: Bool = false, isShareX: Bool = false) {
            self.x = x
            self.y = y
            self.isShare = isShare
            self.isTime = isTime
            self.isShareX = isShareX
        }
    }

    public struct Series: Sendable {
        public var name: String
        public var points: [(x: Double, y: Double)]
        public var isDashed: Bool

        public init(_ name: String, _ points: [(x: Double, y: Double)], dashed: Bool = false) {
            self.name = name
            self.points = points
            isDashed = dashed
        }
    }

    public struct BarSeries: Sendable {
        public var name: String
        public var values: [Double]

        public init(_ name: String, _ values: [Double]) {
            self.name = name
            self.values = values
        }
    }

    public struct IntervalRow: Sendable {
        public var name: String
        public var estimate: Double
        public var low: Double
        public var high: Double
        /// A wider interval behind the first.
        public var wide: (low: Double, high: Double)?

        public init(_ name: String, estimate: Double, low: Double, high: Double, wide: (low: Double, high: Double)? = nil) {
            self.name = name
            self.estimate = estimate
            self.low = low
            self.high = high
            self.wide = wide
        }
    }

    /// The names of what has a colour, for the legend.
    var legend: [(name: String, isDashed: Bool)] {
        switch self {
        case .lines(let series, _): series.count > 1 ? series.map { ($0.name, $0.isDashed) } : []
        case .bars(_, let series, _): series.count > 1 ? series.map { ($0.name, false) } : []
        case .intervals, .heat: []
        }
    }
}
