/// The names of state machines and executions.
/// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
enum ARNs {
    static func stateMachine(account: String, region: String, name: String) -> String {
        "arn:aws:states:\(region):\(account):stateMachine:\(name)"
    }

    static func execution(account: String, region: String, machine: String, name: String) -> String {
        "arn:aws:states:\(region):\(account):execution:\(machine):\(name)"
    }

    /// A state machine by its ARN, maybe with a version: `…:stateMachine:NAME:3`.
    struct Machine: Equatable {
        let arn: String
        let account: String
        let region: String
        let name: String
        /// A version's number, or an alias.
        let qualifier: String?
    }

    static func machine(_ arn: String) throws -> Machine {
        let parts = try parts(of: arn)
        guard parts[5] == "stateMachine" else { throw StepFunctionsError.wrongResourceType(parts[5]) }
        guard (7...8).contains(parts.count), !parts[6].isEmpty else { throw StepFunctionsError.invalidARN(arn) }
        return Machine(
            arn: parts[0..<7].joined(separator: ":"), account: parts[4], region: parts[3], name: parts[6],
            qualifier: parts.count == 8 ? parts[7] : nil)
    }

    static func checkExecution(_ arn: String) throws {
        let parts = try parts(of: arn)
        guard parts[5] == "execution" || parts[5] == "express" else {
            throw StepFunctionsError.wrongResourceType(parts[5])
        }
        guard parts.count >= 8 else { throw StepFunctionsError.invalidARN(arn) }
    }

    private static func parts(of arn: String) throws -> [String] {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 7, parts[0] == "arn", parts[1].hasPrefix("aws"), parts[2] == "states" else {
            throw StepFunctionsError.invalidARN(arn)
        }
        return parts
    }

    private static let forbidden = Set("<>{}[]?*\"#%\\^|~`$&,;:/ ".unicodeScalars)

    /// Names of machines and executions: 1 to 80 characters, none of those that AWS forbids.
    /// https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
    static func check(name: String) throws {
        let isAllowed = name.unicodeScalars.allSatisfy { scalar in
            !forbidden.contains(scalar) && scalar.value > 0x20
                && !(0x7F...0x9F).contains(scalar.value) && !scalar.properties.isWhitespace
        }
        guard (1...80).contains(name.unicodeScalars.count), isAllowed else {
            throw StepFunctionsError.invalidName(name)
        }
    }
}
