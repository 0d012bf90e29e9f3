import AWSProtocol

/// A refusal in Twitch's words: Helix has `error`, `status` and `message`, id.twitch.tv the last two only.
enum HelixError: Error, Equatable {
    case malformedFirst
    case tooMany(parameter: String)
    case missing(parameter: String)
    case invalidCursor
    case invalidType(String)
    case missingToken
    case invalidToken
    case clientMismatch
    case tooManyRequests(resetSeconds: Int64)
    case notFound(String)
    case notSimulated(String)
    /// A defect that the simulator was asked for and does not have.
    case unknownDefect(String)
    case invalidClient
    case invalidClientSecret
    case invalidGrantType
    case missingAuthorization
    case invalidAccessToken

    var status: Int {
        switch self {
        case .malformedFirst, .tooMany, .missing, .invalidCursor, .invalidType, .invalidClient, .invalidGrantType,
            .unknownDefect:
            400
        case .missingToken, .invalidToken, .clientMismatch, .missingAuthorization, .invalidAccessToken: 401
        case .invalidClientSecret: 403
        case .notFound: 404
        case .tooManyRequests: 429
        case .notSimulated: 501
        }
    }

    var message: String {
        switch self {
        case .malformedFirst:
            "The parameter \"first\" was malformed: the value must be less than or equal to 100"
        case .tooMany(let parameter):
            "The parameter \"\(parameter)\" was malformed: the value must have at most 100 entries"
        case .missing(let parameter): "Missing required parameter \"\(parameter)\""
        case .invalidCursor: "invalid cursor"
        case .invalidType(let type): "The parameter \"type\" was malformed: the value \"\(type)\" is not allowed"
        case .missingToken: "OAuth token is missing"
        case .invalidToken: "Invalid OAuth token"
        case .clientMismatch: "Client ID and OAuth token do not match"
        case .tooManyRequests: "Too many requests, wait until the rate limit resets"
        case .notFound(let path): "\(path) does not exist"
        case .notSimulated(let what): "The simulator does not have \(what)"
        case .unknownDefect(let name):
            "There is no defect \(name); give name as one of "
                + TwitchDefect.allCases.map(\.rawValue).joined(separator: ", ") + ", or seed as a whole number"
        case .invalidClient: "invalid client"
        case .invalidClientSecret: "invalid client secret"
        case .invalidGrantType: "missing or unsupported grant type"
        case .missingAuthorization: "missing authorization token"
        case .invalidAccessToken: "invalid access token"
        }
    }

    private var reason: String? {
        switch self {
        case .invalidClient, .invalidClientSecret, .invalidGrantType, .missingAuthorization, .invalidAccessToken: nil
        default:
            switch status {
            case 400: "Bad Request"
            case 401: "Unauthorized"
            case 404: "Not Found"
            case 429: "Too Many Requests"
            default: "Not Implemented"
            }
        }
    }

    var response: HTTPResponse {
        var body: JSONObject = [:]
        if let reason { body.append("error", .string(reason)) }
        body.append("status", .integer(status))
        body.append("message", .string(message))
        return .helix(.object(body), status: status)
    }
}

extension HTTPResponse {
    static func helix(_ body: JSONValue, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "application/json; charset=utf-8"], body: .bytes(body.bytes))
    }
}
