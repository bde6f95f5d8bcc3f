internal import CGit2

/// Owns libgit2's start and end. A repository can be opened only through one,
/// so nothing is used before the settings below hold.
struct GitLibrary: ~Copyable {
    /// Starts libgit2 without any configuration, attribute file, template or
    /// hook of this machine, within `memory` bytes.
    init(memory: Int) throws(Refusal) {
        guard git_libgit2_init() > 0 else { throw Refusal.git(-1, "start libgit2") }
        let levels = [
            GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG,
            GIT_CONFIG_LEVEL_GLOBAL,
        ]
        var codes = levels.map { cgit2_set_search_path($0.rawValue, "") }
        codes.append(cgit2_set_template_path(""))
        codes.append(cgit2_set_owner_validation(1))
        codes.append(cgit2_set_strict_hashes(1))
        // A ref must not be there after a power cut when its objects are not.
        codes.append(cgit2_set_fsync(1))
        // One mapped window of a pack is 1 GiB by default: more than the limit.
        codes.append(cgit2_set_memory(memory / 16, memory / 4, memory / 16))
        codes.append(cgit2_set_pack_limits(Self.objectLimit, memory / 8))
        guard codes.allSatisfy({ $0 == 0 }) else { throw Refusal.git(-1, "set libgit2's limits") }
    }

    deinit { git_libgit2_shutdown() }

    /// Objects one fetch may bring, unless it says less.
    static let objectLimit = 1_000_000

    /// Opens the mirror; `orCreate`, for who holds it, makes it when there is
    /// none and removes what a killed fetch left.
    borrowing func open(_ mirror: Mirror, orCreate: Bool = false) throws(Refusal) -> Repository {
        try mirror.check(orCreate: orCreate)
        // The mirror's owner and mode have just been checked, more strictly than libgit2 would,
        // which also trusts the user behind sudo. Every other repository stays under its check.
        cgit2_set_owner_validation(0)
        defer { cgit2_set_owner_validation(1) }
        var handle: OpaquePointer?
        var code = git_repository_open_bare(&handle, mirror.path)
        if code == GIT_ENOTFOUND.rawValue, orCreate {
            try mirror.checkEmpty()
            mirror.sweep()
            code = git_repository_init(&handle, mirror.path, 1)
        }
        guard code == 0, let handle else {
            throw Refusal.git(code, "open the mirror \(mirror.path.shown)")
        }
        if orCreate { mirror.sweep() }
        return Repository(owning: handle)
    }
}
