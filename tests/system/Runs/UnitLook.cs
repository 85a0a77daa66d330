using System.Globalization;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Runs;

/// <summary>A unit as systemctl shows it: the machine's own account, beside what a run says.</summary>
internal sealed record UnitLook(string Unit, string ActiveState, string SubState, string InvocationId, int Restarts)
{
    /// <summary>Up, or on its way up.</summary>
    public bool IsUp => ActiveState is "active" or "activating" or "reloading";

    public override string ToString() => $"{Unit} {ActiveState}/{SubState} NRestarts={Restarts} {(InvocationId.Length > 8 ? InvocationId[..8] : InvocationId)}";

    /// <summary>All at one moment, by one call.</summary>
    public static async Task<IReadOnlyDictionary<string, UnitLook>> OfAsync(IReadOnlyList<string> units)
    {
        var shown = await Systemctl.RunAsync(["show", .. units, "-p", "ActiveState,SubState,InvocationID,NRestarts"]);
        Assert.True(shown.ExitCode == 0, shown.Errors);
        var blocks = shown.Output.Trim().Split("\n\n");
        return units.Zip(blocks, Read).ToDictionary(static u => u.Unit);
    }

    private static UnitLook Read(string unit, string block)
    {
        var values = block.Split('\n').Select(static l => l.Split('=', 2)).ToDictionary(static p => p[0], static p => p[1]);
        return new UnitLook(unit, values["ActiveState"], values["SubState"], values["InvocationID"], int.Parse(values["NRestarts"], CultureInfo.InvariantCulture));
    }
}
