import Glibc
import Synchronization

/// Random ids in UUID form, as AWS's request ids and SQS's message ids are.
package enum RequestID {
    @Sendable package static func random() -> String {
        let (first, second) = RandomWords.pair()
        var high = first & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        var low = second & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return String(unsafeUninitializedCapacity: 36) { text in
            for index in 0..<36 {
                if index == 8 || index == 13 || index == 18 || index == 23 {
                    text[index] = UInt8(ascii: "-")
                } else {
                    text[index] = Hex.lower[Int(high >> 60)]
                    high = high << 4 | low >> 60
                    low <<= 4
                }
            }
            return 36
        }
    }
}

/// The kernel's random numbers, fetched many at a time: a busy queue needs a hundred thousand ids a second, and each would
/// be two system calls.
package enum RandomWords {
    private struct Store {
        /// `getentropy` gives 256 bytes at most.
        var words = [UInt64](repeating: 0, count: 32)
        var used = 32
    }

    private static let store = Mutex(Store())

    /// Two of them.
    package static func pair() -> (UInt64, UInt64) {
        store.withLock { store in
            if store.used == store.words.count {
                let code = store.words.withUnsafeMutableBytes { getentropy($0.baseAddress, $0.count) }
                precondition(code == 0, "the kernel gives no random numbers")
                store.used = 0
            }
            defer { store.used += 2 }
            return (store.words[store.used], store.words[store.used + 1])
        }
    }
}
