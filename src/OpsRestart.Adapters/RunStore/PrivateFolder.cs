using OpsRestart.Adapters.Commands;
using OpsRestart.Adapters.Files;

namespace OpsRestart.Adapters.RunStore;

/// <summary>
/// A folder that is this user's alone. Every folder on the way to it belongs to root or to this user, and no other may write there; so
/// nobody can put a link or a file in the way, and what was checked stays as it was.
/// </summary>
internal static class PrivateFolder
{
    private const string ElseWhere = "or name another folder with OPSRESTART_STATE_DIR";
    private const int MaxLinks = 20;
    private const int WritableByOthers = 0x2;
    private const int WritableByGroup = 0x10;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes it, and what is missing on the way, with access for this user only.</summary>
    /// <returns>The same folder, without a link in its path.</returns>
    /// <exception cref="StateException">It can't be made, or others could have touched it.</exception>
    public static string Ensure(string path)
    {
        var found = Walk(path, make: true);
        var status = FileStatus.Of(found)!.Value;
        if (status.Owner != UserAccount.Me.Id)
        {
            throw Refused(found, $"belongs to {NameOf(status.Owner)}", $"Run as {NameOf(status.Owner)}, {ElseWhere}.");
        }

        if (IsWritableByOthers(status))
        {
            throw Refused(
                found,
                $"may be written by others (mode {status.Permissions})",
                $"Look at what is in it, then: chmod go-w {found}; {ElseWhere}."
            );
        }

        return found;
    }

    /// <summary>A folder in which everyone may make files and nobody may take away those of others: root's, sticky.</summary>
    /// <exception cref="StateException">It is not there, or is another's.</exception>
    public static string Shared(string path)
    {
        var found = Walk(path, make: false);
        return FileStatus.Of(found) is { Owner: 0 } status && (status.IsSticky || !IsWritableByOthers(status))
            ? found
            : throw Refused(found, "is not root's alone to arrange", $"As root: chown root {found} && chmod 1777 {found}; {ElseWhere}.");
    }

    private static string Walk(string path, bool make)
    {
        var open = new Stack<string>(Parts(path));
        var at = "/";
        var links = 0;
        while (open.TryPop(out var part))
        {
            if (part == "..")
            {
                at = Path.GetDirectoryName(at) ?? "/";
                continue;
            }

            var next = Path.Combine(at, part);
            var status = FileStatus.Of(next) ?? Made(next, make);
            Check(next, status);
            if (!status.IsLink)
            {
                at = next;
                continue;
            }

            // Root's or our own (/var/run): followed by hand, so that each step of where it leads is looked at too.
            var target = new FileInfo(next).LinkTarget;
            if (target is null || ++links > MaxLinks)
            {
                throw Refused(next, "is a link that leads nowhere", $"Remove it, {ElseWhere}.");
            }

            at = target.StartsWith('/') ? "/" : at;
            foreach (var step in Parts(target))
            {
                open.Push(step);
            }
        }

        return at;
    }

    // Last first, as a stack wants them.
    private static IEnumerable<string> Parts(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(static p => p != ".").Reverse();

    private static FileStatus Made(string path, bool make)
    {
        try
        {
            if (make)
            {
                Directory.CreateDirectory(path, OwnerOnly);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateException(
                $"The folder {path} can't be made: {e.Message}",
                $"Make it for {UserAccount.Me.Name}, {ElseWhere}.",
                e
            );
        }

        return FileStatus.Of(path) ?? throw Refused(path, "is not there", $"Make it as root, {ElseWhere}.");
    }

    private static void Check(string path, FileStatus status)
    {
        if (status.Owner != 0 && status.Owner != UserAccount.Me.Id)
        {
            throw Refused(path, $"is {status.Kind} of {NameOf(status.Owner)}", $"Remove it, {ElseWhere}.");
        }

        if (!status.IsLink && !status.IsFolder)
        {
            throw Refused(path, $"is {status.Kind}, not a folder", $"Remove it, {ElseWhere}.");
        }

        if (status.IsFolder && !status.IsSticky && IsWritableByOthers(status))
        {
            throw Refused(
                path,
                $"may be written by others (mode {status.Permissions})",
                $"Look at what is in it, then: chmod go-w {path}; {ElseWhere}."
            );
        }
    }

    // A group of one's own has no other member (the user-private groups of most systems).
    private static bool IsWritableByOthers(FileStatus status) =>
        (status.Mode & WritableByOthers) != 0
        || (
            (status.Mode & WritableByGroup) != 0
            && status.Group != 0
            && !(status.Owner == UserAccount.Me.Id && status.Group == UserAccount.Me.Id)
        );

    private static StateException Refused(string path, string why, string advice) =>
        new($"{path} can't be trusted with state: it {why}.", advice);

    private static string NameOf(uint user) => UserAccount.Find(user)?.Name ?? $"user {user}";
}
