import AWSProtocol

/// ListTags, TagResource and UntagResource for the ARNs of mappings; Lambda's own paths, which its endpoint sends here.
/// https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html
extension MappingService {
    private static let tagsPrefix = "/2017-03-31/tags/"

    func answerTags(_ request: AWSRequest) async throws -> HTTPResponse {
        let id = try taggedMapping(request)
        switch request.http.method {
        case "GET":
            let tags = try mapping(id).tags.sorted { $0.key < $1.key }
            return Self.response(
                ["Tags": .object(JSONObject(tags.map { ($0.key, .string($0.value)) }))], status: 200, request)
        case "POST":
            let tags = try await tags(of: request)
            try await changeTags(ofMapping: id) { $0.merge(tags) { _, new in new } }
        case "DELETE":
            let keys = request.query.filter { $0.name == "tagKeys" }.map(\.value)
            try await changeTags(ofMapping: id) { tags in keys.forEach { tags[$0] = nil } }
        default: throw NotImplemented("\(request.http.method) \(request.http.path)")
        }
        return HTTPResponse(status: 204, headers: ["x-amzn-RequestId": request.requestID])
    }

    private func taggedMapping(_ request: AWSRequest) throws -> String {
        let rest = request.http.path.dropFirst(Self.tagsPrefix.count)
        guard let arn = PercentEncoding.decode(rest), let mapping = mappings.first(where: { $0.arn == arn }) else {
            throw MappingError.resourceNotFound
        }
        return mapping.id
    }

    private func tags(of request: AWSRequest) async throws -> [String: String] {
        let body = try await request.http.body.collect(upTo: Self.largestBody)
        guard let tags = (try? JSONValue(parsing: body))?["Tags"]?.object?.members,
            tags.allSatisfy({ $0.value.string != nil })
        else { throw MappingError.invalidRequest("Could not parse request body into json.") }
        return Dictionary(tags.map { ($0.name, $0.value.string ?? "") }, uniquingKeysWith: { $1 })
    }
}
