import AWSProtocol

/// The answers about queues as lines for people.
enum QueuesText {
    static func table(_ answer: JSONValue) -> String {
        let rows = (answer["queues"]?.array ?? []).map { queue in
            [
                queue["name"]?.string ?? "", count(queue["depth"]), count(queue["in_flight"]), count(queue["delayed"]),
                queue["oldest_age_ms"]?.integer.map(age) ?? "-",
                (queue["dead_letters_of"]?.array ?? []).compactMap(\.string).joined(separator: ", "),
            ]
        }
        guard !rows.isEmpty else { return "There are no queues." }
        let all = [["QUEUE", "DEPTH", "IN FLIGHT", "DELAYED", "OLDEST", "DEAD LETTERS OF"]] + rows
        let widths = (0..<6).map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            row.enumerated().map { column, text in
                let padding = String(repeating: " ", count: widths[column] - text.count)
                return (1...4).contains(column) ? padding + text : text + padding
            }.joined(separator: "  ").trimmingTrailingSpaces
        }.joined(separator: "\n")
    }

    static func messages(_ answer: JSONValue) -> String {
        let messages = answer["messages"]?.array ?? []
        return messages.isEmpty ? "The queue is empty." : messages.map(message).joined(separator: "\n\n")
    }

    private static func message(_ message: JSONValue) -> String {
        let state = message["state"]?.string ?? ""
        let until = state == "visible" ? "" : " until \(message["visible_at"]?.string ?? "")"
        var lines = ["\(message["message"]?.string ?? "")  \(state)\(until)"]
        func line(_ name: String, _ value: String?) {
            if let value, !value.isEmpty {
                lines.append("  \(name)\(String(repeating: " ", count: max(1, 12 - name.count)))\(harmless(value))")
            }
        }
        line("sent", message["sent"]?.string)
        line("received", (message["receives"]?.array ?? []).compactMap(\.string).joined(separator: ", "))
        line("came from", message["came_from"]?.string)
        line("last error", message["last_error"]?.string)
        line("group", message["group"]?.string)
        for attribute in message["attributes"]?.object?.members ?? [] {
            let value = attribute.value["string"]?.string ?? attribute.value["hex"]?.string ?? ""
            line("attribute", "\(attribute.name) = \(value) (\(attribute.value["type"]?.string ?? ""))")
        }
        line("body", message["body"]?.string)
        return lines.joined(separator: "\n")
    }

    /// Bodies are written by strangers: what would move a terminal's cursor is spelled out.
    static func harmless(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { shown, scalar in
            let isControl =
                scalar.value < 0x20 && scalar != "\n" && scalar != "\t" || (0x7F...0x9F).contains(scalar.value)
            if isControl {
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
    }

    /// The two largest units: `3d 4h`, `12s`, `250ms`.
    static func age(_ milliseconds: Int) -> String {
        let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)]
        guard let first = units.firstIndex(where: { milliseconds >= $0.1 }) else { return "\(milliseconds)ms" }
        let whole = "\(milliseconds / units[first].1)\(units[first].0)"
        guard first + 1 < units.count else { return whole }
        let rest = milliseconds % units[first].1 / units[first + 1].1
        return rest == 0 ? whole : "\(whole) \(rest)\(units[first + 1].0)"
    }

    private static func count(_ value: JSONValue?) -> String {
        value?.integer.map(String.init) ?? ""
    }
}

extension String {
    fileprivate var trimmingTrailingSpaces: String {
        String(reversed().drop { $0 == " " }.reversed())
    }
}
