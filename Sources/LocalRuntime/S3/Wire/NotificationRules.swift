import AWSProtocol

/// What S3 demands of a notification configuration.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
enum NotificationRules {
    private static let destinations = ["QueueConfiguration": "Queue", "CloudFunctionConfiguration": "CloudFunction"]

    /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
    private static let events: Set<String> = [
        "s3:IntelligentTiering", "s3:LifecycleExpiration:*", "s3:LifecycleExpiration:Delete",
        "s3:LifecycleExpiration:DeleteMarkerCreated", "s3:LifecycleTransition", "s3:ObjectAcl:Put",
        "s3:ObjectCreated:*", "s3:ObjectCreated:CompleteMultipartUpload", "s3:ObjectCreated:Copy",
        "s3:ObjectCreated:Post", "s3:ObjectCreated:Put", "s3:ObjectRemoved:*", "s3:ObjectRemoved:Delete",
        "s3:ObjectRemoved:DeleteMarkerCreated", "s3:ObjectRestore:*", "s3:ObjectRestore:Completed",
        "s3:ObjectRestore:Delete", "s3:ObjectRestore:Post", "s3:ObjectTagging:*", "s3:ObjectTagging:Delete",
        "s3:ObjectTagging:Put", "s3:ReducedRedundancyLostObject", "s3:Replication:*",
        "s3:Replication:OperationFailedReplication", "s3:Replication:OperationMissedThreshold",
        "s3:Replication:OperationNotTracked", "s3:Replication:OperationReplicatedAfterThreshold",
    ]

    static func checked(_ configurations: [XMLNode]) throws -> [XMLNode] {
        let checked = try configurations.map(checked)
        let routes = checked.compactMap(EventRoute.init)
        for (index, route) in routes.enumerated() {
            guard let other = routes[..<index].first(where: route.overlaps) else { continue }
            throw S3Error.overlappingNotifications(areFiltered: route.isFiltered || other.isFiltered)
        }
        return checked
    }

    private static func checked(_ configuration: XMLNode) throws -> XMLNode {
        if ["TopicConfiguration", "EventBridgeConfiguration"].contains(configuration.name) {
            throw NotImplemented("\(configuration.name) of PutBucketNotificationConfiguration")
        }
        guard let destination = destinations[configuration.name], let arn = configuration.text(of: destination) else {
            throw S3Error.malformedXML
        }
        guard arn.split(separator: ":", omittingEmptySubsequences: false).count >= 6, arn.hasPrefix("arn:") else {
            throw S3Error.invalidArgument("The ARN could not be parsed", name: destination, value: arn)
        }
        let named = configuration.all("Event").map(\.text)
        guard !named.isEmpty else { throw S3Error.malformedXML }
        if let unknown = named.first(where: { !events.contains($0) }) {
            throw S3Error.invalidArgument(
                "The event '\(unknown)' is not supported for notifications", name: "Event", value: unknown)
        }
        var configuration = configuration
        if configuration["Id"]?.text.isEmpty ?? true {
            configuration.children.removeAll { $0.name == "Id" }
            configuration.children.insert(XMLNode(name: "Id", text: BodyFile.random().name), at: 0)
        }
        configuration.children = try configuration.children.map(withFilterNames)
        return configuration
    }

    /// S3 takes `prefix` in any case and gives it back as `Prefix`.
    private static func withFilterNames(_ node: XMLNode) throws(S3Error) -> XMLNode {
        var node = node
        if node.name == "FilterRule" {
            let name = node.text(of: "Name") ?? ""
            guard ["prefix", "suffix"].contains(name.lowercased()) else {
                throw .invalidArgument(
                    "filter rule name must be either prefix or suffix", name: "FilterRule.Name", value: name)
            }
            let value = XMLNode(name: "Value", text: node.text(of: "Value") ?? "")
            node.children = [XMLNode(name: "Name", text: name.lowercased() == "prefix" ? "Prefix" : "Suffix"), value]
            return node
        }
        var children: [XMLNode] = []
        for child in node.children { children.append(try withFilterNames(child)) }
        node.children = children
        return node
    }
}
