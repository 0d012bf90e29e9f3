import AWSProtocol
import EmulatorClock
import GRDB

/// When a lifecycle's rule would remove an object: what `x-amz-expiration` tells. Nothing is removed here.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html
struct LifecycleExpiration: Sendable, Equatable {
    let date: Timestamp
    let ruleID: String

    var header: String { "expiry-date=\"\(date.httpDate)\", rule-id=\"\(PercentEncoding.encode(ruleID))\"" }

    /// Of all rules that apply the one whose day comes first.
    static func of(_ version: ObjectVersion, under rules: [XMLNode]) -> LifecycleExpiration? {
        let all = rules.filter { applies($0, to: version) }.compactMap { rule in
            rule["Expiration"].flatMap { date(of: $0, version) }
                .map { LifecycleExpiration(date: $0, ruleID: rule.text(of: "ID") ?? "") }
        }
        return all.min { $0.date < $1.date }
    }

    /// Days are counted from the midnight that follows the object's last change.
    private static func date(of expiration: XMLNode, _ version: ObjectVersion) -> Timestamp? {
        if let date = expiration.text(of: "Date") { return Timestamp(rfc3339: date) }
        guard let days = expiration.text(of: "Days").flatMap({ Int64($0) }) else { return nil }
        let day_ms: Int64 = 86_400_000
        return Timestamp(milliseconds: (version.lastModified.milliseconds / day_ms + 1 + days) * day_ms)
    }

    private static func applies(_ rule: XMLNode, to version: ObjectVersion) -> Bool {
        guard rule.text(of: "Status") == "Enabled" else { return false }
        let filter = rule["Filter"]
        let conditions = filter?["And"]?.children ?? filter?.children ?? rule.all("Prefix")
        return conditions.allSatisfy { holds($0, for: version) }
    }

    private static func holds(_ condition: XMLNode, for version: ObjectVersion) -> Bool {
        switch condition.name {
        case "Prefix": version.key.hasPrefix(Array(condition.text.utf8))
        case "Tag":
            version.tags.contains(Tag(key: condition.text(of: "Key") ?? "", value: condition.text(of: "Value") ?? ""))
        case "ObjectSizeGreaterThan": Int64(condition.text).map { version.size_bytes > $0 } ?? false
        case "ObjectSizeLessThan": Int64(condition.text).map { version.size_bytes < $0 } ?? false
        default: false
        }
    }
}

extension S3Service {
    static func expiration(
        of version: ObjectVersion, in bucket: Bucket, _ db: Database
    ) throws -> LifecycleExpiration? {
        guard let document = try S3Store.configuration(.lifecycle, of: bucket, db) else { return nil }
        return LifecycleExpiration.of(version, under: try XMLReader.read(Array(document.text.utf8)).children)
    }
}
