/// Numbers that depend on a seed and on what they are asked for, never on the order of asking: the world can then be
/// looked at from any instant without having lived up to it.
struct SeededHash: Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
    }

    /// The hash of this seed and a further number.
    func of(_ part: Int) -> SeededHash {
        var next = self
        next.state = Self.mix(state ^ Self.mix(UInt64(bitPattern: Int64(part)) &+ 0xD1B5_4A32_D192_ED03))
        return next
    }

    /// Uniform in 0..<1.
    var unit: Double {
        Double(state >> 11) * 0x1p-53
    }

    /// Uniform in 0..<bound.
    func below(_ bound: Int) -> Int {
        Int(unit * Double(bound))
    }

    func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }

    /// The finalizer of SplitMix64. https://prng.di.unimi.it/splitmix64.c
    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
