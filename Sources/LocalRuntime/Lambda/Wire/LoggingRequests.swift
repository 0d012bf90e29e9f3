import AWSProtocol

/// The members of `LoggingConfig`. https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html
extension RequestMembers {
    /// - Throws: AWS's constraint for a format or level that there is not, and its refusal of levels for text.
    func logging(after present: FunctionLogging) throws -> FunctionLogging {
        var logging = present
        if let format = try choice("LogFormat", of: FunctionLogging.Format.allCases.map(\.rawValue)) {
            logging.format = FunctionLogging.Format(rawValue: format) ?? .text
        }
        let application = try choice("ApplicationLogLevel", of: FunctionLogging.applicationLevels)
        let system = try choice("SystemLogLevel", of: FunctionLogging.systemLevels)
        guard logging.format == .json else {
            guard application == nil, system == nil else {
                throw LambdaError.invalidParameter(
                    "Log levels can only be set for functions whose log format is JSON.")
            }
            return FunctionLogging()
        }
        logging.applicationLevel = application ?? logging.applicationLevel
        logging.systemLevel = system ?? logging.systemLevel
        return logging
    }

    private func choice(_ name: String, of choices: [String]) throws -> String? {
        guard let text = try string(name) else { return nil }
        guard choices.contains(text) else {
            let path = "loggingConfig." + name.prefix(1).lowercased() + name.dropFirst()
            throw LambdaError.validation([
                "Value '\(text)' at '\(path)' failed to satisfy constraint: Member must satisfy enum value set: "
                    + "[\(choices.joined(separator: ", "))]"
            ])
        }
        return text
    }
}
