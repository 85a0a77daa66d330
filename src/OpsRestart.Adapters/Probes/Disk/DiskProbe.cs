using System.Globalization;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Disk;

/// <summary>Free space as an ordinary user has it (what root keeps in reserve does not count), like df's "Avail".</summary>
internal sealed class DiskProbe(ProbeDefinition definition, DiskProbeOptions options, ProbeContext context, TimeProvider time)
    : ProbeBase(definition, options, context, time)
{
    protected override string Peer => $"The disk of {options.Path}";

    // On a thread of its own: a hanging network file system must not hold up the deadline.
    protected override Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken) => Task.Run(Look, cancellationToken);

    private ProbeVerdict Look()
    {
        if (!Path.Exists(options.Path))
        {
            return ProbeVerdict.Unhealthy("NoPath", $"{options.Path} does not exist. Check the path, and that its file system is mounted.");
        }

        var disk = new DriveInfo(options.Path);
        var (free, total) = ((double)disk.AvailableFreeSpace, (double)disk.TotalSize);
        var text = string.Create(CultureInfo.InvariantCulture, $"{Peer} has {ByteSize.Format(free)} free ({(total > 0 ? 100 * free / total : 0):0.#} %)");
        return free < options.MinFree.BytesOf(total) ? ProbeVerdict.Unhealthy("TooLow", $"{text}, less than {options.MinFree}. Make room before anything writes there.")
            : options.WarnFree is { } warn && free < warn.BytesOf(total) ? ProbeVerdict.Degraded("TooLow", $"{text}, less than {warn}.")
            : ProbeVerdict.Healthy(ProbeReason.Ok, text + ".");
    }
}
