using OpsRestart.Adapters.Settings;

namespace OpsRestart.Adapters.Probes;

/// <summary>Free space as an ordinary user has it (what root keeps in reserve does not count), like df's "Avail".</summary>
internal sealed class DiskProbe : ProbeBase
{
    private readonly string _path;

    /// <summary>Less is Unhealthy: a share (10%) or a size (5GiB).</summary>
    private readonly DiskShare _minFree;

    /// <summary>Less is Degraded.</summary>
    private readonly DiskShare? _warnFree;

    public DiskProbe(ProbeSettings settings, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _path = settings.Target;
        if (!Path.IsPathRooted(_path))
        {
            settings.FailTarget("is no absolute path", "Write / or /var.");
        }

        _minFree = ReadShare(settings, "crit", "minFree") ?? new DiskShare(10, null);
        _warnFree = ReadShare(settings, "warn", "warnFree");
    }

    protected override string Peer => $"The disk of {_path}";

    // On a thread of its own: a hanging network file system must not hold up the deadline.
    protected override Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken) => Task.Run(Look, cancellationToken);

    private ProbeVerdict Look()
    {
        if (!Path.Exists(_path))
        {
            return ProbeVerdict.Unhealthy("NoPath", $"{_path} does not exist. Check the path, and that its file system is mounted.");
        }

        var disk = new DriveInfo(_path);
        var (free, total) = ((double)disk.AvailableFreeSpace, (double)disk.TotalSize);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{Peer} has {ByteSize.Format(free)} free ({(total > 0 ? 100 * free / total : 0):0.#} %)"
        );
        var bounds = new Limits(Min: _minFree.BytesOf(total), WarnMin: _warnFree?.BytesOf(total));
        var verdict = bounds.Breach(free) switch
        {
            null => ProbeVerdict.Healthy(ProbeReason.Ok, text + "."),
            { Status: ProbeStatus.Unhealthy } => ProbeVerdict.Unhealthy(
                "TooLow",
                $"{text}, less than {_minFree}. Make room before anything writes there."
            ),
            _ => ProbeVerdict.Degraded("TooLow", $"{text}, less than {_warnFree}."),
        };
        return verdict with { Measures = bounds.Measure("free", free, LimitScale.Bytes.Unit) };
    }

    private static DiskShare? ReadShare(ProbeSettings settings, string key, string longKey)
    {
        var (one, other) = (ReadShare(settings, key), ReadShare(settings, longKey));
        if (one is not null && other is not null)
        {
            settings.Fail(key, $"says the same as '{longKey}'", "Give one of them.");
        }

        return one ?? other;
    }

    private static DiskShare? ReadShare(ProbeSettings settings, string key)
    {
        // What is bad here is less, so that a range's ':' says nothing new.
        var text = settings.Text(key)?.Trim().TrimEnd(':');
        if (text is null)
        {
            return null;
        }

        if (
            text.EndsWith('%')
            && double.TryParse(text[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var percent)
            && percent is >= 0 and <= 100
        )
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

/// <summary>A part of a disk, in percent or in bytes.</summary>
internal sealed record DiskShare(double? Percent, double? Bytes)
{
    public double BytesOf(double total) => Bytes ?? (total * Percent!.Value / 100);

    public override string ToString() =>
        Percent is { } percent ? percent.ToString("0.#", CultureInfo.InvariantCulture) + " %" : ByteSize.Format(Bytes!.Value);
}
