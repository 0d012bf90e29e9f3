package import FoundationEssentials

/// Under which condition an object is written.
///
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
package enum S3WriteCondition: Sendable, Equatable {
    /// Only when no object has the key: `If-None-Match: *`.
    case ifNoneMatch
    /// Only in place of the object with this ETag: `If-Match`.
    case ifMatch(String)

    var header: (name: String, value: String) {
        switch self {
        case .ifNoneMatch: ("If-None-Match", "*")
        case .ifMatch(let eTag): ("If-Match", eTag)
        }
    }
}

/// Which bytes of an object are wanted. https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2
package enum S3ByteRange: Sendable, Equatable {
    /// From the first to the last offset, both included.
    case bytes(ClosedRange<Int>)
    /// From an offset to the end.
    case from(Int)
    /// The last bytes, as many as given: where a Parquet file has its footer.
    case last(Int)

    var header: String {
        switch self {
        case .bytes(let range): "bytes=\(range.lowerBound)-\(range.upperBound)"
        case .from(let offset): "bytes=\(offset)-"
        case .last(let count): "bytes=-\(count)"
        }
    }
}

/// What S3 says of an object beside its bytes.
package struct S3ObjectInfo: Sendable, Equatable {
    /// With its quotation marks, as `ifMatch` takes it.
    package let eTag: String

    /// The whole object's length in bytes, also when a range was asked for.
    package let size: Int

    package let contentType: String?

    /// The caller's own metadata; S3 lowers the names.
    package let metadata: [String: String]

    /// In a versioned bucket.
    package let versionID: String?
}

/// An object's bytes, or the part of them that was asked for.
package struct S3Object: Sendable, Equatable {
    package let info: S3ObjectInfo
    package let body: [UInt8]
}

/// What a write left in the bucket.
package struct S3PutResult: Sendable, Equatable {
    /// With its quotation marks, as `ifMatch` takes it.
    package let eTag: String

    /// In a versioned bucket.
    package let versionID: String?
}

/// A line of a listing.
package struct S3ListedObject: Sendable, Equatable {
    package let key: String
    package let eTag: String

    /// In bytes.
    package let size: Int

    package let lastModified: Date
}

/// A page of a listing, at most 1,000 keys in the order of their UTF-8 bytes.
package struct S3ListPage: Sendable, Equatable {
    package let objects: [S3ListedObject]

    /// The keys' beginnings up to the delimiter, one for all keys that share it.
    package let commonPrefixes: [String]

    /// Asks for the next page; nil on the last.
    package let continuationToken: String?
}

/// When a body is sent in parts. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
package struct S3MultipartLimits: Sendable {
    /// A longer body is sent in parts, in bytes.
    package var threshold: Int

    /// The length of all parts but the last, in bytes; longer where `partCount` would not do.
    package var partSize: Int

    package var partCount: Int

    /// How many parts are on their way together.
    package var atOnce: Int

    package init(threshold: Int, partSize: Int, partCount: Int, atOnce: Int) {
        self.threshold = threshold
        self.partSize = partSize
        self.partCount = partCount
        self.atOnce = atOnce
    }

    package static let aws = S3MultipartLimits(
        threshold: 8 << 20, partSize: 8 << 20, partCount: 10_000, atOnce: 4)

    func parts(of count: Int) -> [Range<Int>] {
        let size = max(partSize, (count + partCount - 1) / partCount)
        return stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
    }
}
