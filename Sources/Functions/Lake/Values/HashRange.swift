/// A part of all ids, by a hash: what one of several passes over the same rows takes in.
///
/// The hash is the same in every process, so that the same rows give the same passes.
struct HashRange: Equatable {
    private let places: Range<UInt64>

    private static let end: UInt64 = 1 << 32
    /// Where even so narrow a part is too large, one id has most of the rows, and narrower ones would not help.
    private static let narrowest: UInt64 = end / 64

    /// Every id.
    static let whole = HashRange(places: 0..<end)

    var isWhole: Bool { self == .whole }

    /// `count` parts of equal width.
    static func parts(_ count: Int) -> [HashRange] {
        let bounds = (0...UInt64(count)).map { end * $0 / UInt64(count) }
        return zip(bounds, bounds.dropFirst()).map { HashRange(places: $0..<$1) }
    }

    /// The part that begins at `lower`, `width` of the whole wide, a 64th at least; nil past the end.
    init?(from lower: UInt64, width: Double) {
        guard lower < Self.end else { return nil }
        let places = max(Self.narrowest, UInt64(Double(Self.end) * min(1, width)))
        self.init(places: lower..<min(Self.end, lower + places))
    }

    private init(places: Range<UInt64>) {
        self.places = places
    }

    /// True when there is no narrower part.
    var isNarrowest: Bool { UInt64(places.count) <= Self.narrowest }

    /// Where the part begins, and where the next.
    var lowerBound: UInt64 { places.lowerBound }
    var upperBound: UInt64 { places.upperBound }

    /// The share of all ids.
    var width: Double { Double(places.count) / Double(Self.end) }

    @inline(__always)
    func contains(_ id: Int64) -> Bool {
        // SplitMix64's last steps: every bit of the id reaches the upper half.
        var mixed = UInt64(bitPattern: id)
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return places.contains(mixed >> 32)
    }
}
