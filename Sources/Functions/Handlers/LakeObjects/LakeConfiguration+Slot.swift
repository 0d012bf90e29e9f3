import Lake

extension LakeConfiguration {
    /// The instant rounded down to a whole slot (LAKE_SPEC, *slot*).
    func slot(of instant: Instant) -> Instant {
        let length = snapshotSeconds * 1_000_000
        let remainder = instant.microseconds % length
        return Instant(microseconds: instant.microseconds - (remainder < 0 ? remainder + length : remainder))
    }
}
