import AWSProtocol
import EmulatorClock

/// One call: who calls, for what, with what.
struct SchedulerCall {
    static let name = CheckedMembers.Pattern.letters("^[0-9a-zA-Z-_.]+$", and: "-_.")
    static let token = CheckedMembers.Pattern.letters("^[a-zA-Z0-9-_]+$", and: "-_")

    let service: SchedulerService
    let request: AWSRequest
    let members: CheckedMembers

    func perform() async throws -> JSONObject {
        let steps = request.http.path.split(separator: "/", maxSplits: 1).map { PercentEncoding.decode($0) ?? "" }
        let resource = steps.count > 1 ? steps[1] : ""
        switch (request.http.method, steps.first ?? "", steps.count) {
        case ("POST", "schedules", 2): return try await createSchedule(resource)
        case ("GET", "schedules", 2): return try await getSchedule(resource)
        case ("PUT", "schedules", 2): return try await updateSchedule(resource)
        case ("DELETE", "schedules", 2): return try await deleteSchedule(resource)
        case ("GET", "schedules", 1): return try await listSchedules()
        case ("POST", "schedule-groups", 2): return try await createGroup(resource)
        case ("GET", "schedule-groups", 2): return try await getGroup(resource)
        case ("DELETE", "schedule-groups", 2): return try await deleteGroup(resource)
        case ("GET", "schedule-groups", 1): return try await listGroups()
        case ("GET", "tags", 2): return try await listTags(resource)
        case ("POST", "tags", 2): return try await tag(resource)
        case ("DELETE", "tags", 2): return try await untag(resource)
        default: throw NotImplemented("\(request.http.method) \(request.http.path) of EventBridge Scheduler")
        }
    }

    func groupID(_ name: String) -> ScheduleGroupID {
        ScheduleGroupID(account: request.scope.account, region: request.scope.region, name: name)
    }

    func checkedName(_ name: String) throws -> String {
        try CheckedMembers.check(name, at: "name", length: service.limits.name, pattern: Self.name)
        return name
    }

    /// A parameter of the query string, e.g. `groupName`.
    func query(
        _ name: String, length: ClosedRange<Int>? = nil, pattern: CheckedMembers.Pattern? = nil, oneOf: [String]? = nil
    ) throws -> String? {
        guard let text = request.query.last(where: { $0.name == name })?.value else { return nil }
        let place = name.prefix(1).lowercased() + name.dropFirst()
        try CheckedMembers.check(text, at: place, length: length, pattern: pattern, oneOf: oneOf)
        return text
    }

    func clientToken() throws -> String? {
        try members.string("ClientToken", length: 1...64, pattern: Self.token)
    }

    /// A page of a listing. The token is the name of the last element of the page before.
    func page<Element>(
        _ elements: [Element], as list: String, key: (Element) -> String, json: (Element) -> JSONValue
    ) throws -> JSONObject {
        var size = service.limits.page.upperBound
        if let text = try query("MaxResults") {
            guard let number = Int(text) else { throw SchedulerError.malformed("MaxResults is not a number.") }
            try CheckedMembers.check(number, at: "maxResults", in: service.limits.page)
            size = number
        }
        var rest = elements[...]
        if let token = try query("NextToken", length: 1...2048) {
            guard let last = elements.firstIndex(where: { key($0) == token }) else {
                throw SchedulerError.invalidToken
            }
            rest = elements[(last + 1)...]
        }
        let page = rest.prefix(size)
        var answer = JSONObject([(list, JSONValue.array(page.map(json)))])
        if page.count < rest.count, let last = page.last { answer["NextToken"] = .string(key(last)) }
        return answer
    }
}
