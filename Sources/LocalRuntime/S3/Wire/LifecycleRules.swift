/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
enum LifecycleRules {
    private static let actions = [
        "AbortIncompleteMultipartUpload", "Expiration", "NoncurrentVersionExpiration", "NoncurrentVersionTransition",
        "Transition",
    ]

    static func checked(_ rules: [XMLNode]) throws(S3Error) -> [XMLNode] {
        guard 1...1000 ~= rules.count, rules.allSatisfy({ $0.name == "Rule" }) else { throw .malformedXML }
        var ids: Set<String> = []
        var checked: [XMLNode] = []
        for rule in rules {
            let rule = try Self.checked(rule)
            guard ids.insert(rule.text(of: "ID") ?? "").inserted else {
                throw .invalidArgument(
                    "Rule ID must be unique. Found same ID for more than one rule", name: "ID",
                    value: rule.text(of: "ID"))
            }
            checked.append(rule)
        }
        return checked
    }

    private static func checked(_ rule: XMLNode) throws(S3Error) -> XMLNode {
        guard ["Enabled", "Disabled"].contains(rule.text(of: "Status") ?? ""),
            (rule["Filter"] == nil) != (rule["Prefix"] == nil), (rule["Filter"]?.children.count ?? 0) <= 1
        else { throw .malformedXML }
        guard rule.children.contains(where: { actions.contains($0.name) }) else {
            throw .invalidRequest("At least one action needs to be specified in a rule")
        }
        if let expiration = rule["Expiration"] { try check(expiration) }
        if let noncurrent = rule["NoncurrentVersionExpiration"] { try check(noncurrent: noncurrent) }
        for transition in rule.all("Transition") { try check(transition: transition) }
        try check(filter: rule["Filter"])
        var rule = rule
        guard let id = rule.text(of: "ID"), !id.isEmpty else {
            rule.children.removeAll { $0.name == "ID" }
            rule.children.insert(XMLNode(name: "ID", text: BodyFile.random().name), at: 0)
            return rule
        }
        guard id.utf8.count <= 255 else {
            throw .invalidArgument("ID length should not exceed allowed limit of 255", name: "ID", value: id)
        }
        return rule
    }

    private static func check(noncurrent expiration: XMLNode) throws(S3Error) {
        guard let days = expiration.text(of: "NoncurrentDays"), let number = Int(days) else { throw .malformedXML }
        guard number > 0 else {
            throw .invalidArgument(
                "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer",
                name: "NoncurrentDays", value: days)
        }
    }

    private static let colderClasses = [
        "DEEP_ARCHIVE", "GLACIER", "GLACIER_IR", "INTELLIGENT_TIERING", "ONEZONE_IA", "STANDARD_IA",
    ]

    private static func check(transition: XMLNode) throws(S3Error) {
        guard let storageClass = transition.text(of: "StorageClass"), colderClasses.contains(storageClass),
            (transition["Days"] == nil) != (transition["Date"] == nil)
        else { throw .malformedXML }
        guard let days = transition.text(of: "Days") else { return }
        guard let number = Int(days) else { throw .malformedXML }
        guard number >= 30 || !storageClass.hasSuffix("_IA") else {
            throw .invalidArgument(
                "'Days' in Transition action must be greater than or equal to 30 for storageClass '\(storageClass)'",
                name: "Days", value: days)
        }
    }

    private static func check(filter: XMLNode?) throws(S3Error) {
        let names = ["And", "ObjectSizeGreaterThan", "ObjectSizeLessThan", "Prefix", "Tag"]
        let conditions = (filter?.children ?? []) + (filter?["And"]?.children ?? [])
        guard conditions.allSatisfy({ names.contains($0.name) }), filter?["And"]?["And"] == nil else {
            throw .malformedXML
        }
        let keys = conditions.filter { $0.name == "Tag" }.map { Array(($0.text(of: "Key") ?? "").utf8) }
        guard Set(keys).count == keys.count else { throw .invalidRequest("Duplicate Tag Keys are not allowed.") }
    }

    private static func check(_ expiration: XMLNode) throws(S3Error) {
        guard expiration.children.count == 1 else { throw .malformedXML }
        if let days = expiration.text(of: "Days") {
            guard let number = Int(days) else { throw .malformedXML }
            guard number > 0 else {
                throw .invalidArgument(
                    "'Days' for Expiration action must be a positive integer", name: "Days", value: days)
            }
        }
        if let date = expiration.text(of: "Date"), !date.contains("T00:00:00") {
            throw .invalidArgument("'Date' must be at midnight GMT", name: "Date", value: date)
        }
    }
}
