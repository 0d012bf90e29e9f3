import EmulatorClock

extension Timestamp {
    /// Reads an HTTP date (`Sun, 01 Mar 2026 18:00:00 GMT`, RFC 9110, 5.6.7) or an RFC 3339 one; nil for anything else.
    init?(headerDate text: String) {
        if let instant = Timestamp(rfc3339: text) {
            self = instant
            return
        }
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT" || parts[5] == "UTC",
            let month = Self.months.firstIndex(of: String(parts[2]))
        else { return nil }
        let number = month + 1 < 10 ? "0\(month + 1)" : "\(month + 1)"
        let day = parts[1].utf8.count == 1 ? "0\(parts[1])" : String(parts[1])
        self.init(rfc3339: "\(parts[3])-\(number)-\(day)T\(parts[4])Z")
    }

    /// As S3's XML shows it: whole seconds, with milliseconds that are always zero.
    var wholeSeconds: String {
        Timestamp(milliseconds: seconds * 1000).rfc3339
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
