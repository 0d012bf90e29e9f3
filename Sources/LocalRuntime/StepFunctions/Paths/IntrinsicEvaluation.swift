import AWSProtocol

/// Where paths start: the input of a state, and the context object.
struct PathScope {
    let input: JSONValue
    let context: JSONValue

    func find(_ path: JSONPath) -> JSONPath.Finding {
        path.find(in: path.isContext ? context : input)
    }
}

/// Why a function refused its arguments.
struct IntrinsicRefusal: Error {
    let reason: String
}

extension Intrinsic {
    /// Carries out the call.
    ///
    /// - Throws: `StateFailure`: `States.Runtime` for a path that finds nothing, `States.IntrinsicFailure` otherwise.
    func evaluate(in scope: PathScope, random: inout StepRandom) throws(StateFailure) -> JSONValue {
        try evaluate(in: scope, random: &random, whole: text)
    }

    private func evaluate(
        in scope: PathScope, random: inout StepRandom, whole: String
    ) throws(StateFailure) -> JSONValue {
        var values: [JSONValue] = []
        for argument in arguments {
            values.append(try Self.value(of: argument, scope, &random, whole))
        }
        do {
            if function == .format { return .string(try format(values)) }
            return try function.apply(values, random: &random)
        } catch {
            throw StateFailure(
                error: "States.IntrinsicFailure",
                cause: "The function '\(whole)' had the following error: \(error.reason)", namesItsState: true)
        }
    }

    private static func value(
        of argument: Argument, _ scope: PathScope, _ random: inout StepRandom, _ whole: String
    ) throws(StateFailure) -> JSONValue {
        switch argument {
        case .text(let raw): return .string(unescape(raw))
        case .number(let text): return .number(text)
        case .bool(let value): return .bool(value)
        case .null: return .null
        case .call(let call): return try call.evaluate(in: scope, random: &random, whole: whole)
        case .path(let path):
            guard case .value(let value) = scope.find(path) else {
                throw .runtime(
                    "The function '\(whole)' had the following error: The JsonPath argument for the field "
                        + "'\(path.text)' could not be found in the input '\(scope.input.text)'")
            }
            return value
        }
    }

    private static func unescape(_ raw: String) -> String {
        var text = ""
        var isEscaped = false
        for character in raw {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                text.append(character)
                isEscaped = false
            }
        }
        return text
    }

    /// Puts the further arguments where the template says `{}`.
    private func format(_ values: [JSONValue]) throws(IntrinsicRefusal) -> String {
        guard let given = values[0].string else { throw IntrinsicRefusal(reason: "the template must be a string") }
        let template = if case .text(let raw) = arguments[0] { Array(raw) } else { Array(given) }
        var text = ""
        var rest = values.dropFirst()
        var position = 0
        while position < template.count {
            let character = template[position]
            position += 1
            if character == "\\", position < template.count {
                text.append(template[position])
                position += 1
            } else if character == "{" {
                guard position < template.count, template[position] == "}" else {
                    throw IntrinsicRefusal(reason: "a '{' that no '}' follows must be escaped")
                }
                position += 1
                guard let value = rest.popFirst() else {
                    throw IntrinsicRefusal(reason: "the template has more '{}' than there are arguments")
                }
                text += Self.formatted(value)
            } else {
                text.append(character)
            }
        }
        guard rest.isEmpty else {
            throw IntrinsicRefusal(reason: "the template has fewer '{}' than there are arguments")
        }
        return text
    }

    /// Arrays and objects look as the JVM prints them: `[1, a]`, `{name=value, other=[]}`.
    private static func formatted(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .number, .bool, .null: value.text
        case .array(let items): "[\(items.map(formatted).joined(separator: ", "))]"
        case .object(let object):
            "{\(object.members.map { "\($0.name)=\(formatted($0.value))" }.joined(separator: ", "))}"
        }
    }
}
