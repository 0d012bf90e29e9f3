import AWSProtocol

/// `Parameters`, `ResultSelector`, `ItemSelector`: JSON in which a member `"name.$"` takes its value from a path or an
/// intrinsic function.
/// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-inputpath-params.html#input-output-parameters
indirect enum PayloadTemplate: Sendable, Equatable {
    case literal(JSONValue)
    case array([PayloadTemplate])
    case object([Member])

    struct Member: Sendable, Equatable {
        let name: String
        let content: Content
    }

    enum Content: Sendable, Equatable {
        case template(PayloadTemplate)
        case path(JSONPath)
        case intrinsic(Intrinsic)
    }

    /// Reads a template.
    ///
    /// - Parameter report: told of each member that is neither path nor intrinsic function, with its place.
    init(_ value: JSONValue, at place: String, report: (_ place: String, _ reason: String) -> Void) {
        switch value {
        case .array(let items):
            self = .array(
                items.enumerated().map { PayloadTemplate($0.element, at: "\(place)[\($0.offset)]", report: report) })
        case .object(let object):
            self = .object(object.members.compactMap { Self.member($0, place, report) })
        default: self = .literal(value)
        }
    }

    private static func member(
        _ member: JSONObject.Member, _ place: String, _ report: (_ place: String, _ reason: String) -> Void
    ) -> Member? {
        let place = "\(place)/\(member.name)"
        guard member.name.hasSuffix(".$") else {
            return Member(
                name: member.name, content: .template(PayloadTemplate(member.value, at: place, report: report)))
        }
        guard let text = member.value.string else {
            report(place, "The value for the field '\(member.name)' must be a STRING that contains a JSONPath")
            return nil
        }
        do {
            let content: Content =
                text.hasPrefix("States.") ? .intrinsic(try Intrinsic(text)) : .path(try JSONPath(text))
            return Member(name: String(member.name.dropLast(2)), content: content)
        } catch {
            report(
                place,
                "The value for the field '\(member.name)' must be a valid JSONPath or a valid intrinsic function call: "
                    + error.reason)
            return nil
        }
    }

    /// The template with its paths followed and its functions called.
    func fill(from scope: PathScope, random: inout StepRandom) throws(StateFailure) -> JSONValue {
        switch self {
        case .literal(let value): return value
        case .array(let items):
            var values: [JSONValue] = []
            for item in items { values.append(try item.fill(from: scope, random: &random)) }
            return .array(values)
        case .object(let members):
            var object = JSONObject()
            for member in members {
                object.append(member.name, try Self.value(of: member, scope, &random))
            }
            return .object(object)
        }
    }

    private static func value(
        of member: Member, _ scope: PathScope, _ random: inout StepRandom
    ) throws(StateFailure) -> JSONValue {
        switch member.content {
        case .template(let template): return try template.fill(from: scope, random: &random)
        case .intrinsic(let intrinsic): return try intrinsic.evaluate(in: scope, random: &random)
        case .path(let path):
            switch scope.find(path) {
            case .value(let value): return value
            // AWS gives null for an index past the end here, though nowhere else.
            case .pastTheEnd: return .null
            case .nothing: throw .missingPath(path.text, field: "\(member.name).$", input: scope.input)
            }
        }
    }
}
