using OpsRestart.Adapters.Files;

namespace OpsRestart.Adapters.Stale;

/// <summary>When files were last changed.</summary>
internal static class ChangedFiles
{
    /// <summary>A folder of more files than this is looked at no further.</summary>
    private const int Most = 20_000;

    private static readonly string[] UnitFolders =
    [
        "/etc/systemd/system",
        "/run/systemd/system",
        "/usr/local/lib/systemd/system",
        "/usr/lib/systemd/system",
        "/lib/systemd/system",
    ];

    private static readonly EnumerationOptions Below = new() { RecurseSubdirectories = true, IgnoreInaccessible = true };

    /// <summary>Null: there is none, or it may not be looked at.</summary>
    public static FileChange? Of(string path) => FileStatus.OfTarget(path) is { } status ? new FileChange(path, status.Changed) : null;

    /// <summary>A file; of a folder what was changed last in it or below.</summary>
    public static FileChange? Newest(string path)
    {
        if (!Directory.Exists(path))
        {
            return Of(path);
        }

        try
        {
            return Directory
                .EnumerateFileSystemEntries(path, "*", Below)
                .Take(Most)
                .Append(path)
                .Select(Of)
                .OfType<FileChange>()
                .MaxBy(static f => f.At);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Of(path);
        }
    }

    /// <summary>Its unit file and its drop-ins, those of its template included (systemd.unit(5)).</summary>
    public static IEnumerable<FileChange> OfUnit(ManagedService service)
    {
        var at = service.Id.IndexOf('@', StringComparison.Ordinal);
        var template = at < 0 ? null : service.Id[..(at + 1)] + Path.GetExtension(service.Id);
        var ids = new[] { service.Id, template }.OfType<string>();
        var dropIns = UnitFolders
            .SelectMany(folder => ids.Select(id => Path.Combine(folder, id + ".d")))
            .Where(Directory.Exists)
            .SelectMany(static folder => Directory.EnumerateFiles(folder, "*.conf"));
        return new[] { service.FragmentPath }
            .OfType<string>()
            .Concat(dropIns)
            .Select(Of)
            .OfType<FileChange>()
            .DistinctBy(static f => f.Path);
    }
}
