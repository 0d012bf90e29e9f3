import AWSProtocol

/// The statements that `AddPermission` writes into a queue's access policy, and `RemovePermission` takes out again.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html
struct QueuePolicy {
    private static let mostStatements = 20
    private static let mostActions = 7
    /// What an owner may let others do.
    private static let shareable: Set<String> = [
        "*", "ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl",
        "ListDeadLetterSourceQueues", "PurgeQueue", "ReceiveMessage", "SendMessage",
    ]

    /// Whether there was a policy before.
    private let isSet: Bool
    private var document: JSONObject
    private var statements: [JSONValue]

    /// - Parameter text: the policy as the queue has it; nil begins one of the form that SQS gives its own.
    init(_ text: String?, queueARN: String) {
        isSet = text != nil
        document =
            text.flatMap { try? JSONValue(parsing: $0) }?.object
            ?? ["Version": "2008-10-17", "Id": .string("\(queueARN)/SQSDefaultPolicy")]
        let statement = document["Statement"]
        statements = statement?.array ?? (statement?.object).map { [.object($0)] } ?? []
    }

    /// nil when nothing is left to say.
    var text: String? {
        guard !statements.isEmpty else { return nil }
        var document = document
        document["Statement"] = .array(statements)
        return JSONValue.object(document).text
    }

    mutating func add(label: String, accounts: [String], actions: [String], queueARN: String) throws(SQSError) {
        try Self.check(actions)
        guard !statements.contains(where: { $0["Sid"]?.string == label }) else {
            throw .value(label, of: "Label", reason: "Already exists.")
        }
        guard statements.count < Self.mostStatements else {
            throw .overLimit(
                "\(statements.count + 1) Statements were found, maximum allowed is \(Self.mostStatements).")
        }
        statements.append([
            "Sid": .string(label), "Effect": "Allow",
            "Principal": ["AWS": Self.oneOrMany(accounts.map { "arn:aws:iam::\($0):root" })],
            "Action": Self.oneOrMany(actions.map { "SQS:\($0)" }), "Resource": .string(queueARN),
        ])
    }

    mutating func remove(label: String) throws(SQSError) {
        guard let index = statements.firstIndex(where: { $0["Sid"]?.string == label }) else {
            throw .value(
                label, of: "Label", reason: isSet ? "can't find label on existing policy." : "can't find label.")
        }
        statements.remove(at: index)
    }

    private static func check(_ actions: [String]) throws(SQSError) {
        guard actions.count <= mostActions else {
            throw .overLimit("\(actions.count) Actions were found, maximum allowed is \(mostActions).")
        }
        for action in actions where !shareable.contains(action) {
            let isOwners = SQSOperation(rawValue: action).map { !$0.rawValue.hasSuffix("Batch") } ?? false
            throw .value(
                "SQS:\(action)", of: "ActionName",
                reason: isOwners
                    ? "Only the queue owner is allowed to invoke this action."
                    : "Please refer to the appropriate WSDL for a list of valid actions.")
        }
    }

    /// The bound that holds for a policy of the owner's own writing, too.
    func checkActions() throws(SQSError) {
        let counts = statements.map { $0["Action"]?.array?.count ?? 1 }
        if let count = counts.first(where: { $0 > Self.mostActions }) {
            throw .overLimit(
                "\(count) actions were found in a statement from the submitted policy, "
                    + "max allowed is \(Self.mostActions).")
        }
    }

    private static func oneOrMany(_ texts: [String]) -> JSONValue {
        texts.count == 1 ? .string(texts[0]) : .array(texts.map { .string($0) })
    }
}
