/// The `Range` of a read. https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2
enum ByteRange: Equatable {
    case from(Int64, through: Int64?)
    case last(Int64)

    /// Reads one range of bytes. S3 passes over anything else, several ranges too, and answers with the whole.
    init?(header: String) {
        guard header.hasPrefix("bytes=") else { return nil }
        let bounds = header.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, bounds.allSatisfy({ $0.utf8.allSatisfy { 48...57 ~= $0 } }) else { return nil }
        switch (Int64(bounds[0]), Int64(bounds[1])) {
        case (let start?, nil) where bounds[1].isEmpty: self = .from(start, through: nil)
        case (let start?, let end?) where start <= end: self = .from(start, through: end)
        case (nil, let count?) where bounds[0].isEmpty: self = .last(count)
        default: return nil
        }
    }

    /// The bytes that it means in an object of that size; nil when there are none.
    func bytes(of size_bytes: Int64) -> Range<Int64>? {
        switch self {
        case .from(let start, let end):
            guard start < size_bytes else { return nil }
            return start..<min(end ?? .max - 1, size_bytes - 1) + 1
        case .last(let count):
            guard count > 0, size_bytes > 0 else { return nil }
            return max(0, size_bytes - count)..<size_bytes
        }
    }
}
