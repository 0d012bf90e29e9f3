/// Distinct numbers in order of first sight. Nearly all lists of them are short and are searched; a long one gets a set,
/// so that no data makes the search slow.
struct DistinctNumbers {
    private(set) var numbers: [UInt32] = []
    private var set: Set<UInt32> = []

    private static let longestSearch = 32

    /// True when the number is new.
    @inline(__always)
    mutating func insert(_ number: UInt32) -> Bool {
        if numbers.count < Self.longestSearch {
            guard !numbers.contains(number) else { return false }
        } else {
            if set.isEmpty { set = Set(numbers) }
            guard set.insert(number).inserted else { return false }
        }
        numbers.append(number)
        return true
    }

    mutating func removeAll() {
        numbers.removeAll(keepingCapacity: true)
        if !set.isEmpty { set = [] }
    }
}
