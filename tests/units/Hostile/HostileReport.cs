using System.Globalization;

namespace OpsRestart.Tests.Units.Hostile;

/// <summary>What came of a suite.</summary>
internal sealed record HostileReport(string Suite, int Seed, int Inputs, TimeSpan Took, long PeakMegabytes, IReadOnlyList<string> Faults)
{
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Suite}: {Inputs} inputs in {Took.TotalSeconds:0.0} s, {PeakMegabytes} MB at most (OPSRESTART_TEST_SEED={Seed}); "
                + $"{Faults.Count} faults\n{string.Join('\n', Faults.Take(40))}"
        );
}
