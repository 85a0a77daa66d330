using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using OpsRestart.Adapters.Commands;
using OpsRestart.Adapters.Files;

namespace OpsRestart.Adapters.RunStore;

/// <summary>
/// flock(2) on a file that holds nothing: the kernel gives it back when the process ends, however that ends. In a folder in which others
/// may make files too, so nothing is followed, waited for or written.
/// </summary>
internal static partial class LockFile
{
    private const int WouldBlock = 11;
    private const int NoEntry = 2;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int ForAll = 0x1A4; // 0644: to lock it, a user has to be able to open it.
    private const int LockExclusive = 2;
    private const int DoNotWait = 4;
    private const int Tries = 20;

    private static readonly int NoFollow = RuntimeInformation.ProcessArchitecture
        is Architecture.Arm64
            or Architecture.Arm
            or Architecture.Ppc64le
        ? 0x8000
        : 0x20000;

    /// <returns>Null when another process holds it.</returns>
    /// <exception cref="StateException">It can't be locked: then there is no run.</exception>
    public static SafeFileHandle? TryTake(string path)
    {
        for (var tries = 0; tries < Tries; tries++)
        {
            if (Open(path) is not { } file)
            {
                continue;
            }

            if (Flock(file, LockExclusive | DoNotWait) != 0)
            {
                var error = Marshal.GetLastPInvokeError();
                file.Dispose();
                return error == WouldBlock ? null : throw Failed(path, error, "The file system must know locks (flock).");
            }

            // Between the two it may have been taken away, and another made that somebody else locks.
            if (FileStatus.Of(file) is { } status && status.IsSameAs(FileStatus.Of(path)))
            {
                Own(file, status);
                return file;
            }

            file.Dispose();
        }

        throw new StateException($"{path} can't be locked: it is taken away again and again.", "See who does so (fuser, auditd).");
    }

    // A file of root's can't be taken away by its maker while root holds it.
    private static void Own(SafeFileHandle file, FileStatus status)
    {
        if (UserAccount.Me.Id == 0 && status.Owner != 0)
        {
            _ = ChangeOwner(file, 0, 0);
            _ = ChangeMode(file, ForAll);
        }
    }

    private static SafeFileHandle? Open(string path)
    {
        var file = OpenFile(path, NoFollow | NonBlocking | CloseOnExec, 0);
        var error = Marshal.GetLastPInvokeError();
        if (!file.IsInvalid)
        {
            if (FileStatus.Of(file) is { IsFile: true })
            {
                return file;
            }

            file.Dispose();
            return TakeAway(path);
        }

        file.Dispose();
        return error == NoEntry ? Made(path)
            : FileStatus.Of(path) is { IsFile: false } ? TakeAway(path)
            : throw Failed(path, error, "Make it readable (chmod 644).");
    }

    // Not together with the opening: in a sticky folder the kernel refuses that for a file of another's (fs.protected_regular).
    private static SafeFileHandle? Made(string path)
    {
        var file = OpenFile(path, Create | Exclusive | NoFollow | CloseOnExec, ForAll);
        var error = Marshal.GetLastPInvokeError();
        if (!file.IsInvalid)
        {
            _ = ChangeMode(file, ForAll);
            return file;
        }

        file.Dispose();
        const int Exists = 17;
        return error == Exists
            ? null
            : throw Failed(
                path,
                error,
                $"Let root make it (touch {path} && chmod 644 {path}), run as root, or name a folder of your own with OPSRESTART_STATE_DIR."
            );
    }

    // Whatever somebody put there instead of a file keeps everyone out. Root takes it away.
    private static SafeFileHandle? TakeAway(string path)
    {
        var what = FileStatus.Of(path);
        try
        {
            if (UserAccount.Me.Id == 0 && what is { IsFolder: true })
            {
                Directory.Delete(path);
                return null;
            }

            if (UserAccount.Me.Id == 0 && what is { IsFile: false })
            {
                File.Delete(path);
                return null;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder with something in it: that is for root to look at.
        }

        return what is null
            ? null
            : throw new StateException(
                $"{path} can't be locked: it is {what.Value.Kind} of "
                    + $"{UserAccount.Find(what.Value.Owner)?.Name ?? $"user {what.Value.Owner}"}.",
                "Have root remove it."
            );
    }

    private static StateException Failed(string path, int error, string advice) =>
        new($"{path} can't be locked: {Marshal.GetPInvokeErrorMessage(error)}.", advice);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle OpenFile(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "fchown")]
    private static partial int ChangeOwner(SafeFileHandle file, uint owner, uint group);

    [LibraryImport("libc", EntryPoint = "fchmod")]
    private static partial int ChangeMode(SafeFileHandle file, int mode);
}
