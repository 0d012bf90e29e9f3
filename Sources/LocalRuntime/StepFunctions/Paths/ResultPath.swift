import AWSProtocol

/// Where a result goes in the state's input: `null` drops it, `$` replaces the input.
/// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultpath.html
enum ResultPath: Sendable, Equatable {
    case discard
    case place(JSONPath)

    static let replace = ResultPath.place(.whole)

    /// The input with the result in its place.
    ///
    /// - Throws: `States.ResultPathMatchFailure` when the place lies inside something that has no members.
    func combine(_ result: JSONValue, into input: JSONValue) throws(StateFailure) -> JSONValue {
        switch self {
        case .discard: return input
        case .place(let path):
            guard let combined = Self.set(path.steps[...], of: input, to: result) else {
                throw StateFailure.resultPathMatch(path: path.text, input: input)
            }
            return combined
        }
    }

    private static func set(_ steps: ArraySlice<JSONPath.Step>, of value: JSONValue?, to result: JSONValue)
        -> JSONValue?
    {
        guard let step = steps.first else { return result }
        switch (step, value) {
        case (.member(let name), .object(let object)?):
            guard let inner = set(steps.dropFirst(), of: object[name], to: result) else { return nil }
            return .object(object.replacing(name, with: inner))
        case (.member(let name), nil):
            guard let inner = set(steps.dropFirst(), of: nil, to: result) else { return nil }
            return .object([name: inner])
        case (.index(let index), .array(var list)?) where list.indices.contains(index):
            guard let inner = set(steps.dropFirst(), of: list[index], to: result) else { return nil }
            list[index] = inner
            return .array(list)
        default: return nil
        }
    }
}

extension JSONObject {
    /// The object with a member set where it stood, or at the end when it is new.
    func replacing(_ name: String, with value: JSONValue) -> JSONObject {
        guard self[name] != nil else {
            var copy = self
            copy.append(name, value)
            return copy
        }
        var isSet = false
        return JSONObject(
            members.compactMap { member in
                guard member.name.utf8.elementsEqual(name.utf8) else { return (member.name, member.value) }
                defer { isSet = true }
                return isSet ? nil : (name, value)
            })
    }
}
