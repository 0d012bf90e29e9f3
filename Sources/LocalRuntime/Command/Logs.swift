import AWSProtocol
import ArgumentParser
import EmulatorClock
import Foundation

/// `rivulet-local logs`
struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print what a function has logged, and go on printing with --follow.",
        discussion: """
            Lines go to standard output with their time (of the emulator's clock) and the end of their stream's name, which
            tells one execution environment from another. Without --since the newest 200 are shown. On a state folder that
            no emulator runs on, the lines are read from the folder.
            """)

    @OptionGroup var emulator: ControlOptions

    @Argument(
        help: ArgumentHelp("Name or ARN of the function, or a log group with a / in its name.", valueName: "FUNCTION"))
    var function: String

    @Flag(name: .shortAndLong, help: "Wait for further lines until interrupted.")
    var follow = false

    @Option(help: ArgumentHelp("Only lines of the last 10m, 1h30m, 2d.", valueName: "DURATION"))
    var since: String?

    // A pattern may begin with "-".
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Only lines that match a filter pattern of CloudWatch Logs, e.g. 'ERROR -timeout' or '{ $.level = \"error\" }'.",
            valueName: "PATTERN"))
    var filter: String?

    /// How often --follow looks for new lines, in real time.
    private static let interval: Duration = .milliseconds(300)
    private static let newest = 200

    func run() async throws {
        let source = try await LogSource.open(emulator)
        var reader = LogReader(source: source, group: Self.group(of: function), pattern: filter)
        if let length = since.flatMap(SpelledDuration.init)?.duration {
            emit(try await reader.lines(from: try await source.now() - length))
        } else {
            emit(try await reader.newest(Self.newest))
        }
        guard follow else { return }
        guard source.isLive else {
            throw ValidationError("No emulator runs on \(emulator.state), so nothing follows. Start one with `up`.")
        }
        while true {
            try await Task.sleep(for: Self.interval)
            emit(try await reader.further())
        }
    }

    func validate() throws {
        if let since, SpelledDuration(since) == nil {
            throw ValidationError("'\(since)' is no duration; write it as 10m, 1h30m or 2d.")
        }
    }

    /// The log group of a function; a name with a slash is a group's own.
    static func group(of function: String) -> String {
        if function.contains("/"), !function.hasPrefix("arn:") { return function }
        let parts = function.split(separator: ":", omittingEmptySubsequences: false)
        let name = parts.count >= 7 ? parts[6] : parts[0]
        return "/aws/lambda/\(name)"
    }

    private func emit(_ lines: [LogLine]) {
        let text = lines.map { (emulator.json ? $0.json.text : $0.text) + "\n" }.joined()
        // Not `print`, which keeps lines back when a pipe reads them.
        FileHandle.standardOutput.write(Data(text.utf8))
    }
}

/// A line as FilterLogEvents gives it.
struct LogLine {
    var eventID: String
    var timestamp: Timestamp
    var stream: String
    var message: String

    init?(_ event: JSONValue) {
        guard let id = event["eventId"]?.string, let timestamp = event["timestamp"]?.integer,
            let stream = event["logStreamName"]?.string, let message = event["message"]?.string
        else { return nil }
        eventID = id
        self.timestamp = Timestamp(milliseconds: Int64(timestamp))
        self.stream = stream
        self.message = message
    }

    /// `2026-03-01T18:00:00.000Z 1f2e3d4c START RequestId: …`
    var text: String {
        "\(timestamp.rfc3339) \(stream.suffix(8)) \(message.last == "\n" ? String(message.dropLast()) : message)"
    }

    var json: JSONValue {
        [
            "timestamp": .string(timestamp.rfc3339), "stream": .string(stream), "message": .string(message),
            "event_id": .string(eventID),
        ]
    }
}

/// Reads a group on from where it has got to.
struct LogReader {
    let source: LogSource
    let group: String
    let pattern: String?
    /// The latest timestamp that was seen, and what was seen at it.
    private var last = Timestamp(milliseconds: 0)
    private var seen: Set<String> = []

    init(source: LogSource, group: String, pattern: String?) {
        self.source = source
        self.group = group
        self.pattern = pattern
    }

    /// The newest lines, oldest of them first.
    mutating func newest(_ count: Int) async throws -> [LogLine] {
        let page = try await page(["startFromHead": false, "limit": .integer(count)])
        return note(page.lines.reversed())
    }

    mutating func lines(from start: Timestamp) async throws -> [LogLine] {
        var members: JSONObject = ["startTime": .integer(max(0, start.milliseconds))]
        var lines: [LogLine] = []
        while true {
            let page = try await page(members)
            lines += page.lines
            guard let token = page.nextToken else { return note(lines) }
            members["nextToken"] = .string(token)
        }
    }

    /// What has come since the last look.
    mutating func further() async throws -> [LogLine] {
        try await lines(from: last)
    }

    private mutating func note(_ lines: [LogLine]) -> [LogLine] {
        let fresh = lines.filter { !seen.contains($0.eventID) }
        if let latest = fresh.map(\.timestamp).max(), latest > last { (last, seen) = (latest, []) }
        seen.formUnion(fresh.filter { $0.timestamp == last }.map(\.eventID))
        return fresh
    }

    private func page(_ members: JSONObject) async throws -> (lines: [LogLine], nextToken: String?) {
        var all = members
        all["logGroupName"] = .string(group)
        all["filterPattern"] = pattern.map { .string($0) }
        let answer = try await source.call("FilterLogEvents", all)
        return ((answer["events"]?.array ?? []).compactMap(LogLine.init), answer["nextToken"]?.string)
    }
}
