using System.Globalization;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Runs;

/// <summary>A unit as systemctl shows it: the machine's own account, beside what a run says.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="ActiveState">As systemd says it.</param>
/// <param name="SubState">As systemd says it.</param>
/// <param name="InvocationId">Of its last start.</param>
/// <param name="Restarts">NRestarts.</param>
/// <param name="Ended">When it was last active no more, by the monotonic clock.</param>
internal sealed record UnitLook(string Unit, string ActiveState, string SubState, string InvocationId, int Restarts, TimeSpan Ended)
{
    /// <summary>Up, or on its way up.</summary>
    public bool IsUp => ActiveState is "active" or "activating" or "reloading";

    public override string ToString() =>
        $"{Unit} {ActiveState}/{SubState} NRestarts={Restarts} {(InvocationId.Length > 8 ? InvocationId[..8] : InvocationId)}";

    /// <summary>All at one moment, by one call.</summary>
    public static async Task<IReadOnlyDictionary<string, UnitLook>> OfAsync(IReadOnlyList<string> units)
    {
        var shown = await Systemctl.RunAsync([
            "show",
            .. units,
            "-p",
            "ActiveState,SubState,InvocationID,NRestarts,ActiveExitTimestampMonotonic",
        ]);
        Assert.True(shown.ExitCode == 0, shown.Errors);
        var blocks = shown.Output.Trim().Split("\n\n");
        return units.Zip(blocks, Read).ToDictionary(static u => u.Unit);
    }

    private static UnitLook Read(string unit, string block)
    {
        var values = block.Split('\n').Select(static l => l.Split('=', 2)).ToDictionary(static p => p[0], static p => p[1]);
        var ended = TimeSpan.FromMicroseconds(long.Parse(values["ActiveExitTimestampMonotonic"], CultureInfo.InvariantCulture));
        return new UnitLook(
            unit,
            values["ActiveState"],
            values["SubState"],
            values["InvocationID"],
            int.Parse(values["NRestarts"], CultureInfo.InvariantCulture),
            ended
        );
    }
}
