using OpsRestart.Core.Reports;

namespace OpsRestart.Adapters.Composition;

/// <summary>
/// A result in a file, for monitoring that polls and may not or can't check by itself. Written beside and moved, so that a reader finds the
/// old one or the new one, and nothing between; every user may read it.
/// </summary>
internal static class NagiosFile
{
    /// <summary>What is older says nothing of now; checks that poll mostly run every minute.</summary>
    public static readonly TimeSpan UsualAge = TimeSpan.FromSeconds(120);

    private const int Longest = 64 * 1024;
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <exception cref="OpsRestartException">AccessDenied, InvalidArgument: it can't be written.</exception>
    public static void Write(string path, NagiosResult result)
    {
        // Of a name that nobody can foresee: the folder may be one that others write to as well.
        var next = $"{path}.{Guid.NewGuid():N}";
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = Readable,
            };
            using (var writer = new StreamWriter(next, options))
            {
                writer.Write(NagiosState.Write(result));
            }

            // A strict umask must not keep it from who is to read it.
            File.SetUnixFileMode(next, Readable);
            File.Move(next, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(next);
            throw new OpsRestartException(
                e is UnauthorizedAccessException ? OpsError.AccessDenied : OpsError.InvalidArgument,
                $"The state file {path} can't be written: {e.Message}",
                path,
                "Its folder has to be there, and writable for this user.",
                e
            );
        }
    }

    /// <summary>What it says; unknown where it can't be read, or says it for longer than <paramref name="maxAge"/>.</summary>
    public static NagiosResult Read(string path, TimeSpan maxAge, TimeProvider time)
    {
        var now = time.GetUtcNow().UtcDateTime;
        try
        {
            using var reader = new StreamReader(path);
            var text = new char[Longest];
            return NagiosState.Read(new string(text, 0, reader.ReadBlock(text, 0, Longest)), path, maxAge, now);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return NagiosReport.Of(NagiosReport.Unknown, $"{path} can't be read: {e.Message}", now);
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It was never made.
        }
    }
}
