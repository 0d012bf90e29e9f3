import AWSProtocol

/// Where a function stands in its life, as an answer tells of it.
///
/// Here a function is ready before CreateFunction answers. Clients are told what AWS tells at that moment all the same, so
/// that they wait as they must there, and find it ready at the first look.
/// https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
enum FunctionStage {
    /// In a list, which leaves the state out.
    case listed
    /// Just made. The revision is that of this stage: the settled function has another.
    case made(revision: String)
    /// Just changed, likewise.
    case changed(revision: String)
    case settled

    var revision: String? {
        switch self {
        case .made(let revision), .changed(let revision): revision
        case .listed, .settled: nil
        }
    }

    func members(_ runtime: FunctionConfiguration.Runtime, region: String) -> JSONObject {
        var members: JSONObject
        switch self {
        case .listed: return [:]
        case .made: members = ["State": "Pending", "StateReason": Self.reason, "StateReasonCode": "Creating"]
        case .changed:
            members = [
                "State": "Active", "LastUpdateStatus": "InProgress", "LastUpdateStatusReason": Self.reason,
                "LastUpdateStatusReasonCode": "Creating",
            ]
        case .settled: members = ["State": "Active", "LastUpdateStatus": "Successful"]
        }
        members.append("RuntimeVersionConfig", ["RuntimeVersionArn": .string(Self.arn(of: runtime, region))])
        return members
    }

    /// AWS's words, of a change as well.
    private static let reason: JSONValue = "The function is being created."

    /// AWS names the version of a runtime by a digest. There is one version of each here, named by that of its name.
    private static func arn(of runtime: FunctionConfiguration.Runtime, _ region: String) -> String {
        "arn:aws:lambda:\(region)::runtime:\(Hex.encode(Digest.of(Array(runtime.rawValue.utf8), .sha256)))"
    }
}
