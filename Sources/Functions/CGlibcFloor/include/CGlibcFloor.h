#pragma once

/// Defined here so that the linker does not take glibc 2.35's version of it: Amazon Linux 2023 has glibc 2.34, and would
/// refuse to start a binary for the sake of this one symbol, which the Swift runtime brings in.
float hypotf(float x, float y);
