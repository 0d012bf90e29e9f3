import Foundation
import Synchronization
import Testing

@testable import LambdaRuntime

private let instant = Date(timeIntervalSince1970: 1_795_080_600.123)

@Suite struct `A log line` {
    private let lines = Lines()

    private func logger(_ level: LogLevel = .info, _ format: LambdaLogger.Format = .json) -> LambdaLogger {
        LambdaLogger(level: level, format: format, functionName: "extract", now: { instant }, output: lines.append)
    }

    @Test func `is one JSON object with time, level, message, request and function`() throws {
        logger().bound(to: "req-1").info("hello\n\"world\"")
        #expect(
            lines.all == [
                #"{"timestamp":"2026-11-19T09:30:00.123Z","level":"INFO","message":"hello\n\"world\"","#
                    + #""requestId":"req-1","functionName":"extract"}"# + "\n"
            ])
    }

    @Test func `carries bound fields and its own, the later of one name`() throws {
        let bound = logger().with(["run_id": "r1", "rows": 1])
        bound.with(["rows": 2]).warn("m", ["ratio": 0.5, "ok": true, "lost": Double.nan])
        let line = try object(lines.all[0])
        #expect(line["run_id"] as? String == "r1")
        #expect(line["rows"] as? Int == 2)
        #expect(line["ratio"] as? Double == 0.5)
        #expect(line["ok"] as? Bool == true)
        #expect(line["lost"] as? String == "nan")
    }

    @Test func `lets no field replace what every line has`() throws {
        logger().info("true", ["message": "false", "level": 3])
        let line = try object(lines.all[0])
        #expect(line["message"] as? String == "true")
        #expect(line["message_"] as? String == "false")
        #expect(line["level"] as? String == "INFO")
    }

    @Test func `below the level is not even built`() {
        let built = Mutex(0)
        func text() -> String {
            built.withLock { $0 += 1 }
            return "m"
        }
        logger(.warn).info(text(), ["a": text()])
        logger(.warn).debug(text())
        #expect(built.withLock { $0 } == 0)
        #expect(lines.all.isEmpty)
        logger(.warn).warn(text())
        #expect(lines.all.count == 1)
    }

    @Test func `as text stays one line of words`() {
        logger(.info, .text).bound(to: "req-1").error("two\nlines\tand\r\nmore", ["run_id": "a\nb"])
        #expect(
            lines.all == [
                "[ERROR]\t2026-11-19T09:30:00.123Z\treq-1\ttwo\\nlines\\tand\\r\\nmore\trun_id=a\\nb\n"
            ])
    }

    @Test(arguments: LogLevel.allCases)
    func `at or above the environment's level is written`(level: LogLevel) {
        let environment = LambdaEnvironment(["AWS_LAMBDA_LOG_LEVEL": level.rawValue.lowercased()])
        #expect(environment.logger.level == level)
        for other in LogLevel.allCases { logger(level).log(other, "m") }
        #expect(lines.all.count == LogLevel.allCases.count { $0 >= level })
    }

    @Test(arguments: [nil, "", "LOUD"])
    func `is written from INFO on when the level is absent or unknown`(name: String?) {
        let environment = LambdaEnvironment(name.map { ["AWS_LAMBDA_LOG_LEVEL": $0] } ?? [:])
        #expect(environment.logger.level == .info)
    }

    @Test(arguments: 0..<200)
    func `survives any text`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let scalars = (0..<40).compactMap { _ in
            Unicode.Scalar(UInt32.random(in: 0...(Bool.random(using: &random) ? 0x7f : 0x1_ffff), using: &random))
        }
        let text = String(String.UnicodeScalarView(scalars))
        logger().info(text, ["field": text])
        let line = try object(lines.all[0])
        #expect(line["message"] as? String == text)
        #expect(line["field"] as? String == text)
        #expect(!lines.all[0].dropLast().utf8.contains(0x0a))
    }
}

@Suite struct `A timestamp` {
    @Test(arguments: 0..<300)
    func `is written as Foundation writes it`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let milliseconds = Int.random(in: -10_000_000_000_000...250_000_000_000_000, using: &random)
        // From 1653 on, for Foundation counts in the Julian calendar before 1582.
        // A quarter of a millisecond more, so that both sides cut the same way.
        let date = Date(timeIntervalSince1970: (Double(milliseconds) + 0.25) / 1000)
        #expect(date.rfc3339 == date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }
}

@Suite struct `Embedded metrics` {
    private let lines = Lines()

    private var context: LambdaContext {
        LambdaContext(
            requestID: "req-1", environment: LambdaEnvironment(["AWS_LAMBDA_FUNCTION_NAME": "extract"]),
            logger: LambdaLogger(level: .fatal, output: lines.append), now: { instant })
    }

    @Test func `are one line that CloudWatch reads`() throws {
        var metrics = context.metrics(namespace: "Rivulet", dimensions: ["Language": "pt"])
        metrics.put("Rows", 12, .count)
        metrics.put("Wait", 1.5, .milliseconds)
        metrics.put("Wait", 2.5, .milliseconds)
        metrics.emit()
        metrics.emit()
        #expect(
            lines.all == [
                #"{"_aws":{"Timestamp":1795080600123,"CloudWatchMetrics":[{"Namespace":"Rivulet","#
                    + #""Dimensions":[["FunctionName","Language"]],"Metrics":[{"Name":"Rows","Unit":"Count"},"#
                    + #"{"Name":"Wait","Unit":"Milliseconds"}]}]},"FunctionName":"extract","Language":"pt","#
                    + #""requestId":"req-1","Rows":12.0,"Wait":[1.5,2.5]}"# + "\n"
            ])
    }

    @Test func `are spread over lines within CloudWatch's limits, and none is lost`() throws {
        var metrics = context.metrics(namespace: "Rivulet")
        for number in 0..<250 { metrics.put("m\(number)", Double(number)) }
        for number in 0..<230 { metrics.put("many", Double(number)) }
        metrics.emit()
        var counts: [String: Int] = [:]
        for line in lines.all {
            let object = try object(line)
            let names = object.keys.filter { $0.hasPrefix("m") }
            #expect(names.count <= 100)
            for name in names {
                let values = object[name] as? [Double] ?? [0]
                #expect(values.count <= 100)
                counts[name, default: 0] += values.count
            }
        }
        #expect(counts.count == 251)
        #expect(counts["many"] == 230)
        #expect(counts.values.reduce(0, +) == 480)
    }

    @Test func `leave out what is no number`() {
        var metrics = LambdaContext(requestID: "r", logger: LambdaLogger(output: lines.append))
            .metrics(namespace: "Rivulet")
        metrics.put("Ratio", .nan)
        metrics.put("Speed", .infinity)
        metrics.emit()
        #expect(lines.all.count == 2)
        #expect(lines.all.allSatisfy { $0.contains(#""level":"WARN""#) })
    }
}
