/// Sums over a set of silver rows (LAKE_SPEC 3). They wrap past 64 bits rather than stop the job.
struct Measures {
    /// n, V, S and W of the specification.
    private(set) var rowCount: Int64 = 0
    private(set) var viewers: Int64 = 0
    private(set) var seconds: Int64 = 0
    private(set) var viewerSeconds: Int64 = 0
    private(set) var peak = Int64.min
    private(set) var adultCount: Int64 = 0
    /// Distinct streams, counted by whoever knows which are new.
    var streamCount: Int64 = 0

    @inline(__always)
    mutating func add(viewers: Int64, seconds: Int64, isAdult: Bool) {
        rowCount &+= 1
        self.viewers &+= viewers
        self.seconds &+= seconds
        viewerSeconds &+= viewers &* seconds
        peak = max(peak, viewers)
        adultCount &+= isAdult ? 1 : 0
    }

    /// Adds another set of rows. Distinct streams do not add up and stay as they are.
    mutating func add(_ other: Measures) {
        rowCount &+= other.rowCount
        viewers &+= other.viewers
        seconds &+= other.seconds
        viewerSeconds &+= other.viewerSeconds
        peak = max(peak, other.peak)
        adultCount &+= other.adultCount
    }

    var minutes: Double { Double(seconds) / 60.0 }
    var hours: Double { Double(viewerSeconds) / 3600.0 }
    var meanViewers: Double { Double(viewers) / Double(rowCount) }
}

/// The name at the latest snapshot: that of the row with the greatest (`slot_coleta`, `id_stream`).
struct LatestName {
    private(set) var slot = Int64.min
    private(set) var idStream = Int64.min
    /// The name's place in a pool.
    var code: UInt32 = 0

    /// True, and taken note of, when the row is later than those before.
    @inline(__always)
    mutating func isLatest(slot: Int64, idStream: Int64) -> Bool {
        guard slot > self.slot || (slot == self.slot && idStream >= self.idStream) else { return false }
        self.slot = slot
        self.idStream = idStream
        return true
    }

    mutating func take(_ other: LatestName) {
        if isLatest(slot: other.slot, idStream: other.idStream) { code = other.code }
    }
}

/// Keys numbered in order of first sight.
struct Numbering<Key: Hashable64> {
    private(set) var keys = SegmentedArray<Key>()
    private var table = CodeTable(minimumCapacity: 32)

    /// About the memory that keys and table take.
    var byteCount: Int { keys.count * MemoryLayout<Key>.stride + table.byteCount }

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
