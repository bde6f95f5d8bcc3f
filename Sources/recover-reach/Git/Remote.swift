internal import CGit2

/// Owns one unnamed `git_remote`: a place to fetch from, kept in no
/// configuration and rewritten by none.
final class Remote {
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
    /// credentials of libgit2's; `watch` ends it where it takes too much.
    func fetch(_ refspec: String, _ watch: FetchWatch) throws(Refusal) {
        var options = git_fetch_options()
        git_fetch_options_init(&options, UInt32(GIT_FETCH_OPTIONS_VERSION))
        options.prune = GIT_FETCH_NO_PRUNE
        options.update_fetchhead = 0
        options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE
        options.follow_redirects = GIT_REMOTE_REDIRECT_NONE
        options.proxy_opts.type = GIT_PROXY_NONE
        // A transport of libgit2's that asks is one we did not choose.
        options.callbacks.credentials = { _, _, _, _, _ in GIT_EAUTH.rawValue }
        options.callbacks.certificate_check = { _, _, _, _ in GIT_ECERTIFICATE.rawValue }
        options.callbacks.transfer_progress = { progress, watch in
            guard let progress, let watch = FetchWatch.at(watch) else { return -1 }
            return watch.admits(progress.pointee) ? 0 : GIT_EUSER.rawValue
        }
        if watch.conversation != nil {
            options.callbacks.transport = { out, remote, watch in
                guard let out, let conversation = FetchWatch.at(watch)?.conversation else {
                    return -1
                }
                return conversation.makeTransport(out, remote)
            }
        }
        options.callbacks.payload = Unmanaged.passUnretained(watch).toOpaque()
        let code = withExtendedLifetime(watch) {
            Self.withArray(refspec) {
                let code = git_remote_fetch(handle, $0, &options, nil)
                // The wire ends here, not whenever the remote does.
                git_remote_disconnect(handle)
                return code
            }
        }
        guard code != 0 else { return }
        // With everything here, nobody minds that the other side is gone at the farewell.
        throw watch.refusal ?? Refusal.git(code, "fetch from \(source.text)")
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
