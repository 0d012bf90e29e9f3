/// What Lambda's `provided.al2023` offers a program, and whether a package can start on it.
///
/// https://docs.aws.amazon.com/linux/al2023/ug/core-glibc.html
enum AmazonLinux {
    /// Libraries that are there; all others travel in the package.
    static let libraries: Set = [
        "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libresolv.so.2", "libutil.so.1",
        "libgcc_s.so.1", "libstdc++.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1",
    ]

    /// glibc 2.34, and the C++ library of GCC 11.
    static let newest = ["GLIBC_2.34", "GLIBCXX_3.4.29", "CXXABI_1.3.13"].compactMap(SymbolVersion.init)

    static func interpreter(on machine: ELFFile.Machine) -> String? {
        switch machine {
        case .x86_64: "/lib64/ld-linux-x86-64.so.2"
        case .arm64: "/lib/ld-linux-aarch64.so.1"
        case .other: nil
        }
    }

    /// Looks at a package as the loader would.
    ///
    /// - Parameter architecture: Lambda's name, `x86_64` or `arm64`.
    static func checks(of entries: [ZipEntry], architecture: String) -> [Check] {
        guard let bootstrap = entries.first(where: { $0.name == "bootstrap" }) else {
            return [
                Check(
                    "bootstrap", failed: "the package holds none at its root", "Make it with `rivulet-deploy package`.")
            ]
        }
        guard bootstrap.isExecutable else {
            return [Check("bootstrap", failed: "it is not executable", "Make the zip anew with its mode kept (0755).")]
        }
        var (files, broken) = ([(name: String, elf: ELFFile)](), [Check]())
        for entry in entries where entry.name == "bootstrap" || entry.name.hasPrefix("lib/") {
            do {
                files.append((entry.name, try ELFFile(entry.bytes)))
            } catch {
                broken.append(
                    Check(entry.name, failed: "\(error)", "Make the package anew with `rivulet-deploy package`."))
            }
        }
        guard broken.isEmpty else { return broken }
        let carried = Set(entries.map { String($0.name.split(separator: "/").last ?? "") })
        return [
            processor(files, architecture), loader(files), libraries(files, carried: carried), symbols(files),
        ]
    }

    private static func processor(_ files: [(name: String, elf: ELFFile)], _ architecture: String) -> Check {
        let wanted: ELFFile.Machine = architecture == "arm64" ? .arm64 : .x86_64
        guard let other = files.first(where: { $0.elf.machine != wanted }) else {
            return Check("architecture", passed: architecture)
        }
        return Check(
            "architecture",
            failed: "\(other.name) is built for \(other.elf.machine), the functions run on \(architecture)",
            "Set the variable `architecture` to what the package was built for, or build on such a machine.")
    }

    private static func loader(_ files: [(name: String, elf: ELFFile)]) -> Check {
        guard let bootstrap = files.first(where: { $0.name == "bootstrap" })?.elf, let named = bootstrap.interpreter
        else {
            return Check("loader", passed: "none needed: the executable is static")
        }
        guard named == interpreter(on: bootstrap.machine) else {
            return Check(
                "loader", failed: "bootstrap names \(named), which Amazon Linux does not have",
                "Build it on a glibc distribution: Lambda has no other C library.")
        }
        return Check("loader", passed: named)
    }

    private static func libraries(_ files: [(name: String, elf: ELFFile)], carried: Set<String>) -> Check {
        let missing = files.flatMap { file in
            file.elf.needed.filter { !libraries.contains($0) && !carried.contains($0) }.map {
                "\($0) (for \(file.name))"
            }
        }
        guard missing.isEmpty else {
            return Check(
                "libraries", failed: "missing: \(missing.joined(separator: ", "))",
                "Make the package anew with `rivulet-deploy package`, which collects them under lib/.")
        }
        let isStatic = files.allSatisfy { $0.elf.isStatic }
        let fewest = isStatic ? "none, not even the system's" : "none but the system's"
        return Check("libraries", passed: files.count == 1 ? fewest : "\(files.count - 1) under lib/")
    }

    private static func symbols(_ files: [(name: String, elf: ELFFile)]) -> Check {
        let beyond = files.flatMap { file in
            newest.compactMap { limit in
                file.elf.newest(limit.family).flatMap {
                    $0 > limit ? "\(file.name) needs \($0), there is \(limit)" : nil
                }
            }
        }
        guard beyond.isEmpty else {
            return Check(
                "symbols", failed: beyond.joined(separator: "; "),
                "Build on an older distribution, or add the symbol to Sources/Functions/CGlibcFloor.")
        }
        let highest = files.compactMap { $0.elf.newest("GLIBC") }.max()
        return Check("symbols", passed: highest.map { "at most \($0)" } ?? "none with a version")
    }
}
