/// Sums over a set of silver rows (LAKE_SPEC 3). They wrap past 64 bits rather than stop the job.
struct Measures {
    /// n, V, S and W of the specification.
    private(set) var rowCount: Int64 = 0
    private(set) var viewers: Int64 = 0
    private(set) var seconds: Int64 = 0
    private(set) var viewerSeconds: Int64 = 0
    private(set) var peak = Int64.min
    /// Distinct streams, counted by whoever knows which are new.
    var streamCount: Int64 = 0

    @inline(__always)
    mutating func add(viewers: Int64, seconds: Int64) {
        rowCount += 1
        self.viewers &+= viewers
        self.seconds &+= seconds
        viewerSeconds &+= viewers &* seconds
        peak = max(peak, viewers)
    }

    var minutes: Double { Double(seconds) / 60.0 }
    var hours: Double { Double(viewerSeconds) / 3600.0 }
    var meanViewers: Double { Double(viewers) / Double(rowCount) }
}

/// The name at the latest snapshot: that of the row with the greatest (`slot_coleta`, `id_stream`).
struct LatestName {
    private var slot = Int64.min
    private var idStream = Int64.min
    private(set) var code: UInt32 = 0

    /// Takes the name if the row is later; `name` is asked only then, and is given the code so far.
    @inline(__always)
    mutating func see(
        slot: Int64, idStream: Int64, _ name: (UInt32) throws(ParquetProblem) -> UInt32
    ) throws(ParquetProblem) {
        guard (slot, idStream) >= (self.slot, self.idStream) else { return }
        self.slot = slot
        self.idStream = idStream
        code = try name(code)
    }
}

/// A set of pairs of indices.
struct PairSet {
    private var pairs: [UInt64] = []
    private var table = CodeTable(minimumCapacity: 32)

    /// True when the pair was not there before.
    @inline(__always)
    mutating func insert(_ left: UInt32, _ right: UInt32) -> Bool {
        let pair = UInt64(left) << 32 | UInt64(right)
        let next = UInt32(truncatingIfNeeded: pairs.count)
        let code = table.code(
            hash: KeyHash.hash(pair), newCode: next, isMatch: { pairs[Int($0)] == pair },
            hashOf: { KeyHash.hash(pairs[Int($0)]) })
        guard code == next else { return false }
        pairs.append(pair)
        return true
    }
}

/// Keys numbered in order of first sight.
struct Numbering<Key: Hashable64> {
    private(set) var keys: [Key] = []
    private var table = CodeTable(minimumCapacity: 32)

    @inline(__always)
    mutating func number(of key: Key) -> UInt32 {
        let next = UInt32(truncatingIfNeeded: keys.count)
        let code = table.code(
            hash: key.hash64, newCode: next, isMatch: { keys[Int($0)] == key }, hashOf: { keys[Int($0)].hash64 })
        if code == next { keys.append(key) }
        return code
    }
}

/// A key with a hash of its own, cheaper than the standard library's.
protocol Hashable64: Equatable {
    var hash64: UInt64 { get }
}

extension Int64: Hashable64 {
    var hash64: UInt64 { KeyHash.hash(UInt64(bitPattern: self)) }
}
