/// An array that grows by segments and never moves what it holds: an ordinary one needs three times its size while it
/// doubles, which for the millions of groups of a busy date is most of the memory that there is.
struct SegmentedArray<Element> {
    private var segments: [[Element]] = []
    private(set) var count = 0

    private static var segmentBits: Int { 14 }
    private static var segmentCount: Int { 1 << segmentBits }

    @inline(__always)
    subscript(index: Int) -> Element {
        _read { yield segments[index >> Self.segmentBits][index & (Self.segmentCount - 1)] }
        _modify { yield &segments[index >> Self.segmentBits][index & (Self.segmentCount - 1)] }
    }

    mutating func append(_ element: Element) {
        if count & (Self.segmentCount - 1) == 0 {
            segments.append([])
            // The first one grows as it likes: most arrays stay small.
            if count > 0 { segments[segments.count - 1].reserveCapacity(Self.segmentCount) }
        }
        segments[segments.count - 1].append(element)
        count += 1
    }
}

extension SegmentedArray: RandomAccessCollection {
    var startIndex: Int { 0 }
    var endIndex: Int { count }
}
