using System.Globalization;

namespace OpsRestart.Adapters.Probes.Disk;

/// <summary>A part of a disk, in percent or in bytes.</summary>
internal sealed record DiskShare(double? Percent, double? Bytes)
{
    public double BytesOf(double total) => Bytes ?? (total * Percent!.Value / 100);

    public override string ToString() => Percent is { } percent ? percent.ToString("0.#", CultureInfo.InvariantCulture) + " %" : ByteSize.Format(Bytes!.Value);
}
