/// Spreads keys over a hash table. The seed differs in every process, so that nobody can choose titles that collide;
/// nothing in a file depends on it, since codes are given in order of first sight.
enum KeyHash {
    private static let seed = UInt64.random(in: .min ... .max) | 1

    @inline(__always)
    static func hash(_ bits: UInt64) -> UInt64 {
        mix(bits ^ seed, 0x9E37_79B9_7F4A_7C15)
    }

    /// Eight bytes at a time; the last eight overlap those before.
    @inline(__always)
    static func hash(_ bytes: ByteView) -> UInt64 {
        let raw = UnsafeRawBufferPointer(bytes)
        var state = seed ^ UInt64(truncatingIfNeeded: raw.count)
        if raw.count >= 8 {
            var offset = 0
            while offset + 8 < raw.count {
                state = mix(state ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self), 0xA076_1D64_78BD_642F)
                offset += 8
            }
            let last = raw.loadUnaligned(fromByteOffset: raw.count - 8, as: UInt64.self)
            return mix(state ^ last, 0xE703_7ED1_A0B4_28DB)
        }
        var last: UInt64 = 0
        for byte in raw { last = last << 8 | UInt64(byte) }
        return mix(state ^ last, 0xE703_7ED1_A0B4_28DB)
    }

    @inline(__always)
    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (high, low) = left.multipliedFullWidth(by: right)
        return high ^ low
    }
}

/// An open-addressing table of codes; the keys lie with its owner. 0 marks a free place.
struct CodeTable {
    private var places: [UInt32]
    private(set) var count = 0

    init(minimumCapacity: Int) {
        places = Array(repeating: 0, count: 1 << max(4, RunLength.bitWidth(for: minimumCapacity * 2)))
    }

    var byteCount: Int { places.count * 4 }

    /// The code for which `isMatch` holds among those with this hash, or `newCode` after taking it in.
    /// `hashOf` gives the hash of a code taken in before, for when the table grows.
    @inline(__always)
    mutating func code(
        hash: UInt64, newCode: @autoclosure () -> UInt32, isMatch: (UInt32) -> Bool, hashOf: (UInt32) -> UInt64
    ) -> UInt32 {
        if count * 2 >= places.count { grow(hashOf) }
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: hash >> 20) & mask
        while true {
            let stored = places[place]
            if stored == 0 {
                let code = newCode()
                places[place] = code + 1
                count += 1
                return code
            }
            if isMatch(stored - 1) { return stored - 1 }
            place = (place + 1) & mask
        }
    }

    private mutating func grow(_ hashOf: (UInt32) -> UInt64) {
        let old = places
        places = Array(repeating: 0, count: old.count * 2)
        let mask = places.count - 1
        for stored in old where stored != 0 {
            var place = Int(truncatingIfNeeded: hashOf(stored - 1) >> 20) & mask
            while places[place] != 0 { place = (place + 1) & mask }
            places[place] = stored
        }
    }
}

/// Distinct 64-bit patterns in order of first sight.
struct BitsDictionary {
    private(set) var entries: [UInt64] = []
    private var table = CodeTable(minimumCapacity: 32)

    @inline(__always)
    mutating func code(for bits: UInt64) -> UInt32 {
        let next = UInt32(truncatingIfNeeded: entries.count)
        let code = table.code(
            hash: KeyHash.hash(bits), newCode: next, isMatch: { entries[Int($0)] == bits },
            hashOf: { KeyHash.hash(entries[Int($0)]) })
        if code == next { entries.append(bits) }
        return code
    }
}

/// Distinct strings in order of first sight; equal means equal bytes.
struct StringDictionary {
    private(set) var pool = StringPool()
    private var hashes: [UInt64] = []
    private var table = CodeTable(minimumCapacity: 32)

    @inline(__always)
    mutating func code(for bytes: ByteView) throws(ParquetProblem) -> UInt32 {
        let (code, isNew) = find(bytes)
        if isNew { _ = try pool.append(bytes) }
        return code
    }

    /// The code of a string that lies in a pool.
    @inline(__always)
    mutating func code(for code: UInt32, of views: StringViews) throws(ParquetProblem) -> UInt32 {
        let (found, isNew) = find(views[code])
        if isNew { _ = try pool.append(code, of: views) }
        return found
    }

    @inline(__always)
    private mutating func find(_ bytes: ByteView) -> (code: UInt32, isNew: Bool) {
        let hash = KeyHash.hash(bytes)
        let next = UInt32(truncatingIfNeeded: hashes.count)
        let code = table.code(
            hash: hash, newCode: next, isMatch: { hashes[Int($0)] == hash && pool.equals($0, bytes) },
            hashOf: { hashes[Int($0)] })
        if code == next { hashes.append(hash) }
        return (code, code == next)
    }
}
