import AWSProtocol

extension Directory {
    /// `GET /streams` as it comes out under defects.
    func streams(_ query: HelixQuery, _ strikes: Set<TwitchDefect>) throws -> JSONValue {
        if strikes.contains(.invalidCursor) { throw HelixError.invalidCursor }
        var query = query
        if strikes.contains(.shortPages) {
            query = query.setting("first", to: String(max(1, try query.pageSize() / 5)))
        }
        let page = try streams(query)
        var items = page["data"]?.array ?? []
        var cursor = page["pagination"]?["cursor"]?.string
        if strikes.contains(.shortPages), !items.isEmpty { cursor = cursor ?? endCursor }
        if strikes.contains(.loopCursor) { cursor = firstCursor }
        if strikes.contains(.nullTags) { items = items.map(Self.withoutTags) }
        return ["data": .array(items), "pagination": cursor.map { ["cursor": .string($0)] } ?? [:]]
    }

    private static func withoutTags(_ item: JSONValue) -> JSONValue {
        guard let fields = item.object else { return item }
        return .object(
            JSONObject(fields.members.map { ($0.name, ["tags", "tag_ids"].contains($0.name) ? .null : $0.value) }))
    }
}

extension HTTPResponse {
    /// What a load balancer says when nothing behind it answers: no JSON, no rate limit's headers.
    static let errorPage = HTTPResponse(
        status: 500, headers: ["Content-Type": "text/html"],
        body: .bytes(Array("<html><head><title>500 Internal Server Error</title></head></html>\n".utf8)))

    /// The same answer, of which half arrives.
    var cutInTheMiddle: HTTPResponse {
        var response = self
        response.body = .cut(Array(bytes.prefix(bytes.count / 2)), length: Int64(bytes.count))
        return response
    }
}
