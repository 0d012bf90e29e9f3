import Lake

extension LakeConfiguration {
    /// The instant rounded down to a whole slot (LAKE_SPEC, *slot*). Pulls lie after the epoch.
    func slot(of instant: Instant) -> Instant {
        Instant(microseconds: instant.microseconds - instant.microseconds % (snapshotSeconds * 1_000_000))
    }
}
