import AWSProtocol

extension ControlService {
    /// Security Token Service: who the caller is. Credentials are never issued: none are checked.
    /// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    package static func sts(_ foundation: ControlFoundation) -> ControlService {
        ControlService(
            "sts", .query(namespace: "https://sts.amazonaws.com/doc/2011-06-15/"), isGlobal: true,
            [
                "GetCallerIdentity": { call, _ in
                    [
                        "Arn": .string("arn:aws:iam::\(call.account):root"), "UserId": .string(call.account),
                        "Account": .string(call.account),
                    ]
                }
            ], foundation)
    }
}
