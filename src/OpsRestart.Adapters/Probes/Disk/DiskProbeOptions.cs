using System.Globalization;

namespace OpsRestart.Adapters.Probes.Disk;

/// <summary>Settings of a disk probe. Target: a path; its file system is looked at.</summary>
internal sealed record DiskProbeOptions : ProbeOptions
{
    public required string Path { get; init; }

    /// <summary><c>minFree</c>: less is Unhealthy. A share (<c>10%</c>) or a size (<c>5GiB</c>). Default 10 %.</summary>
    public DiskShare MinFree { get; init; } = new(10, null);

    /// <summary><c>warnFree</c>: less is Degraded. Default: none.</summary>
    public DiskShare? WarnFree { get; init; }

    public static DiskProbeOptions Read(ProbeSettings settings)
    {
        var path = settings.Target;
        if (!System.IO.Path.IsPathRooted(path))
        {
            settings.FailTarget("is no absolute path", "Write / or /var.");
        }

        return new DiskProbeOptions { Path = path, MinFree = ReadShare(settings, "minFree") ?? new DiskShare(10, null), WarnFree = ReadShare(settings, "warnFree") };
    }

    private static DiskShare? ReadShare(ProbeSettings settings, string key)
    {
        var text = settings.Text(key)?.Trim();
        if (text is null)
        {
            return null;
        }

        if (text.EndsWith('%') && double.TryParse(text[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100)
        {
            return new DiskShare(percent, null);
        }

        if (ByteSize.TryParse(text) is { } bytes)
        {
            return new DiskShare(null, bytes);
        }

        settings.Fail(key, $"is a share such as 10% or a size such as 5GiB, not '{text}'");
        return null;
    }
}
