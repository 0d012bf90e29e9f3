import AWSProtocol

extension FunctionConfiguration {
    /// Holds the configuration against AWS's constraints, all of Smithy's first, as AWS reports them.
    ///
    /// - Throws: `LambdaError`
    func check(against limits: LambdaLimits) throws {
        var findings = Constraint.range("timeout", timeout, limits.functionTimeout)
        findings += Constraint.range("memorySize", memorySize, limits.memorySize)
        findings += Constraint.range("ephemeralStorage.size", ephemeralStorage, limits.ephemeralStorage)
        findings += Constraint.length("handler", handler, 128) + Constraint.length("description", description, 256)
        if handler.isEmpty || handler.contains(where: \.isWhitespace) {
            findings.append(Constraint.pattern("handler", handler, #"[^\s]+"#))
        }
        if !Self.isRole(role) {
            findings.append(Constraint.pattern("role", role, Self.rolePattern))
        }
        findings += Constraint.oneOf("tracingConfig.mode", tracingMode, ["Active", "PassThrough"])
        findings += Constraint.match(
            "loggingConfig.logGroup", logGroup, /[._\/#A-Za-z0-9-]+/, #"[\.\-_/#A-Za-z0-9]+"#)
        findings += Constraint.length("loggingConfig.logGroup", logGroup, 512)
        findings += architectureFindings
        guard findings.isEmpty else { throw LambdaError.validation(findings) }
        try checkEnvironment(limits)
        try checkDeadLetterTarget()
    }

    /// One architecture, and one that there is.
    private var architectureFindings: [String] {
        let known = ["x86_64", "arm64"]
        let (place, value) = ("architectures", "[\(architectures.joined(separator: ", "))]")
        if !architectures.allSatisfy(known.contains) {
            let rule = "Member must satisfy constraint: [Member must satisfy enum value set: "
            return [
                Constraint.finding(place, value, rule + "[\(known.joined(separator: ", "))], Member must not be null]")
            ]
        }
        if architectures.count > 1 {
            return [Constraint.finding(place, value, "Member must have length less than or equal to 1")]
        }
        guard architectures.isEmpty else { return [] }
        return [Constraint.finding(place, value, "Member must have length greater than or equal to 1")]
    }

    private func checkDeadLetterTarget() throws {
        guard let target = deadLetterTarget else { return }
        guard let arn = DestinationARN(target) else { throw LambdaError.deadLetterTargetInvalid(target) }
        guard case .queue = arn else {
            throw NotImplemented("dead letters to \(target): only SQS queues take them here")
        }
    }

    private func checkEnvironment(_ limits: LambdaLimits) throws {
        guard let environment else { return }
        let reserved = environment.keys.filter(EnvironmentVariables.reserved.contains).sorted()
        guard reserved.isEmpty else { throw LambdaError.reservedKeys(reserved) }
        let bad = environment.keys.filter { !Self.isVariableName($0) }.sorted()
        guard bad.isEmpty else {
            let finding =
                "Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]"
            throw LambdaError.validation(bad.map { Constraint.finding("environment.variables", $0, finding) })
        }
        let measured = JSONValue.map(environment).text
        guard measured.utf8.count <= limits.environmentVariables else {
            throw LambdaError.variablesTooLarge(limit: limits.environmentVariables, measured: measured)
        }
    }

    private static let rolePattern = #"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+"#

    private static func isRole(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 6 && parts[0] == "arn" && parts[1].hasPrefix("aws") && parts[2] == "iam"
            && parts[3].isEmpty && parts[4].utf8.count == 12 && parts[4].utf8.allSatisfy { (48...57).contains($0) }
            && parts[5].hasPrefix("role") && parts[5].utf8.count > 5 && !parts[5].contains(where: \.isWhitespace)
    }

    private static func isVariableName(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
        guard bytes.count >= 2, isLetter(bytes[0]) else { return false }
        return bytes.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
    }
}
