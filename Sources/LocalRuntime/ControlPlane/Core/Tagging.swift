import AWSProtocol

/// The three operations by which most services tag what an ARN names: TagResource, UntagResource, ListTagsForResource.
/// https://docs.aws.amazon.com/athena/latest/APIReference/API_TagResource.html, and the same of each service.
struct Tagging: Sendable {
    let kind: RecordKind
    /// The parameter that holds the ARN: AWS's services do not spell it alike.
    let arnMember: String
    var tagsMember = "Tags"
    var keysMember = "TagKeys"
    let tooMany: any ServiceError
    /// The record that an ARN names, and the refusal where there is none.
    let resource: @Sendable (_ arn: String) -> (name: String, absent: any ServiceError)

    var operations: [String: ControlService.Operation] {
        [
            "TagResource": { call, records in
                let tags = Tags(list: call.parameters[tagsMember])
                try change(call, records) { $0 = try tags.added(to: $0, tooMany: tooMany) }
                return [:]
            },
            "UntagResource": { call, records in
                try change(call, records) { $0 = Tags.removed(call.texts(keysMember), from: $0) }
                return [:]
            },
            "ListTagsForResource": { call, records in
                var tags: JSONValue = []
                try change(call, records) { tags = Tags(of: $0).list }
                return JSONObject([(tagsMember, tags)])
            },
        ]
    }

    private func change(
        _ call: ControlCall, _ records: ControlRecords, _ change: (inout JSONObject) throws -> Void
    ) throws {
        let (name, absent) = resource(try call.required(arnMember))
        try records.update(kind, name, orThrow: absent, change)
    }
}
