/// The fixed shell texts that run on a host. They need a POSIX `sh`, its usual
/// tools and /proc; systemd where it runs.
///
/// An attempt's name is taken once. Under systemd it is the unit's name, and a
/// unit that does nothing is `Type=oneshot`, which a step never is. Elsewhere
/// it is a file, the claim: written aside and put in place with `ln`, which
/// never replaces, by the very process that waits for the step. A claim on
/// disk decides for good that it was not systemd.
enum RemoteScript {
    /// What every text begins with; `$1` is the unit. `since` prints when a
    /// process started, `says` a line of the claim, `look` what is known.
    /// `members` finds a step whose keeper was killed, by their session.
    static let head = #"""
        umask 077; d=/run/recover; u=$1; c=$d/$u.claim
        boot=$(cat /proc/sys/kernel/random/boot_id) && [ -n "$boot" ] || exit 125
        systemd() { [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; }
        nothing() { systemd-run --quiet --unit="$u" -p Type=oneshot -p RemainAfterExit=yes -- true; }
        since() {
        { read -r s <"/proc/$1/stat"; } 2>/dev/null || return 1
        s=${s##*") "}; set -- $s
        case $1 in Z|X) return 1;; esac
        printf %s "${20}"
        }
        says() { sed -n "s/^$1=//p" "$c"; }
        lives() { [ "$(says In)" = "$boot" ] && s=$(since "$(says Pid)") && [ "$s" = "$(says Since)" ]; }
        members() {
        [ "$(says In)" = "$boot" ] && p=$(says Pid) && ! since "$p" >/dev/null || return 1
        for f in /proc/[0-9]*/stat; do
        { read -r s <"$f"; } 2>/dev/null || continue
        s=${s##*") "}; set -- $s
        [ "$4" != "$p" ] || [ "$1" = Z ] || return 0
        done
        return 1
        }
        claimed() {
        case $(says By) in
        nothing) echo LoadState=loaded;;
        start)
        echo Files=yes
        if lives; then printf 'LoadState=loaded\nSubState=running\n'
        elif s=$(cat "$d/$u.status" 2>/dev/null); then
        printf 'LoadState=loaded\nSubState=exited\nExecMainCode=1\nExecMainStatus=%s\n' "$s"
        elif members; then printf 'LoadState=loaded\nSubState=orphaned\n'
        else echo LoadState=not-found; fi;;
        *) exit 125;;
        esac
        }
        look() {
        if [ -e "$c" ]; then claimed; return; fi
        s=LoadState=not-found
        if systemd; then
        s=$(systemctl show "$u" -p LoadState,Type,SubState,ExecMainCode,ExecMainStatus) || exit 125
        fi
        case $s in
        *LoadState=not-found*) s=not-found;;
        *Type=oneshot*) s=loaded;;
        *) printf 'Files=yes\n%s\n' "$s"; return;;
        esac
        [ ! -e "$d/$u.out" ] || { echo Files=yes; s=not-found; }
        echo "LoadState=$s"
        }

        """#

    /// Takes the input (`$2` bytes), starts the words behind `$3`, waits for
    /// their end and prints what they printed. `$3` is `keep`, for a host
    /// without systemd.
    ///
    /// It starts only when all the input has come: a connection that breaks
    /// would else start it on half of it. systemd would expand `$` in the words.
    static let start = #"""
        mkdir -p "$d" || exit 125
        i=$d/$u.in.$$; n=$2; k=$3; o=; shift 3
        trap 'rm -f "$i"' EXIT; trap 'exit 125' HUP INT TERM
        cat >"$i" && [ "$(wc -c <"$i")" -eq "$n" ] || exit 125
        if [ ! -e "$c" ] && systemd; then
        for a do shift; a=$(printf '%s.' "$a" | sed 's/\$/$$/g'); set -- "$@" "${a%.}"; done
        (set -C; : >"$d/$u.out") 2>/dev/null && o=mine
        [ -e "$d/$u.out" ] || exit 125
        systemd-run --quiet --unit="$u" -p Type=exec -p RemainAfterExit=yes \
        -p StandardInput=file:"$i" -p StandardOutput=file:"$d/$u.out" \
        -p StandardError=file:"$d/$u.err" -- "$@" ||
        case $(systemctl show "$u" -p Type) in
        *Type=oneshot*) [ -z "$o" ] || rm -f "$d/$u.out";;
        esac
        else
        trap - EXIT
        if command -v setsid >/dev/null; then
        setsid /bin/sh -c "$k" recover "$d" "$u" "$i" "$@" </dev/null >/dev/null 2>&1 &
        else
        (trap '' HUP INT QUIT; exec /bin/sh -c "$k" recover "$d" "$u" "$i" "$@") \
        </dev/null >/dev/null 2>&1 &
        fi
        wait $!
        fi
        while :; do
        s=$(look | tr '\n' ' ')
        case " $s" in
        *" LoadState=not-found "*) echo 'it was not started, or is gone' >&2; exit 126;;
        *Files=yes*" SubState=exited "*|*Files=yes*" SubState=failed "*) break;;
        *Files=yes*" SubState=dead "*) break;;
        *Files=yes*|" ") sleep 0.2 2>/dev/null || sleep 1;;
        *) echo 'its name was taken so that it never starts' >&2; exit 126;;
        esac
        done
        tail -c 4194304 "$d/$u.out"; tail -c 1048576 "$d/$u.err" >&2
        printf '\nrecover-unit %s %s\n' "$u" "$s" >&2
        """#

    /// Waits for a step where no systemd does: `sh -c … FOLDER UNIT INPUT
    /// WORDS`. Whatever fails before the claim is in place fails without
    /// effect.
    static let keep = #"""
        umask 077; cd /; d=$1; u=$2; i=$3; shift 3; c=$d/$u.claim; n=$c.start.$$
        exec <"$i" >>"$d/$u.out" 2>>"$d/$u.err" || exit 125
        rm -f "$i"
        read -r b </proc/sys/kernel/random/boot_id || exit 125
        since() { read -r s <"/proc/$$/stat"; s=${s##*") "}; set -- $s; printf %s "${20}"; }
        s=$(since) && [ -n "$s" ] || exit 125
        printf 'By=start\nPid=%s\nSince=%s\nIn=%s\n' $$ "$s" "$b" >"$n" || exit 125
        ln "$n" "$c" 2>/dev/null; s=$?; rm -f "$n"; [ $s -eq 0 ] || exit 126
        (umask 022; exec "$@"); s=$?
        echo $s >"$d/$u.status.new" && mv "$d/$u.status.new" "$d/$u.status"
        """#

    /// Prints the host's boot id and what is known of the attempt. A folder
    /// that may not be read is no answer. Where a start was asked for and its
    /// unit is not there, it may still be on its way: the name is taken first.
    static let show = #"""
        [ ! -e "$d" ] || { [ -r "$d" ] && [ -x "$d" ]; } || exit 125
        echo "Boot=$boot"
        if [ ! -e "$c" ] && [ -e "$d/$u.out" ] && systemd; then
        case $(systemctl show "$u" -p LoadState) in
        *LoadState=loaded*) ;;
        *LoadState=not-found*) nothing 2>/dev/null;;
        *) exit 125;;
        esac
        fi
        look
        """#

    /// Takes the name for nothing; fails if it is taken.
    static let claim = #"""
        [ ! -e "$c" ] || exit 1
        if systemd; then nothing; exit; fi
        mkdir -p "$d" && echo By=nothing >"$c.nothing.$$" || exit 125
        ln "$c.nothing.$$" "$c" 2>/dev/null; s=$?; rm -f "$c.nothing.$$"; exit $s
        """#

    /// Ends what is left of the attempt and removes all of it; the claim goes
    /// last, for it says what the rest is.
    static let remove = #"""
        if [ -e "$c" ]; then { lives || members; } && kill -TERM "-$(says Pid)" 2>/dev/null
        elif systemd; then systemctl stop "$u" 2>/dev/null; systemctl reset-failed "$u" 2>/dev/null; fi
        rm -f "$d/$u.out" "$d/$u.err" "$d/$u.status" "$d/$u.status.new" "$d/$u.in".*
        rm -f "$c".* "$c"
        """#
}
