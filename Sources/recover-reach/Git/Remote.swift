internal import CGit2

/// Owns one unnamed `git_remote`: a place to fetch from, kept in no
/// configuration and rewritten by none.
struct Remote: ~Copyable {
    private let handle: OpaquePointer
    private let source: SourceURL

    init(_ source: SourceURL, in repository: OpaquePointer) throws(Refusal) {
        var options = git_remote_create_options()
        git_remote_create_options_init(&options, UInt32(GIT_REMOTE_CREATE_OPTIONS_VERSION))
        options.repository = repository
        let flags = [GIT_REMOTE_CREATE_SKIP_INSTEADOF, GIT_REMOTE_CREATE_SKIP_DEFAULT_FETCHSPEC]
        options.flags = flags.reduce(0) { $0 | UInt32($1.rawValue) }
        var made: OpaquePointer?
        let code = git_remote_create_with_opts(&made, source.text, &options)
        guard code == 0, let made else { throw Refusal.git(code, "name the source \(source.text)") }
        handle = made
        self.source = source
    }

    deinit { git_remote_free(handle) }

    /// Fetches one refspec: no tags, no pruning, no redirects, no proxy, no
    /// credentials, no more than `limit` bytes.
    borrowing func fetch(_ refspec: String, limit: Int) throws(Refusal) {
        var options = git_fetch_options()
        git_fetch_options_init(&options, UInt32(GIT_FETCH_OPTIONS_VERSION))
        options.prune = GIT_FETCH_NO_PRUNE
        options.update_fetchhead = 0
        options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE
        options.follow_redirects = GIT_REMOTE_REDIRECT_NONE
        options.proxy_opts.type = GIT_PROXY_NONE
        // Nothing is authenticated on file://; a transport that asks is one we did not choose.
        options.callbacks.credentials = { _, _, _, _, _ in GIT_EAUTH.rawValue }
        options.callbacks.certificate_check = { _, _, _, _ in GIT_ECERTIFICATE.rawValue }
        options.callbacks.transfer_progress = { progress, payload in
            guard let progress, let limit = payload?.load(as: Int.self) else { return -1 }
            return progress.pointee.received_bytes > limit ? GIT_EUSER.rawValue : 0
        }
        var limit = limit
        let code = withUnsafeMutablePointer(to: &limit) { limit in
            options.callbacks.payload = UnsafeMutableRawPointer(limit)
            return Self.withArray(refspec) { git_remote_fetch(handle, $0, &options, nil) }
        }
        if code == GIT_EUSER.rawValue {
            throw Refusal.limit("\(source.text) sends more than \(limit >> 20) MiB")
        }
        guard code == 0 else { throw Refusal.git(code, "fetch from \(source.text)") }
    }

    private static func withArray(
        _ text: String, _ body: (UnsafePointer<git_strarray>) -> Int32
    ) -> Int32 {
        var bytes = text.utf8.map { CChar(bitPattern: $0) } + [0]
        return bytes.withUnsafeMutableBufferPointer { buffer in
            var first = buffer.baseAddress
            return withUnsafeMutablePointer(to: &first) { strings in
                var array = git_strarray(strings: strings, count: 1)
                return body(&array)
            }
        }
    }
}
