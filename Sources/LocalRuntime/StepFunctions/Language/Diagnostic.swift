import AWSProtocol

/// What is wrong with a definition, and where.
/// https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html
struct Diagnostic: Sendable, Equatable {
    enum Severity: String, CaseIterable, Sendable {
        case error = "ERROR"
        case warning = "WARNING"
    }

    enum Code: String, Sendable {
        case invalidJSON = "INVALID_JSON_DESCRIPTION"
        case schema = "SCHEMA_VALIDATION_FAILED"
        case missingTarget = "MISSING_TRANSITION_TARGET"
        case duplicateName = "DUPLICATE_STATE_NAME"
        case noEnd = "MISSING_END_STATE"
    }

    var severity = Severity.error
    let code: Code
    let message: String
    /// A path of field names, e.g. `/States/Check/Choices[0]/Next`; nil when it is the whole text.
    let location: String?

    /// As `InvalidDefinition` quotes it.
    var text: String { "\(code.rawValue): \(message)" + (location.map { " at \($0)" } ?? "") }
}

/// Gathers what a definition does wrong while it is read.
final class Findings {
    private(set) var diagnostics: [Diagnostic] = []
    /// What AWS has and the emulator has not, by name.
    private(set) var notImplemented: [String] = []

    /// - Parameter location: empty for the definition itself.
    func report(_ message: String, _ location: String?, code: Diagnostic.Code = .schema) {
        diagnostics.append(Diagnostic(code: code, message: message, location: location == "" ? "/" : location))
    }

    func warn(_ message: String, _ location: String, code: Diagnostic.Code = .schema) {
        diagnostics.append(Diagnostic(severity: .warning, code: code, message: message, location: location))
    }

    func refuse(_ what: String) {
        notImplemented.append(what)
    }

    var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}
